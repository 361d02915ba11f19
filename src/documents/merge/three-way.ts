/** Three versions of one element, and the comparison of one version with the common base. */

import type { Element } from '@xmldom/xmldom';
import { attributesOf, type Child, type Content, contentOf, isBlank } from '../diff/content.ts';
import { sameText } from '../diff/same-text.ts';
import { equalXml } from '../xml/equal.ts';
import { sameAttributeOf } from '../xml/walk.ts';

/** Three versions of one element, with the element of the result. */
export interface ThreeWay {
  /** `undefined` for an element that both sides added. */
  readonly base: Element | undefined;
  readonly mine: Element;
  /** Their version as it was given; it is only read. */
  readonly theirs: Element;
  /** A copy of their version in the result; it is edited. */
  readonly result: Element;
  /** The three versions of the parent; `undefined` for the root element. */
  readonly parent: ThreeWay | undefined;
  /** Whether the parents in the base and in my version bind the same prefixes. */
  readonly mineScope: boolean;
  /** Whether the parents in the base and in their version bind the same prefixes. */
  readonly theirScope: boolean;
  /** Which side's key the element gets where both sides gave the same key to different elements. */
  readonly keyOf?: 'base' | 'theirs';
}

/** The contents of three versions. */
export interface Contents {
  readonly base: Content;
  readonly mine: Content;
  readonly theirs: Content;
  /** Children of their version that the contents leave out, because they are the same in all versions. */
  readonly omitted?: ReadonlySet<Element>;
}

/** Content of an element that does not exist. */
export const NO_CONTENT: Content = { children: [], text: '', isMixed: false };

/** Whether two versions of an element are equal. */
export const isUnchanged = (base: Element, now: Element, sameScope: boolean): boolean =>
  (sameScope && sameText(base, now)) || equalXml(base, now);

/**
 * Whether a version differs from the base only in child elements that it lacks. Such a change does not contradict the
 * removal of the whole element.
 */
export function onlyRemoves(base: Element, now: Element, sameScope: boolean): boolean {
  if (isUnchanged(base, now, sameScope)) return true;
  if (base.localName !== now.localName || (base.namespaceURI || null) !== (now.namespaceURI || null)) return false;
  const attributes = attributesOf(base);
  if (attributes.length !== attributesOf(now).length) return false;
  const same = sameAttributeOf(now);
  if (attributes.some((attribute) => same(attribute)?.value !== attribute.value)) return false;
  const [before, after] = [contentOf(base, undefined), contentOf(now, undefined)];
  if (before.isMixed || after.isMixed) return false;
  if (before.children.length === 0) return after.children.length === 0 && before.text === after.text;
  if (after.children.length === 0) return isBlank(after.text);
  let at = 0;
  return after.children.every((child) => {
    while (at < before.children.length) {
      const former = before.children[at++];
      if (former && former.name === child.name && onlyRemoves(former.element, child.element, false)) return true;
    }
    return false;
  });
}

/** Whether an element exists for its children, each of which has a key: such elements are merged child by child. */
export const isCollection = ({ row }: Child): boolean => {
  const many = row?.children.filter(({ occurs }) => occurs === '*' || occurs === '+') ?? [];
  return many.length > 0 && many.every(({ element }) => element.key !== undefined);
};

/** Whether an element contains more than texts that occur once: it is more than its key and a name to show. */
export const isCompound = ({ row }: Child): boolean =>
  row?.children.some(({ element, occurs }) => occurs === '*' || occurs === '+' || element.children.length > 0) ?? false;
