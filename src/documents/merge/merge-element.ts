/** Merges one element: attributes, text, and the children through `merge-children.ts`. */

import type { Attr, Element } from '@xmldom/xmldom';
import { type QName, qname, sameQName } from '../../selector/ast.ts';
import {
  attributesOf,
  type Content,
  contentOf,
  isBlank,
  sameDeclarations,
  sameStartTag,
  sameText,
  textRuns,
} from '../diff/content.ts';
import { removeAttribute, setAttribute } from '../xml/attributes.ts';
import { replaceElement } from '../xml/edit.ts';
import { equalXml } from '../xml/equal.ts';
import { parseFragment } from '../xml/parse.ts';
import { printNode } from '../xml/print.ts';
import { attributeValue } from '../xml/walk.ts';
import { mergeChildren } from './merge-children.ts';
import type { Merging } from './merging.ts';

/** Three versions of one element; `theirs` stands in the result and is edited. */
export interface Trio {
  readonly base: Element;
  readonly mine: Element;
  readonly theirs: Element;
}

/** A trio with what is known of the places it stands in. */
export interface TrioInScope extends Trio {
  /** The parents in the base and in my version bind prefixes alike. */
  readonly mineScope: boolean;
  /** The parents in the base and in their version bind prefixes alike. */
  readonly theirScope: boolean;
  /** My new key is taken in the result, and stays out of it. */
  readonly keepsKey?: boolean;
}

/** Merges elements into the result. */
export class ElementMerger {
  readonly #merging: Merging;

  constructor(merging: Merging) {
    this.#merging = merging;
  }

  root(trio: Trio): void {
    const { base, mine, theirs } = trio;
    const [b, m, t] = [base, mine, theirs].map((element) => `${element.localName} ${element.namespaceURI ?? ''}`);
    if (b === m && b === t) {
      this.element({ ...trio, mineScope: true, theirScope: true });
      return;
    }
    if (equalXml(base, mine)) return;
    const isTheirsUnchanged = equalXml(base, theirs);
    if (isTheirsUnchanged || this.#merging.elementConflict('content', this.#merging.inBase(base), trio))
      replaceElement(theirs, parseFragment(printNode(mine), {}, this.#merging.result.dom));
  }

  element(trio: TrioInScope): void {
    const { base, mine, theirs, mineScope, theirScope, keepsKey = false } = trio;
    if (mineScope && sameText(base, mine)) return;
    const sameTag = mineScope && sameStartTag(base, mine);
    const scopes = {
      mineScope: mineScope && (sameTag || sameDeclarations(base, mine)),
      theirScope: theirScope && sameDeclarations(base, theirs),
    };
    const contents = {
      base: contentOf(base, this.#merging.usage),
      mine: contentOf(mine, this.#merging.usage),
      theirs: contentOf(theirs, this.#merging.usage),
    };
    const all = Object.values(contents);
    if (all.every(({ children }) => children.length === 0)) this.#text(trio, contents);
    else if (all.some((content) => content.isMixed || (content.children.length === 0 && !isBlank(content.text))))
      this.#wholeContent(trio);
    else mergeChildren(this.#merging, this, { ...trio, ...scopes }, contents);
    if (!sameTag) this.#attributes(trio, keepsKey);
  }

  #attributes(trio: Trio, keepsKey: boolean): void {
    const { base, mine, theirs } = trio;
    const key = this.#merging.rowOf(base)?.key?.name;
    for (const name of namesOf(base, mine)) {
      const [b, m, t] = [base, mine, theirs].map((element) => attributeValue(element, name.namespace, name.local));
      if (m === b || m === t) continue;
      if (t !== b) {
        const selector = this.#merging.inBase(base, { kind: 'attribute', name });
        if (!this.#merging.conflict('attribute', selector, { base: b, mine: m, theirs: t })) continue;
      }
      if (keepsKey && key && sameQName(key, name)) continue;
      if (m === undefined) removeAttribute(theirs, name);
      else setAttribute(theirs, name, m, this.#merging.result.scope.prefixes.get(name.namespace ?? ''));
    }
  }

  #text(trio: Trio, contents: { readonly [side in keyof Trio]: Content }): void {
    const [b, m, t] = [contents.base.text, contents.mine.text, contents.theirs.text];
    if (m === b || m === t) return;
    if (t !== b) {
      if ([b, m, t].every(isBlank)) return;
      const sides = { base: b, mine: m, theirs: t };
      if (!this.#merging.conflict('text', this.#merging.inBase(trio.base), sides)) return;
    }
    this.#merging.setText(trio.theirs, m);
  }

  /** Text with elements in it cannot be merged by parts. */
  #wholeContent(trio: Trio): void {
    const { base, mine, theirs } = trio;
    if (sameContent(base, mine) || sameContent(mine, theirs)) return;
    if (!sameContent(base, theirs)) {
      if (!this.#merging.elementConflict('content', this.#merging.inBase(base), trio)) return;
    }
    this.#merging.setContent(theirs, mine);
  }
}

/** The names of all attributes of two elements. */
function namesOf(one: Element, other: Element): QName[] {
  const name = (attribute: Attr) => qname(attribute.namespaceURI || null, attribute.localName ?? attribute.name);
  const names = attributesOf(one).map(name);
  const more = attributesOf(other).map(name);
  return [...names, ...more.filter((candidate) => !names.some((known) => sameQName(known, candidate)))];
}

function sameContent(one: Element, other: Element): boolean {
  const [left, right] = [textRuns(one), textRuns(other)];
  if (left.length !== right.length || left.some((run, index) => run !== right[index])) return false;
  const [ours, others] = [contentOf(one, undefined).children, contentOf(other, undefined).children];
  return ours.every(({ element }, index) => {
    const counterpart = others[index];
    return counterpart !== undefined && equalXml(element, counterpart.element);
  });
}
