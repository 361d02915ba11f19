/** Merges one element: its attributes, its text, and its children through `merge-children.ts`. */

import type { Element } from '@xmldom/xmldom';
import { type QName, qname, sameQName } from '../../selector/ast.ts';
import { attributesOf, contentOf, isBlank, sameDeclarations, sameStartTag, textRuns } from '../diff/content.ts';
import { sameText } from '../diff/same-text.ts';
import { removeAttribute, setAttribute } from '../xml/attributes.ts';
import { equalXml } from '../xml/equal.ts';
import { attributeValue } from '../xml/walk.ts';
import { reducedContents } from './alike.ts';
import { mergeChildren } from './merge-children.ts';
import type { MergeContext } from './merge-context.ts';
import { setContent, setText, simpleText } from './result-edits.ts';
import { type Contents, NO_CONTENT, type ThreeWay } from './three-way.ts';

/** Merges an element without the contents of its children. @returns the children that have to be merged as well */
export function mergeElement(context: MergeContext, versions: ThreeWay): ThreeWay[] {
  const { base, mine, theirs, mineScope, theirScope } = versions;
  if (base && mineScope && sameText(base, mine, context.difference) && versions.keyOf === undefined) return [];
  const sameTag = base !== undefined && mineScope && sameStartTag(base, mine);
  const inner = {
    mineScope: base !== undefined && mineScope && (sameTag || sameDeclarations(base, mine)),
    theirScope: base !== undefined && theirScope && sameDeclarations(base, theirs),
  };
  const contents = readContents(context, versions, inner);
  const children = mergeContent(context, versions, contents, inner);
  if (!sameTag || versions.keyOf !== undefined) mergeAttributes(context, versions);
  return children;
}

/** Reads the contents of an element, without long rows of children that are the same in all versions. */
function readContents(
  context: MergeContext,
  versions: ThreeWay,
  { mineScope, theirScope }: Pick<ThreeWay, 'mineScope' | 'theirScope'>,
): Contents {
  const { base, mine, theirs, result } = versions;
  const { usage, partial } = context;
  const mayReduce = partial?.isFolded(result) && mineScope && theirScope;
  const reduced = mayReduce ? reducedContents(versions, usage, context.rowOf(theirs)) : undefined;
  if (reduced) return reduced;
  return {
    base: base ? contentOf(base, usage) : NO_CONTENT,
    mine: contentOf(mine, usage),
    theirs: contentOf(theirs, usage),
  };
}

function mergeContent(
  context: MergeContext,
  versions: ThreeWay,
  contents: Contents,
  inner: Pick<ThreeWay, 'mineScope' | 'theirScope'>,
): ThreeWay[] {
  const all = [contents.base, contents.mine, contents.theirs];
  const { result, theirs } = versions;
  if (all.every(({ children }) => children.length === 0)) {
    context.partial?.unfold(result, theirs);
    mergeText(context, versions, contents);
    return [];
  }
  const hasText = ({ isMixed, children, text }: Contents['base']): boolean =>
    isMixed || (children.length === 0 && !isBlank(text));
  // Mixed content, and a sequence that repeats as a whole, cannot be merged in parts.
  if (all.some(hasText) || context.rowOf(versions.theirs)?.row.repeats) {
    context.partial?.unfold(result, theirs);
    mergeWhole(context, versions);
    return [];
  }
  return mergeChildren(context, versions, contents, inner);
}

function mergeAttributes(context: MergeContext, versions: ThreeWay): void {
  const { base, mine, theirs, result, keyOf } = versions;
  const row = context.rowOf(theirs);
  const key = row?.key?.name;
  const prefix = (name: QName) => context.documents.result.scope.prefixes.get(name.namespace ?? '');
  for (const name of namesOf(base, mine, theirs)) {
    const [b, m, t] = [base, mine, theirs].map(
      (element) => element && attributeValue(element, name.namespace, name.local),
    );
    if (keyOf && key && sameQName(key, name)) {
      if (keyOf === 'base' && b !== undefined) setAttribute(result, name, b);
      continue;
    }
    if (m === b || m === t) continue;
    let value = m;
    if (t !== b) {
      const selector = context.selectorOf(versions, { kind: 'attribute', name });
      const type = row?.attributes.find((attribute) => sameQName(attribute.name, name))?.row.type;
      const decision = context.decideTexts('attribute', selector, type, [b, m, t]);
      if (decision === 'theirs') continue;
      if (typeof decision === 'object') value = simpleText(decision.data, type);
    }
    if (value === undefined) removeAttribute(result, name);
    else setAttribute(result, name, value, prefix(name));
  }
}

function mergeText(context: MergeContext, versions: ThreeWay, contents: Contents): void {
  const [b, m, t] = [contents.base.text, contents.mine.text, contents.theirs.text];
  if (m === b || m === t) return;
  let text = m;
  if (t !== b) {
    if ([b, m, t].every(isBlank)) return;
    const type = context.rowOf(versions.theirs)?.row.text;
    const decision = context.decideTexts('text', context.selectorOf(versions), type, [b, m, t]);
    if (decision === 'theirs') return;
    if (typeof decision === 'object') text = simpleText(decision.data, type);
  }
  setText(versions.result, text);
}

function mergeWhole(context: MergeContext, versions: ThreeWay): void {
  const { base, mine, theirs, result } = versions;
  if (sameContent(mine, theirs) || (base && sameContent(base, mine))) return;
  if (!base || !sameContent(base, theirs)) {
    if (context.decideElements('content', context.selectorOf(versions), versions) === 'theirs') return;
  }
  setContent(context, result, mine);
}

/** The names of all attributes of some elements. */
function namesOf(...elements: readonly (Element | undefined)[]): QName[] {
  const names: QName[] = [];
  for (const element of elements) {
    if (!element) continue;
    for (const { namespaceURI, localName, name } of attributesOf(element)) {
      const expanded = qname(namespaceURI || null, localName ?? name);
      if (!names.some((known) => sameQName(known, expanded))) names.push(expanded);
    }
  }
  return names;
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
