/** Prints xcap-diff documents (RFC 5874). */

import type { Element } from '@xmldom/xmldom';
import { refuseUnknownOptions, requireString } from '../../selector/arguments.ts';
import type { AnySelector } from '../../selector/builder-types.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { evaluate } from '../address/evaluate.ts';
import { checkUsages } from '../diff/diff.ts';
import { XcapDocument } from '../document.ts';
import { nodeOf } from '../state.ts';
import { cloneDocument } from '../xml/clone.ts';
import { escapeAttribute, escapeText } from '../xml/escape.ts';
import { printNode } from '../xml/print.ts';
import { mustBeLegal } from '../xml/reconcile.ts';
import { declaration } from '../xml/standalone-text.ts';
import { declarationOn, declaredPrefix, descendants, namespacesInScope } from '../xml/walk.ts';
import { opaqueTag } from './opaque-tag.ts';
import { writePatch } from './write-patch.ts';
import { XCAP_DIFF_NAMESPACE } from './xcap-diff-namespace.ts';

/** The part of a diff for one document (RFC 5874 section 3, figure 1). */
export interface XcapDiffDocumentPart {
  /** Document selector, relative to the XCAP root. */
  readonly sel: string;
  /** Entity tag before the change; none if the document was created or simply exists. */
  readonly previousEtag?: string | undefined;
  /** Entity tag after the change; none if the document was removed. */
  readonly newEtag?: string | undefined;
  /** Both versions, for a patch. Without them, a reader has to fetch a changed document. */
  readonly change?: { readonly before: XcapDocument; readonly after: XcapDocument } | undefined;
}

/** The part of a diff for one element or attribute. */
export interface XcapDiffNodePart {
  /** Percent-encoded URI of the node, relative to the XCAP root: document selector, `~~`, node selector. */
  readonly sel: string;
  /** Selects the element or the attribute. */
  readonly selector: AnySelector;
  /** The document; `undefined` if it does not exist, and so neither does the node. */
  readonly document: XcapDocument | undefined;
}

/** The content of an xcap-diff document. */
export interface XcapDiffParts {
  /** The XCAP root that every `sel` is relative to. */
  readonly root: string;
  readonly documents?: readonly XcapDiffDocumentPart[] | undefined;
  readonly nodes?: readonly XcapDiffNodePart[] | undefined;
}

/**
 * Prints an xcap-diff document (RFC 5874) about any number of documents, elements and attributes.
 *
 * @example
 * printXcapDiff({ root, documents: [{ sel: 'resource-lists/users/sip:alice@example.com/index', newEtag: 'a1' }] });
 *
 * @throws InvalidArgumentError if the versions of a document are of different usages, for a `sel` outside of the root, for an
 * unknown member, and for text with a character that XML does not allow
 */
export function printXcapDiff(parts: XcapDiffParts): string {
  refuseUnknownOptions(parts ?? {}, { root: true, documents: true, nodes: true }, 'printXcapDiff');
  const { root, documents = [], nodes = [] }: Partial<XcapDiffParts> = parts ?? {};
  if (![documents, nodes].every(isObjects))
    throw new InvalidArgumentError('printXcapDiff: documents and nodes are arrays of objects');
  // A relative reference replaces whatever follows the last slash of its base URI.
  const base = requireString(root, 'printXcapDiff: root').endsWith('/') ? root : `${root}/`;
  const prefix = freePrefix(documents);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<${prefix}:xcap-diff${declaration(prefix, XCAP_DIFF_NAMESPACE)}${attribute('xcap-root', base)}>`,
    ...documents.map((part) => printDocumentPart(part, base, prefix)),
    ...nodes.map((part) => printNodePart(part, base, prefix)),
    `</${prefix}:xcap-diff>`,
    '',
  ].join('\n');
}

const isObjects = (given: unknown): boolean =>
  Array.isArray(given) && given.every((each) => typeof each === 'object' && each !== null);

const DOCUMENT_PART: Readonly<Record<keyof XcapDiffDocumentPart, true>> = {
  sel: true,
  previousEtag: true,
  newEtag: true,
  change: true,
};
const NODE_PART: Readonly<Record<keyof XcapDiffNodePart, true>> = { sel: true, selector: true, document: true };

/** Returns an attribute with a space before it. */
function attribute(name: string, value: string): string {
  mustBeLegal(value, name);
  return ` ${name}="${escapeAttribute(value)}"`;
}

function printDocumentPart(part: XcapDiffDocumentPart, base: string, prefix: string): string {
  refuseUnknownOptions(part, DOCUMENT_PART, 'printXcapDiff: documents');
  const { previousEtag, newEtag, change } = part;
  let attributes = attribute('sel', relativeTo(base, part.sel));
  for (const [name, tag] of [
    ['new-etag', newEtag],
    ['previous-etag', previousEtag],
  ] as const)
    if (tag !== undefined) attributes += attribute(name, opaqueTag(requireString(tag, name)));
  if (!change) return `<${prefix}:document${attributes}/>`;
  if (previousEtag === undefined || newEtag === undefined)
    throw new InvalidArgumentError(`${part.sel}: a change needs both entity tags, previousEtag and newEtag`);
  const [before, after] = [XcapDocument.stateOf(change.before), XcapDocument.stateOf(change.after)];
  checkUsages(before, after);
  // Nodes that were made through the DOM get their namespace declarations only when they are printed.
  const [old, now] = [cloneDocument(before.dom), cloneDocument(after.dom)];
  const bindings = old.documentElement ? namespacesInScope(old.documentElement) : new Map<string, string>();
  const operations = writePatch({ before: old, after: now, usage: before.usage, prefix, bindings });
  const declarations = operations.length > 0 ? Array.from(bindings, ([name, uri]) => declaration(name, uri)) : [];
  return [
    `<${prefix}:document${declarations.join('')}${attributes}>`,
    ...(operations.length > 0 ? operations : [`<${prefix}:body-not-changed/>`]),
    `</${prefix}:document>`,
  ].join('\n');
}

function printNodePart(part: XcapDiffNodePart, base: string, prefix: string): string {
  refuseUnknownOptions(part, NODE_PART, 'printXcapDiff: nodes');
  const { sel, selector, document } = part;
  const state = document && XcapDocument.stateOf(document);
  const node = nodeOf(state ?? { usage: undefined }, selector);
  if (node.terminal?.kind === 'namespace-bindings')
    throw new InvalidArgumentError(
      `${selector} selects namespace bindings, but an xcap-diff has elements and attributes`,
    );
  const tag = `${prefix}:${node.terminal ? 'attribute' : 'element'}`;
  const attributes = attribute('sel', relativeTo(base, sel));
  const found = state && evaluate(state.dom, node);
  if (found?.kind === 'attribute')
    return `<${tag}${attributes} exists="1">${escapeText(found.attribute.value)}</${tag}>`;
  if (found?.kind !== 'element') return `<${tag}${attributes} exists="0"/>`;
  // The element keeps its own declarations; the others are those around it.
  const { element } = found;
  return `<${tag}${declarationsAround(element)}${attributes} exists="1">${printNode(element)}</${tag}>`;
}

/** Returns the declarations that are in scope at an element, without its own. */
function declarationsAround(element: Element): string {
  let text = '';
  for (const [prefix, uri] of namespacesInScope(element))
    if (declarationOn(element, prefix) === undefined) text += declaration(prefix, uri);
  return text;
}

/** Returns a `sel` relative to the root: an absolute URI below it is cut. */
function relativeTo(base: string, sel: string): string {
  const given = requireString(sel, 'sel');
  const relative = (given.startsWith(base) ? given.slice(base.length) : given).replace(/^\/+/, '');
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(relative)) return relative;
  throw new InvalidArgumentError(`${given} is not below the XCAP root ${base}; a sel is relative to it`);
}

/** Returns a prefix that no document in the diff declares. */
function freePrefix(documents: readonly XcapDiffDocumentPart[]): string {
  const taken = new Set<string>();
  for (const { change } of documents) {
    for (const version of change ? [change.before, change.after] : []) {
      const root = XcapDocument.stateOf(version).dom.documentElement;
      for (const element of root ? descendants(root) : []) {
        if (element.prefix) taken.add(element.prefix);
        for (let index = 0; index < element.attributes.length; index++) {
          const attribute = element.attributes[index];
          const prefix = attribute && declaredPrefix(attribute);
          if (prefix !== undefined) taken.add(prefix);
        }
      }
    }
  }
  let prefix = 'd';
  for (let count = 1; taken.has(prefix); count++) prefix = `d${count}`;
  return prefix;
}
