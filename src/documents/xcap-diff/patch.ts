/** Applies one patch operation to a document (RFC 5261 sections 4.3 to 4.5). */

import type { Element, Node } from '@xmldom/xmldom';
import { XMLNS_NAMESPACE } from '../../selector/names.ts';
import { XcapParseError } from '../errors.ts';
import type { DocumentState } from '../state.ts';
import { removeAttribute, setAttribute } from '../xml/attributes.ts';
import { insertBefore, removeNode, replaceElement, type Undo } from '../xml/edit.ts';
import { equalXml } from '../xml/equal.ts';
import { parseFragment } from '../xml/parse.ts';
import { printNode } from '../xml/print.ts';
import { isElement, NodeType, startTagOf } from '../xml/spans.ts';
import { withAttribute, withoutAttribute } from '../xml/start-tag.ts';
import { attributeOf, declarationOn, lookupNamespace, parentElement } from '../xml/walk.ts';
import { attributeName, importNode } from './import-content.ts';
import { locate, runBeside, type Target } from './locate.ts';
import {
  attributeContent,
  contentNodes,
  hasContent,
  hasElements,
  type PatchOperation,
  patchError,
  readOperation,
  soleContent,
  textContent,
} from './operation.ts';
import type { PatchWork } from './patch-work.ts';
import { insertBesideRoot, replaceBesideRoot } from './prolog.ts';

/**
 * Applies the operation in an element of a diff.
 *
 * @param work - that of all operations of the diff
 * @param undoable - called with the undo of each step
 * @throws PatchError; the caller's transaction then undoes the earlier steps
 */
export function patch(state: DocumentState, element: Element, work: PatchWork, undoable: (undo: Undo) => void): void {
  const operation = readOperation(element);
  const target = locate(operation.selector, { document: state.dom, usage: state.usage, operation: element, work });
  if (target.kind === 'failure') throw patchError(element, target.condition, target.reason);
  for (const parent of changedParents(target)) work.changed(parent);
  work.import(element.childNodes.length);
  // A change of one attribute or declaration writes the whole start tag.
  const holder = target.kind === 'attribute' || target.kind === 'namespace' ? target.element : undefined;
  const tagged = operation.type && target.kind === 'element' ? target.node : holder;
  if (tagged) work.visit(startTagOf(tagged)?.length ?? 0);
  const patching = new Patching(state, operation, work, undoable);
  if (operation.kind === 'add') patching.add(target);
  else if (operation.kind === 'replace') patching.replace(target);
  else patching.remove(target);
}

class Patching {
  readonly #state: DocumentState;
  readonly #operation: PatchOperation;
  readonly #work: PatchWork;
  readonly #undoable: (undo: Undo) => void;

  constructor(state: DocumentState, operation: PatchOperation, work: PatchWork, undoable: (undo: Undo) => void) {
    this.#state = state;
    this.#operation = operation;
    this.#work = work;
    this.#undoable = undoable;
  }

  add(target: Target): void {
    const { pos, type } = this.#operation;
    if (type) {
      if (target.kind !== 'element') this.#fail('invalid-node-types', 'only an element takes attributes and prefixes');
      else if (type.kind === 'namespace') this.#declare(target.node, type.prefix, textContent(this.#operation), true);
      else this.#addAttribute(target.node, type.name);
      return;
    }
    const nodes = contentNodes(this.#operation.element);
    if (pos === 'before' || pos === 'after') {
      const [first, last] = edgesOf(target);
      if (!first || !last) return;
      this.#insert(first.parentNode, pos === 'before' ? first : last.nextSibling, nodes);
    } else if (target.kind === 'element') {
      this.#insert(target.node, pos === 'prepend' ? target.node.firstChild : null, nodes);
    } else this.#fail('invalid-node-types', 'only an element takes children; say pos="before" or pos="after"');
  }

  #insert(parent: Node | null, reference: Node | null, nodes: readonly Node[]): void {
    const { element } = this.#operation;
    if (isElement(parent)) {
      const to = { state: this.#state, parent, operation: element };
      for (const node of nodes) this.#undoable(insertBefore(parent, importNode(node, to), reference));
      return;
    }
    if (hasElements(nodes))
      this.#fail(
        'invalid-root-element-operation',
        'a document has one root element; no second one can stand beside it',
      );
    const isText = (node: Node): boolean => node.nodeType === NodeType.text || node.nodeType === NodeType.cdata;
    if (nodes.some((node) => isText(node) && /[^ \t\r\n]/.test(node.nodeValue ?? '')))
      this.#fail(
        'invalid-xml-prolog-operation',
        'beside the root element only comments and processing instructions can stand',
      );
    const to = { state: this.#state, parent: undefined, operation: element };
    const imported = nodes.filter((node) => !isText(node)).map((node) => importNode(node, to));
    this.#undoable(insertBesideRoot(this.#state.dom, imported, reference));
  }

  #addAttribute(target: Element, written: { readonly prefix: string; readonly local: string }): void {
    const name = attributeName(written, target, this.#operation.element);
    const value = attributeContent(this.#operation);
    if (attributeOf(target, name.namespace, name.local))
      this.#fail('invalid-patch-directive', `the element has an attribute "${name.local}" already; replace it`);
    this.#undoable(setAttribute(target, name, value, name.prefix));
  }

  replace(target: Target): void {
    const { element } = this.#operation;
    switch (target.kind) {
      case 'element': {
        const parent = parentElement(target.node);
        const to = { state: this.#state, parent, operation: element };
        const node = importNode(soleContent(this.#operation, NodeType.element), to);
        if (isElement(node)) this.#undoable(replaceElement(target.node, node));
        return;
      }
      case 'comment':
      case 'instruction': {
        const type = target.kind === 'comment' ? NodeType.comment : NodeType.processingInstruction;
        const parent = parentElement(target.node);
        const to = { state: this.#state, parent, operation: element };
        const node = importNode(soleContent(this.#operation, type), to);
        if (!parent) this.#undoable(replaceBesideRoot(this.#state.dom, target.node, node));
        else {
          this.#undoable(insertBefore(parent, node, target.node));
          this.#undoable(removeNode(target.node));
        }
        return;
      }
      case 'text': {
        textContent(this.#operation);
        const [first] = target.nodes;
        const to = { state: this.#state, parent: target.parent, operation: element };
        for (const node of contentNodes(element))
          if (first) this.#undoable(insertBefore(target.parent, importNode(node, to), first));
        for (const node of target.nodes) this.#undoable(removeNode(node));
        return;
      }
      case 'attribute': {
        const name = { namespace: target.attribute.namespaceURI || null, local: target.attribute.localName ?? '' };
        this.#undoable(setAttribute(target.element, name, attributeContent(this.#operation)));
        return;
      }
      case 'namespace':
        this.#declare(target.element, target.prefix, textContent(this.#operation), false);
    }
  }

  remove(target: Target): void {
    const { ws, element } = this.#operation;
    if (hasContent(element))
      this.#fail('invalid-diff-format', 'a remove has no content; use replace to put something in its place');
    if (target.kind === 'text' || target.kind === 'attribute' || target.kind === 'namespace') {
      if (ws)
        this.#fail('invalid-whitespace-directive', 'ws goes with elements, comments and processing instructions only');
      if (target.kind === 'text') for (const node of target.nodes) this.#undoable(removeNode(node));
      else if (target.kind === 'namespace') this.#undeclare(target.element, target.prefix);
      else {
        const name = { namespace: target.attribute.namespaceURI || null, local: target.attribute.localName ?? '' };
        this.#undoable(removeAttribute(target.element, name));
      }
      return;
    }
    const { node } = target;
    if (!parentElement(node)) {
      if (target.kind === 'element')
        this.#fail('invalid-root-element-operation', 'a document needs its root element; it can only be replaced');
      if (ws) this.#fail('invalid-whitespace-directive', 'beside the root element there is no white space to speak of');
      this.#undoable(replaceBesideRoot(this.#state.dom, node, undefined));
      return;
    }
    const sides = ws === 'both' ? (['before', 'after'] as const) : ws ? [ws] : [];
    const blanks = sides.flatMap((side) => this.#blankBeside(node, side));
    for (const one of [...blanks, node]) this.#undoable(removeNode(one));
  }

  #blankBeside(node: Node, side: 'before' | 'after'): Node[] {
    const run = runBeside(node, side);
    if (run.length === 0 || run.some((text) => /[^ \t\r\n]/.test(text.nodeValue ?? '')))
      this.#fail('invalid-whitespace-directive', `there is no text of white space alone ${side} the node`);
    return run;
  }

  /** Binds a prefix. Names below that use it are then in another namespace, so the element is parsed again. */
  #declare(element: Element, prefix: string, uri: string, isNew: boolean): void {
    if (isNew && declarationOn(element, prefix) !== undefined)
      this.#fail('invalid-patch-directive', `the element binds the prefix "${prefix}" already; replace its namespace`);
    if (uri === '' || /\s/.test(uri))
      this.#fail('invalid-namespace-uri', 'a prefix is bound to a namespace name, without white space');
    if (lookupNamespace(element, prefix) === undefined && !/^xml/i.test(prefix)) {
      this.#undoable(setAttribute(element, { namespace: XMLNS_NAMESPACE, local: prefix }, uri));
      return;
    }
    const again = this.#reread(element, (tag) => withAttribute(tag, `xmlns:${prefix}`, uri));
    if (!again)
      this.#fail('invalid-namespace-uri', `the prefix "${prefix}" cannot be bound to ${JSON.stringify(uri)} there`);
    else this.#undoable(replaceElement(element, again));
  }

  #undeclare(element: Element, prefix: string): void {
    const again = this.#reread(element, (tag) => withoutAttribute(tag, `xmlns:${prefix}`));
    if (!again || !equalXml(again, element))
      this.#fail('invalid-namespace-prefix', `the prefix "${prefix}" is in use; take out what uses it first`);
    else this.#undoable(replaceElement(element, again));
  }

  /** Parses the element with another start tag; returns `undefined` if that fails. */
  #reread(element: Element, change: (tag: string) => string): Element | undefined {
    const text = printNode(element);
    this.#work.visit(text.length);
    const tag = /^<(?:[^"'>]|"[^"]*"|'[^']*')*>/.exec(text)?.[0] ?? startTagOf(element) ?? '';
    try {
      const scope = parentElement(element);
      return parseFragment(change(tag) + text.slice(tag.length), { scope }, this.#state.dom, this.#state.limits);
    } catch (error) {
      if (error instanceof XcapParseError) return undefined;
      throw error;
    }
  }

  #fail(...[condition, reason]: [Parameters<typeof patchError>[1], string]): never {
    throw patchError(this.#operation.element, condition, reason);
  }
}

/** Returns the nodes whose children, or the attributes of whose children, an operation on the target may change. */
function changedParents(target: Target): (Element | undefined)[] {
  switch (target.kind) {
    case 'element':
      return [target.node, parentElement(target.node)];
    case 'text':
      return [target.parent];
    case 'attribute':
    case 'namespace':
      return [parentElement(target.element)];
    default:
      return [parentElement(target.node)];
  }
}

/** Returns the first and the last node of a target. */
const edgesOf = (target: Target): readonly [Node | undefined, Node | undefined] => {
  if (target.kind === 'text') return [target.nodes[0], target.nodes.at(-1)];
  return 'node' in target ? [target.node, target.node] : [undefined, undefined];
};
