import { refuseUnknownOptions } from '../../selector/arguments.ts';
import { InvalidArgumentError, quoteShortened } from '../../selector/errors.ts';
import type { UsageTable } from '../../selector/usage-table.ts';
import { XcapDocument } from '../document.ts';
import { PatchError } from '../errors.ts';
import { PARSE_OPTIONS, type ParseOptions } from '../xml/parse-limits.ts';
import { patchAll } from './apply-patch.ts';
import { opaqueTag } from './opaque-tag.ts';
import { readXcapDiff, type XcapDiff, type XcapDiffDocument } from './read.ts';

/**
 * Which document of the diff is patched, and its version.
 *
 * @example
 * const updated = applyXcapDiff(before, xcapDiff, { documentSelector, etag: '"a"', maxSize: 1_000_000 });
 */
export interface XcapDiffOptions extends ParseOptions {
  /**
   * Its document selector, such as `resource-lists/users/sip:joe@example.com/index`. Required if the diff has several.
   * Default: that of the only document.
   */
  readonly documentSelector?: string | undefined;
  /** Its entity tag, with or without quotes. Without it, the version is not checked. Default: none. */
  readonly etag?: string | undefined;
}

/**
 * Applies an xcap-diff document (RFC 5874) to a document: every `document` element for it, in order, all or none. A diff of
 * other documents changes nothing.
 *
 * @example
 * const updated = applyXcapDiff(before, xcapDiff, { documentSelector, etag: '"a"' });
 *
 * @returns the new entity tag as the diff gives it
 * @throws PatchError `etag-mismatch` if it is for another version, `no-patch` if the document has to be fetched or
 * was removed, or the condition of RFC 5261 section 5; the document is then unchanged
 * @throws InvalidArgumentError if the diff is of documents of another usage, or of several documents without
 * `documentSelector`
 */
export function applyXcapDiff<U extends UsageTable>(
  document: XcapDocument<U>,
  diffXml: string,
  options: XcapDiffOptions = {},
): { readonly etag: string | undefined } {
  refuseUnknownOptions(options, { ...PARSE_OPTIONS, etag: true, documentSelector: true }, 'applyXcapDiff');
  const { documentSelector, etag: former, ...limits } = options;
  const diff = readXcapDiff(diffXml, limits);
  let etag = former;
  const operations = [];
  const { usage } = XcapDocument.stateOf(document);
  for (const part of partsFor(diff, documentSelector)) {
    checkUsage(part.sel, usage?.table.auid);
    if (etag !== undefined && part.previousEtag !== undefined && opaqueTag(etag) !== opaqueTag(part.previousEtag))
      throw new PatchError(
        'etag-mismatch',
        part.sel,
        `it is a change of version ${part.previousEtag}, but the document is version ${etag}; fetch the document again`,
      );
    if (part.kind === 'fetch-document' || part.kind === 'removed') {
      const what = part.kind === 'removed' ? 'was removed' : 'changed, but the diff has no operations; fetch it again';
      throw new PatchError('no-patch', part.sel, `the document ${what}`);
    }
    operations.push(...part.operations);
    etag = part.newEtag ?? etag;
  }
  patchAll(XcapDocument.stateOf(document), operations);
  return { etag };
}

function partsFor({ root, documents }: XcapDiff, documentSelector: string | undefined): readonly XcapDiffDocument[] {
  if (documentSelector !== undefined) {
    const wanted = plain(documentSelector, root);
    return documents.filter(({ sel }) => plain(sel, root) === wanted);
  }
  const [first] = documents;
  const other = documents.find(({ sel }) => first && plain(sel, root) !== plain(first.sel, root));
  if (!other) return documents;
  throw new InvalidArgumentError(
    `the diff has changes of ${first?.sel} and ${other.sel}; choose one with documentSelector`,
  );
}

/** @throws InvalidArgumentError if the selector is one of another usage; a selector without a tree could be of any */
function checkUsage(sel: string, auid: string | undefined): void {
  const theirs = /(?:^|\/)([^/]+)\/(?:users|global)\//.exec(sel)?.[1];
  if (auid === undefined || theirs === undefined || plain(theirs, '') === auid) return;
  throw new InvalidArgumentError(
    `the diff is of ${quoteShortened(sel)}, but the document is a ${auid} document; choose one with documentSelector`,
  );
}

/** A document selector without root, leading slashes and percent-encoding, for comparison. */
function plain(sel: string, root: string): string {
  const relative = sel.startsWith(root) ? sel.slice(root.length) : sel;
  const path = relative.replace(/^\/+/, '');
  try {
    return decodeURIComponent(path);
  } catch {
    // A percent sign that starts no escape is compared literally.
    return path;
  }
}
