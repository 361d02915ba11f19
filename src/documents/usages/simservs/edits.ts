/** 3GPP TS 24.623 clause 6: small edits that keep what the document shows: prefixes, order and layout. */

import type { Element } from '@xmldom/xmldom';
import { nodeSelector, qname } from '../../../selector/ast.ts';
import { stepsTo } from '../../address/addressing.ts';
import { textOf } from '../../data/read-data.ts';
import { appendTo } from '../../edit/append.ts';
import { readFragment } from '../../edit/fragment.ts';
import { insertIndented, removeIndented } from '../../edit/layout.ts';
import { put } from '../../edit/put.ts';
import { recordInsertion, recordRemoval, recordReplacement } from '../../edit/recording.ts';
import { transaction } from '../../edit/transaction.ts';
import type { DocumentState } from '../../state.ts';
import { insertText, removeNode } from '../../xml/edit.ts';
import { escapeAttribute, escapeText } from '../../xml/escape.ts';
import { lookupNamespace, namespacesInScope } from '../../xml/walk.ts';
import { COMMON_POLICY } from '../pres-rules/common-policy.ts';
import { isActive, policyChildren } from './rules.ts';

/** One element to write: its local name, attributes, and text or children. */
export interface NewElement {
  readonly local: string;
  /** `true` for an element of common policy. */
  readonly policy?: boolean;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly content?: string | readonly NewElement[];
}

/**
 * Writes an element with the prefixes that are bound where it will stand.
 *
 * @param like - an element of the supplementary services: its namespace is the one to write, since some servers use none. Its ruleset
 *   shows the namespace of common policy
 */
function write(context: Element, like: Element, element: NewElement): string {
  const [ruleset] = policyChildren(like, 'ruleset');
  const policy = namer(context, ruleset ? ruleset.namespaceURI || '' : COMMON_POLICY, 'cp');
  const own = namer(context, like.namespaceURI || '', 'ss');
  const declarations = new Set<string>();
  const text = (one: NewElement): string => {
    const { name, declaration } = (one.policy ? policy : own)(one.local);
    if (declaration) declarations.add(declaration);
    const attributes = Object.entries(one.attributes ?? {}).map(
      ([key, value]) => ` ${key}="${escapeAttribute(value)}"`,
    );
    const content =
      typeof one.content === 'string'
        ? escapeText(one.content)
        : (one.content ?? []).map((child) => text(child)).join('');
    const start = `${name}${attributes.join('')}`;
    return content === '' && typeof one.content !== 'string' ? `<${start}/>` : `<${start}>${content}</${name}>`;
  };
  const written = text(element);
  if (declarations.size === 0) return written;
  const end = /^<[^\s/>]+/.exec(written)?.[0].length ?? 0;
  return `${written.slice(0, end)}${Array.from(declarations, (one) => ` ${one}`).join('')}${written.slice(end)}`;
}

/** Names elements of a namespace: with a prefix in scope, or with one to be declared. */
function namer(context: Element, namespace: string, preferred: string) {
  if (namespace === '') {
    const declaration = lookupNamespace(context, '') === undefined ? undefined : 'xmlns=""';
    return (local: string) => ({ name: local, declaration });
  }
  const bound = Array.from(namespacesInScope(context)).find(([, uri]) => uri === namespace)?.[0];
  if (bound !== undefined)
    return (local: string) => ({ name: bound === '' ? local : `${bound}:${local}`, declaration: undefined });
  return (local: string) => ({ name: `${preferred}:${local}`, declaration: `xmlns:${preferred}="${namespace}"` });
}

/** Adds an element where the schema wants it. */
export function add(state: DocumentState, parent: Element, like: Element, element: NewElement): Element {
  const { elements } = appendTo(state, parent, write(parent, like, element));
  const [added] = elements;
  return added as Element; // one text gives one element
}

/** Adds an element as the first child: where networks put the switch of a rule. */
export function addFirst(state: DocumentState, parent: Element, like: Element, element: NewElement): void {
  transaction(state, (undoable) => {
    const added = readFragment(state, parent, write(parent, like, element), () => parent.tagName);
    undoable(insertIndented(parent, added, undefined));
    recordInsertion(state, added);
  });
}

/** Removes an element with the line it stands on. */
export function remove(state: DocumentState, element: Element): void {
  transaction(state, (undoable) => recordRemoval(state, element, () => undoable(removeIndented(element))));
}

/** Replaces the text of an element. */
export function setText(state: DocumentState, element: Element, text: string): void {
  if (textOf(element) === text) return;
  transaction(state, (undoable) => {
    for (let node = element.firstChild; node; ) {
      const next = node.nextSibling;
      if (node.nodeType === 3 || node.nodeType === 4) undoable(removeNode(node));
      node = next;
    }
    if (text !== '') undoable(insertText(element, text, element.firstChild));
    recordReplacement(state, element);
  });
}

/** Switches a service on or off. */
export function setActive(state: DocumentState, element: Element, active: boolean): void {
  if (isActive(element) === active) return;
  const terminal = { kind: 'attribute', name: qname(null, 'active') } as const;
  put(state, nodeSelector(stepsTo(element, state), terminal), String(active));
}
