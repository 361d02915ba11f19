import { describeValue, refuseUnknownOptions } from '../../selector/arguments.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { UsageTable } from '../../selector/usage-table.ts';
import { checkUsages } from '../diff/diff.ts';
import { XcapDocument } from '../document.ts';
import { DocumentState } from '../state.ts';
import { replaceElement } from '../xml/edit.ts';
import { equalXml } from '../xml/equal.ts';
import { parseFragment } from '../xml/parse.ts';
import { PartialCopy } from '../xml/partial-copy.ts';
import { printNode } from '../xml/print.ts';
import type { MergeConflict, MergePreference } from './conflict.ts';
import { resolveDocumentKeys } from './document-keys.ts';
import { resolveEmptied } from './emptied.ts';
import { MergeContext } from './merge-context.ts';
import { mergeElement } from './merge-element.ts';
import type { ThreeWay } from './three-way.ts';

export type { ConflictKind, ConflictVersions, MergeConflict, MergePreference, MergeResolution } from './conflict.ts';

/**
 * Options of `merge`.
 *
 * @example
 * const { document, conflicts } = merge(base, mine, theirs, { prefer: 'theirs' });
 */
export interface MergeOptions {
  /** How conflicts are resolved. Every conflict is listed in the result as well. Default: `'theirs'`. */
  readonly prefer?: MergePreference;
}

/** A merged document with the conflicts that were found. */
export interface MergeResult<D> {
  readonly document: D;
  readonly conflicts: readonly MergeConflict[];
}

/**
 * Merges two versions of a document that have a common base. The result is `theirs` with my changes, so that their
 * comments and formatting are kept; it is `mine` when `theirs` is the base.
 *
 * - Children are the same child when they have the same key. One that has a new key and the same content was renamed,
 *   unless another child has that content, too. Repeated children without a key are compared by their content.
 * - The result has the additions, removals, changes, renames and moves of both sides. The same change on both sides is one
 *   change. An element that both sides added is added once; of a list that both added, the result has the entries of both.
 * - Changes that contradict each other are conflicts: each is listed, and resolved by `prefer`. An element that one side
 *   removed while the other side only removed some of its children is removed without a conflict.
 * - Merging again changes nothing: `merge(base, result, theirs)` and `merge(base, mine, result)` return the result.
 *   Exception: an element without a key that one side both changed and moved may get another position.
 *
 * The given documents are not changed; `diff(theirs, document)` returns the operations to send.
 *
 * @throws InvalidArgumentError for documents of different usages, unknown options, and resolutions that are not documented
 * @example
 * const { document, conflicts } = merge(base, mine, theirs, { prefer: 'mine' });
 */
export function merge<U extends UsageTable, D extends XcapDocument<U>>(
  base: D,
  mine: XcapDocument<U>,
  theirs: XcapDocument<U>,
  options: MergeOptions = {},
): MergeResult<D> {
  const prefer = preferenceOf(options);
  for (const [name, document] of Object.entries({ base, mine, theirs })) checkDocument(name, document);
  const versions = {
    base: XcapDocument.stateOf(base),
    mine: XcapDocument.stateOf(mine),
    theirs: XcapDocument.stateOf(theirs),
  };
  checkUsages(versions.base, versions.mine, versions.theirs);
  // All three are documents of one usage, and so of the same class.
  const as = (document: XcapDocument<U>) => document as unknown as D;
  const text = base.toString();
  if (text === theirs.toString()) return { document: as(mine.clone()), conflicts: [] };
  if (text === mine.toString()) return { document: as(theirs.clone()), conflicts: [] };
  if (needsWholeResult(theirs)) {
    const document = as(theirs.clone());
    const context = new MergeContext({ ...versions, result: XcapDocument.stateOf(document) }, undefined, prefer);
    mergeRoot(context, rootsOf(context));
    resolveDocumentKeys(context);
    resolveEmptied(context, (emptied) => XcapDocument.removedWithEmpty(document, emptied));
    return { document, conflicts: context.conflicts };
  }
  const partial = new PartialCopy(versions.theirs.dom);
  const result = new DocumentState(partial.document, versions.theirs.usage, versions.theirs);
  const context = new MergeContext({ ...versions, result }, partial, prefer);
  mergeRoot(context, rootsOf(context));
  return { document: as(XcapDocument.copyWithText(theirs, partial.toString())), conflicts: context.conflicts };
}

/** Whether the last steps of the merge look at all elements of the result, and not only at those that differ. */
function needsWholeResult<U extends UsageTable>(document: XcapDocument<U>): boolean {
  const rows = Array.from(XcapDocument.stateOf(document).usage?.elements.values() ?? []);
  return rows.some(({ row }) => row.unique === 'document') || XcapDocument.removesEmptied(document);
}

function preferenceOf(options: MergeOptions): MergePreference {
  refuseUnknownOptions(options, { prefer: true }, 'merge');
  const prefer: unknown = options.prefer ?? 'theirs';
  if (prefer === 'mine' || prefer === 'theirs') return prefer;
  if (typeof prefer === 'function') return prefer as MergePreference; // its answers are checked
  throw new InvalidArgumentError(
    `the option prefer of merge is 'mine', 'theirs' or a function, not ${describeValue(prefer)}`,
  );
}

function checkDocument(name: string, document: unknown): void {
  if (document instanceof XcapDocument) return;
  throw new InvalidArgumentError(
    `merge(base, mine, theirs) takes documents, but ${name} is ${describeValue(document)}; read a text with parse first`,
  );
}

function rootsOf({ documents }: MergeContext): ThreeWay {
  const [base, mine, theirs, result] = [documents.base, documents.mine, documents.theirs, documents.result].map(
    ({ dom }) => dom.documentElement,
  );
  if (!base || !mine || !theirs || !result)
    throw new InvalidArgumentError('a document without a root element cannot be merged');
  return { base, mine, theirs, result, parent: undefined, mineScope: true, theirScope: true };
}

function mergeRoot(context: MergeContext, roots: ThreeWay): void {
  const { base, mine, theirs, result } = roots;
  const [b, m, t] = [base ?? mine, mine, theirs].map(
    ({ localName, namespaceURI }) => `${localName} ${namespaceURI ?? ''}`,
  );
  if (b === m && b === t) {
    const pending = [roots];
    for (let versions = pending.pop(); versions; versions = pending.pop())
      pending.push(...mergeElement(context, versions).reverse());
    return;
  }
  if (base && equalXml(base, mine)) return;
  const isTheirsUnchanged = base && equalXml(base, theirs);
  const isMineTaken = () => context.decideElements('content', context.selectorOf(roots), roots) === 'mine';
  if (isTheirsUnchanged || isMineTaken())
    replaceElement(result, parseFragment(printNode(mine), {}, context.documents.result.dom));
}
