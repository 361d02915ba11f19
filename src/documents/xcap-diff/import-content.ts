/** Imports the content of a patch into a document, with the prefixes that are bound there (RFC 5261 section 4.2.3). */

import type { Element, Node } from '@xmldom/xmldom';
import { XML_NAMESPACE, XMLNS_NAMESPACE } from '../../selector/names.ts';
import { XcapParseError } from '../errors.ts';
import type { DocumentState } from '../state.ts';
import { createText } from '../xml/edit.ts';
import { equalXml } from '../xml/equal.ts';
import { escapeAttribute } from '../xml/escape.ts';
import { parseFragment } from '../xml/parse.ts';
import { printNode } from '../xml/print.ts';
import { isElement, NodeType } from '../xml/spans.ts';
import { lookupNamespace, namespacesInScope } from '../xml/walk.ts';
import { patchError } from './operation.ts';
import { writtenLeaf, writtenText } from './siblings.ts';

/** Place in the document that content is imported to. */
export interface Destination {
  readonly state: DocumentState;
  /** The element it will be in, which is the evaluation context node of its prefixes; `undefined` for a new root. */
  readonly parent: Element | undefined;
  readonly operation: Element;
}

/**
 * Returns a copy of a node of the diff for the document.
 *
 * @throws PatchError `invalid-namespace-uri` when it uses a namespace that neither it nor the document declares
 */
export function importNode(node: Node, to: Destination): Node {
  const { dom } = to.state;
  if (isElement(node)) return importElement(node, to);
  if (node.nodeType === NodeType.comment) return dom.createComment(node.nodeValue ?? '');
  if (node.nodeType === NodeType.processingInstruction)
    return dom.createProcessingInstruction(node.nodeName, node.nodeValue ?? '');
  if (node.nodeType === NodeType.cdata) return dom.createCDATASection(node.nodeValue ?? '');
  return to.parent ? createText(to.parent, node.nodeValue ?? '') : dom.createTextNode(node.nodeValue ?? '');
}

function importElement(element: Element, to: Destination): Element {
  const { state, parent, operation } = to;
  const read = (text: string): Element | undefined => {
    try {
      const copy = parseFragment(text, { scope: parent }, state.dom, state.limits);
      return equalXml(copy, element) ? copy : undefined;
    } catch (error) {
      if (error instanceof XcapParseError) return undefined;
      throw error;
    }
  };
  // The text is kept where the prefixes are bound alike.
  const copy = read(printNode(element)) ?? read(new PrefixChanger(to).print(element, new Map()));
  if (copy) return copy;
  throw patchError(
    operation,
    'invalid-diff-format',
    'its content cannot be written with the prefixes of the document; declare its namespaces in the content itself',
  );
}

/** Prints an element with the document's prefixes instead of those that the diff binds around it. */
class PrefixChanger {
  readonly #to: Destination;
  readonly #inScope: ReadonlyMap<string, string>;

  constructor(to: Destination) {
    this.#to = to;
    this.#inScope = to.parent ? namespacesInScope(to.parent) : new Map();
  }

  print(element: Element, outer: ReadonlyMap<string, string>): string {
    const local = new Map(outer);
    const declarations: string[] = [];
    const attributes = Array.from(
      { length: element.attributes.length },
      (_, index) => element.attributes[index],
    ).filter((attribute) => attribute !== undefined);
    for (const attribute of attributes) {
      if (attribute.namespaceURI !== XMLNS_NAMESPACE) continue;
      local.set(attribute.prefix ? (attribute.localName ?? '') : '', attribute.value);
      declarations.push(` ${attribute.name}="${escapeAttribute(attribute.value)}"`);
    }
    let name = this.#name(element.prefix ?? '', element.localName ?? '', element.namespaceURI || '', local, false);
    if (name === undefined) {
      // The element is in no namespace, but the document has a default namespace.
      name = element.localName ?? '';
      local.set('', '');
      declarations.push(' xmlns=""');
    }
    const values = attributes
      .filter(({ namespaceURI }) => namespaceURI !== XMLNS_NAMESPACE)
      .map(
        ({ prefix, localName, namespaceURI, value }) =>
          ` ${this.#name(prefix ?? '', localName ?? '', namespaceURI || '', local, true)}="${escapeAttribute(value)}"`,
      );
    let content = '';
    for (let node = element.firstChild; node; node = node.nextSibling)
      content += isElement(node) ? this.print(node, local) : leaf(node);
    const tag = `${name}${declarations.join('')}${values.join('')}`;
    return content === '' ? `<${tag}/>` : `<${tag}>${content}</${name}>`;
  }

  #name(
    prefix: string,
    local: string,
    uri: string,
    bound: ReadonlyMap<string, string>,
    isAttribute: boolean,
  ): string | undefined {
    const qualified = (chosen: string): string => (chosen === '' ? local : `${chosen}:${local}`);
    if (uri === '') {
      const fallback = bound.get('') ?? this.#inScope.get('') ?? '';
      return isAttribute || fallback === '' ? local : undefined;
    }
    if (uri === XML_NAMESPACE || bound.get(prefix) === uri) return qualified(prefix);
    const own = Array.from(bound).find(
      ([candidate, namespace]) => namespace === uri && !(isAttribute && candidate === ''),
    );
    const chosen = this.#prefixFor(prefix, uri, bound, isAttribute) ?? own?.[0];
    if (chosen !== undefined) return qualified(chosen);
    throw patchError(
      this.#to.operation,
      'invalid-namespace-uri',
      `its content uses the namespace ${uri}, which the document does not declare there; declare it in the content itself`,
    );
  }

  #prefixFor(
    prefix: string,
    uri: string,
    bound: ReadonlyMap<string, string>,
    isAttribute: boolean,
  ): string | undefined {
    const candidates = Array.from(this.#inScope)
      .filter(([name, namespace]) => namespace === uri && !bound.has(name) && !(isAttribute && name === ''))
      .map(([name]) => name);
    return choosePrefix(prefix, candidates, this.#to.parent);
  }
}

/**
 * Chooses the prefix of a name among those that the document binds to its namespace (RFC 5261 section 4.2.3): the prefix
 * in the diff, else that of the context node, else the last one before it in alphabetical order, else the first one.
 *
 * @param candidates - `''` for the default namespace, which does not apply to attributes
 * @returns `undefined` if there is no candidate
 */
function choosePrefix(prefix: string, candidates: readonly string[], context: Element | undefined): string | undefined {
  if (candidates.includes(prefix)) return prefix;
  const own = context?.prefix ?? '';
  if (context && candidates.includes(own)) return own;
  const sorted = candidates.toSorted((one, other) => (one < other ? -1 : 1));
  return sorted.findLast((name) => name < prefix) ?? sorted[0];
}

const leaf = (node: Node): string =>
  node.nodeType === NodeType.text || node.nodeType === NodeType.cdata ? writtenText(node) : writtenLeaf(node);

/** The name of an attribute that a patch adds, with its prefix in the document. */
export interface AddedName {
  readonly namespace: string | null;
  readonly local: string;
  readonly prefix: string;
}

/**
 * Returns the name of an attribute that a patch adds to an element.
 *
 * @throws PatchError `invalid-namespace-prefix` or `invalid-namespace-uri`
 */
export function attributeName(
  { prefix, local }: { readonly prefix: string; readonly local: string },
  target: Element,
  operation: Element,
): AddedName {
  if (prefix === '') return { namespace: null, local, prefix };
  const namespace = lookupNamespace(operation, prefix);
  if (namespace === undefined || prefix === 'xmlns')
    throw patchError(
      operation,
      'invalid-namespace-prefix',
      `the prefix "${prefix}" in its type is not bound in the diff; declare it there`,
    );
  if (namespace === XML_NAMESPACE) return { namespace, local, prefix: 'xml' };
  const candidates = Array.from(namespacesInScope(target)).filter(([name, uri]) => name !== '' && uri === namespace);
  const chosen = choosePrefix(
    prefix,
    candidates.map(([name]) => name),
    target,
  );
  if (chosen !== undefined) return { namespace, local, prefix: chosen };
  throw patchError(
    operation,
    'invalid-namespace-uri',
    `the document binds no prefix to ${namespace} there; add one with type="namespace::${prefix}" first`,
  );
}
