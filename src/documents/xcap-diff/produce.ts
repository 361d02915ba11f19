import { describeValue, refuseUnknownOptions, requireString } from '../../selector/arguments.ts';
import type { AnySelector } from '../../selector/builder-types.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { UsageTable } from '../../selector/usage-table.ts';
import type { XcapDocument } from '../document.ts';
import { nodeOf } from '../state.ts';
import { printXcapDiff } from './print.ts';

/**
 * The document and the versions of a diff.
 *
 * @example
 * createXcapDiff(before, after, { root, documentSelector, previousEtag: 'a', newEtag: 'b', nodes: [friends] });
 */
export interface CreateXcapDiffOptions {
  /** The XCAP root that `documentSelector` is relative to. */
  readonly root: string;
  /** Such as `resource-lists/users/sip:joe@example.com/index`. */
  readonly documentSelector: string;
  /** Entity tag of the earlier version; none if the document was created. Default: none. */
  readonly previousEtag?: string | undefined;
  /** Entity tag of the later version; none if the document was removed. Default: none. */
  readonly newEtag?: string | undefined;
  /** Elements and attributes that the diff shows as they are in the later version. Default: none. */
  readonly nodes?: readonly AnySelector[] | undefined;
}

const OPTIONS: Readonly<Record<keyof CreateXcapDiffOptions, true>> = {
  root: true,
  documentSelector: true,
  previousEtag: true,
  newEtag: true,
  nodes: true,
};

/**
 * Creates the xcap-diff document (RFC 5874) between two versions of a document: with the patch operations of RFC 5261, or
 * with `body-not-changed` if the versions are equal. Applied to the earlier version, it gives the later one in canonical
 * form with comments: comments, processing instructions, white space, prefixes, namespace declarations and CDATA sections
 * are kept. Steps select elements by key where they have one, so that a reader with changes to other elements can apply
 * it.
 *
 * @param before - `undefined` if the document was created
 * @param after - `undefined` if the document was removed
 *
 * @example
 * createXcapDiff(before, after, { root, documentSelector, previousEtag: 'a', newEtag: 'b' });
 *
 * @throws InvalidArgumentError if the documents are of different usages, and if an entity tag is missing or superfluous
 */
export function createXcapDiff<U extends UsageTable>(
  before: XcapDocument<U> | undefined,
  after: XcapDocument<U> | undefined,
  options: CreateXcapDiffOptions,
): string {
  refuseUnknownOptions(options ?? {}, OPTIONS, 'createXcapDiff');
  const sel = requireString(options?.documentSelector, 'createXcapDiff: documentSelector');
  const root = requireString(options?.root, 'createXcapDiff: root');
  const { previousEtag, newEtag, nodes = [] } = options;
  const given: unknown = nodes;
  if (!Array.isArray(given))
    throw new InvalidArgumentError(`createXcapDiff: nodes must be an array of selectors, not ${describeValue(given)}`);
  for (const selector of nodes) nodeOf({ usage: undefined }, selector);
  if (!before && !after) throw new InvalidArgumentError('createXcapDiff: give at least one version of the document');
  checkTag('previousEtag', previousEtag, before !== undefined);
  checkTag('newEtag', newEtag, after !== undefined);
  const change = before && after ? { before, after } : undefined;
  return printXcapDiff({
    root,
    documents: [{ sel, previousEtag, newEtag, change }],
    nodes: nodes.map((selector) => ({ sel: `${sel}/~~${selector.toPath()}`, selector, document: after })),
  });
}

function checkTag(name: 'previousEtag' | 'newEtag', tag: unknown, isNeeded: boolean): void {
  if (isNeeded) requireString(tag, `createXcapDiff: ${name}`);
  else if (tag !== undefined)
    throw new InvalidArgumentError(
      `createXcapDiff: ${name} is ${describeValue(tag)}, but there is no document that has it; leave it out`,
    );
}
