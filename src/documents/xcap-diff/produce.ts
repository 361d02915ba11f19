import type { Element } from '@xmldom/xmldom';
import { refuseUnknownOptions, requireString } from '../../selector/arguments.ts';
import type { NodeSelector, QName } from '../../selector/ast.ts';
import { XML_NAMESPACE } from '../../selector/names.ts';
import type { UsageTable } from '../../selector/usage-table.ts';
import { positionAmongAll } from '../address/addressing.ts';
import { walk } from '../address/evaluate.ts';
import { nameOf } from '../address/names.ts';
import { textWithin } from '../diff/body.ts';
import { checkUsages, diff } from '../diff/diff.ts';
import { XcapDocument } from '../document.ts';
import { applyOperations } from '../edit/apply-operations.ts';
import type { NodeOperation } from '../state.ts';
import { escapeAttribute, escapeText } from '../xml/escape.ts';
import {
  attributeOf,
  firstElement,
  lookupNamespace,
  namespacesInScope,
  nextElement,
  parentElement,
} from '../xml/walk.ts';
import { XCAP_DIFF_NAMESPACE } from './read.ts';

/** The document and the versions of a diff. */
export interface CreateXcapDiffOptions {
  /** The XCAP root that `documentSelector` is relative to. */
  readonly root: string;
  /** Such as `resource-lists/users/sip:joe@example.com/index`. */
  readonly documentSelector: string;
  readonly previousEtag: string;
  readonly newEtag: string;
}

const OPTIONS: Readonly<Record<keyof CreateXcapDiffOptions, true>> = {
  root: true,
  documentSelector: true,
  previousEtag: true,
  newEtag: true,
};

function checkOptions(options: CreateXcapDiffOptions): void {
  refuseUnknownOptions(options ?? {}, OPTIONS, 'createXcapDiff');
  for (const name of ['root', 'documentSelector', 'previousEtag', 'newEtag'] as const)
    requireString(options?.[name], `createXcapDiff: ${name}`);
}

/**
 * Creates the xcap-diff document (RFC 5874) between two versions of a document, with the patch operations of RFC 5261, or
 * with `body-not-changed` if the versions are equal. Only what `equals` compares is in the diff: no comments, processing
 * instructions, prefixes or white space between elements.
 *
 * @throws InvalidArgumentError if the documents are of different usages
 */
export function createXcapDiff<U extends UsageTable>(
  before: XcapDocument<U>,
  after: XcapDocument<U>,
  options: CreateXcapDiffOptions,
): string {
  checkOptions(options);
  const { root, documentSelector, previousEtag, newEtag } = options;
  checkUsages(XcapDocument.stateOf(before), XcapDocument.stateOf(after));
  const now = before.clone();
  const writer = new PatchWriter(now);
  const operations = diff(before, after).map((operation) => writer.write(operation));
  const { prefix, bindings } = writer;
  const declarations = [[prefix, XCAP_DIFF_NAMESPACE] as const, ...bindings].map(
    ([name, uri]) => ` xmlns${name && ':'}${name}="${escapeAttribute(uri)}"`,
  );
  const attributes = Object.entries({ sel: documentSelector, 'new-etag': newEtag, 'previous-etag': previousEtag }).map(
    ([name, value]) => ` ${name}="${escapeAttribute(value)}"`,
  );
  const body = operations.length > 0 ? operations : [`<${prefix}:body-not-changed/>`];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<${prefix}:xcap-diff${declarations.join('')} xcap-root="${escapeAttribute(root)}">`,
    `<${prefix}:document${attributes.join('')}>`,
    ...body,
    `</${prefix}:document>`,
    `</${prefix}:xcap-diff>`,
    '',
  ].join('\n');
}

/** A name that no namespace has. */
const OTHERWISE_BOUND = ' ';

/** Writes node operations as patch operations. Each is applied to a copy, in which the next one is addressed. */
class PatchWriter {
  /** Prefix of the xcap-diff elements. */
  readonly prefix: string;
  /** Prefixes of the document's root; the diff binds the same ones. */
  readonly bindings: ReadonlyMap<string, string>;
  readonly #document: XcapDocument;

  constructor(document: XcapDocument) {
    this.#document = document;
    const root = XcapDocument.stateOf(document).dom.documentElement;
    this.bindings = root ? namespacesInScope(root) : new Map();
    let prefix = 'd';
    for (let count = 1; this.bindings.has(prefix); count++) prefix = `d${count}`;
    this.prefix = prefix;
  }

  write(operation: NodeOperation): string {
    const { node } = operation.selector;
    const found = walk(this.#dom(), node.steps);
    const former = found.kind === 'element' ? found.element : undefined;
    if (node.terminal?.kind === 'attribute' && former) return this.#attribute(former, node.terminal.name, operation);
    if (operation.method === 'DELETE') {
      const sel = former ? this.#path(former) : '/';
      this.#do(operation);
      return this.#operation('remove', sel, '');
    }
    if (former) {
      const sel = this.#path(former);
      const put = this.#put(operation, node);
      return this.#operation('replace', sel, put && this.#text(put));
    }
    return this.#addition(operation, node);
  }

  #addition(operation: NodeOperation, node: NodeSelector): string {
    const put = this.#put(operation, node);
    const parent = put && parentElement(put);
    if (!put || !parent) return '';
    const next = nextElement(put);
    const content = this.#text(put);
    // The selector must not count the new element: it does not exist when the patch is applied.
    const undo = takenOut(put);
    const beside = next ?? lastBefore(parent);
    const sel = this.#path(beside ?? parent);
    undo();
    if (!beside) return this.#operation('add', sel, content);
    return this.#operation('add', sel, content, ` pos="${next ? 'before' : 'after'}"`);
  }

  #attribute(element: Element, name: QName, operation: NodeOperation): string {
    const sel = this.#path(element);
    const written = this.#attributeName(element, name);
    const existed = attributeOf(element, name.namespace, name.local) !== undefined;
    this.#do(operation);
    // An attribute without a prefix for its namespace can only be written with its element.
    if (written === undefined) return this.#operation('replace', sel, this.#text(element));
    if (operation.method === 'DELETE') return this.#operation('remove', `${sel}/@${written}`, '');
    const value = escapeText(operation.body ?? '');
    if (existed) return this.#operation('replace', `${sel}/@${written}`, value);
    return this.#operation('add', sel, value, ` type="@${written}"`);
  }

  /** Returns the name of an attribute with a prefix that diff and document share. */
  #attributeName(element: Element, { namespace, local }: QName): string | undefined {
    if (namespace === null) return local;
    if (namespace === XML_NAMESPACE) return `xml:${local}`;
    for (const [prefix, uri] of this.bindings)
      if (prefix !== '' && uri === namespace && lookupNamespace(element, prefix) === uri) return `${prefix}:${local}`;
    return undefined;
  }

  #operation(kind: 'add' | 'replace' | 'remove', sel: string, content: string | undefined, more = ''): string {
    const tag = `${this.prefix}:${kind}`;
    const start = `<${tag} sel="${escapeAttribute(sel)}"${more}`;
    return content === undefined || (content === '' && kind === 'remove')
      ? `${start}/>`
      : `${start}>${content}</${tag}>`;
  }

  #dom() {
    return XcapDocument.stateOf(this.#document).dom;
  }

  #do(operation: NodeOperation): void {
    applyOperations(this.#document, [operation]);
  }

  #put(operation: NodeOperation, node: NodeSelector): Element | undefined {
    this.#do(operation);
    const found = walk(this.#dom(), node.steps);
    return found.kind === 'element' ? found.element : undefined;
  }

  /** Prints an element; declares in it the prefixes that the document and the diff bind differently. */
  #text(element: Element): string {
    const parent = parentElement(element);
    return textWithin(element, (prefix) => {
      const there = parent ? lookupNamespace(parent, prefix) : undefined;
      // Where they differ, a declaration is always needed.
      return there === this.bindings.get(prefix) ? there : OTHERWISE_BOUND;
    });
  }

  /** Returns a selector of RFC 5261, from the root down. */
  #path(element: Element): string {
    const steps: string[] = [];
    for (let at: Element | undefined = element; at; at = parentElement(at)) steps.push(this.#step(at));
    return `/${steps.reverse().join('/')}`;
  }

  #step(element: Element): string {
    const name = nameOf(element);
    const prefix = name.namespace === null ? (this.bindings.has('') ? undefined : '') : this.#prefixOf(name.namespace);
    const parent = parentElement(element);
    if (!parent && prefix === undefined) return '*';
    const place = positionAmongAll(element);
    if (prefix === undefined) return `*[${place}]`;
    let position = 0;
    let count = 0;
    for (let at = parent ? firstElement(parent, name) : element; at; at = nextElement(at, name)) {
      count++;
      if (at === element) position = count;
    }
    const written = prefix === '' ? name.local : `${prefix}:${name.local}`;
    return count === 1 ? written : `${written}[${position}]`;
  }

  #prefixOf(namespace: string): string | undefined {
    for (const [prefix, uri] of this.bindings) if (uri === namespace) return prefix;
    return undefined;
  }
}

/** Removes an element temporarily. @returns a function that puts it back */
function takenOut(element: Element): () => void {
  const { parentNode, nextSibling } = element;
  parentNode?.removeChild(element);
  return () => void parentNode?.insertBefore(element, nextSibling);
}

/** Returns the last child element. */
function lastBefore(parent: Element): Element | undefined {
  let last: Element | undefined;
  for (let at = firstElement(parent); at; at = nextElement(at)) last = at;
  return last;
}
