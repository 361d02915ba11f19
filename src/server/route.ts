/** Parses request targets (RFC 4825 sections 6 and 8). */

import { decodePercent, encodeSegment } from '../selector/encode.ts';
import { SelectorSyntaxError } from '../selector/errors.ts';
import { Refusal } from './refusal.ts';
import { escapeFileName } from './stores/file-names.ts';
import { canonicalXui } from './xui.ts';

/** The path of a document in a store, in percent-encoded segments: `auid/users/xui/name` or `auid/global/name`. */
export type DocumentPath = string;

/** The document or node that a request target addresses. */
export interface Route {
  readonly auid: string;
  readonly tree: 'users' | 'global';
  /** The canonical XUI; absent in the global tree. */
  readonly user?: string;
  /** The folders and the name of the document, decoded. */
  readonly segments: readonly string[];
  readonly path: DocumentPath;
  /** The encoded node selector with its query; absent for a whole document. */
  readonly node?: string;
}

/** Longest segment of a document selector as a file name, the same for every store. File systems take 255 octets. */
const LONGEST_SEGMENT = 240;
/** Longest path of a document in octets, the same for every store. PostgreSQL takes keys of 2,704 octets. */
const LONGEST_PATH = 2000;
/** Largest number of segments: more than any usage needs, and few enough for a file system path. */
const MOST_SEGMENTS = 12;

/**
 * Parses a request target.
 *
 * @param rootPath - the path of the XCAP root, such as `/xcap-root`
 * @throws Refusal 400 for bad percent-encoding and impossible names, 404 outside of the trees, 414
 */
export function parseRoute(target: string, rootPath: string): Route {
  const [whole, query] = splitQuery(originForm(target));
  if (!whole.startsWith(`${rootPath}/`)) {
    throw new Refusal(404, `there is no resource here; the XCAP root is ${rootPath}`);
  }
  // The node selector is decoded later. Its percent-encoding is checked with that of the document selector.
  decodeSegment(whole);
  const raw = whole.slice(rootPath.length + 1).split('/');
  const separator = raw.findIndex((segment) => /^(?:~|%7[Ee]){2}$/.test(segment));
  const selector = (separator < 0 ? raw : raw.slice(0, separator)).map(decodeSegment);
  const [auid = '', tree, ...rest] = selector;
  if (tree !== 'users' && tree !== 'global') {
    throw new Refusal(404, 'a document selector reads AUID/users/XUI/name or AUID/global/name (RFC 4825 section 6.2)');
  }
  const user = tree === 'users' ? canonicalXui(rest.shift() ?? '') : undefined;
  if (user === 'sip:' || rest.length === 0 || (rest.length === 1 && rest[0] === '')) {
    throw new Refusal(404, 'folders cannot be read or written; name a document in one (RFC 4825 section 6.2)');
  }
  const kept = [auid, tree, ...(user === undefined ? [] : [user]), ...rest];
  for (const segment of kept) refuseImpossible(segment);
  const encoded = kept.map(encodeSegment);
  if (encoded.length > MOST_SEGMENTS || kept.some((segment) => escapeFileName(segment).length > LONGEST_SEGMENT)) {
    throw new Refusal(414, `a document selector has at most ${MOST_SEGMENTS} segments of ${LONGEST_SEGMENT} octets`);
  }
  const path = encoded.join('/');
  if (path.length > LONGEST_PATH) throw new Refusal(414, `a document selector has at most ${LONGEST_PATH} octets`);
  const node = separator < 0 ? undefined : `${raw.slice(separator + 1).join('/')}${query}`;
  return {
    auid,
    tree,
    segments: rest,
    path,
    ...(user !== undefined && { user }),
    ...(node !== undefined && { node }),
  };
}

/** Servers must accept the absolute form, which is sent to proxies (RFC 9112 section 3.2.2). */
const originForm = (target: string): string => /^https?:\/\/[^/?#]*(.*)$/is.exec(target)?.[1] ?? target;

function splitQuery(target: string): [path: string, query: string] {
  const question = target.indexOf('?');
  return question < 0 ? [target, ''] : [target.slice(0, question), target.slice(question)];
}

function decodeSegment(raw: string): string {
  try {
    return decodePercent(raw);
  } catch (cause) {
    if (!(cause instanceof SelectorSyntaxError)) throw cause;
    throw new Refusal(400, `the path expects ${cause.expected} (RFC 3986 section 2.1)`);
  }
}

function refuseImpossible(segment: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the expression finds control characters
  const hasControl = /[\0-\x1f\x7f\uFFFE\uFFFF]/.test(segment);
  const isImpossible = segment === '' || segment === '.' || segment === '..' || hasControl;
  if (isImpossible) {
    throw new Refusal(400, 'a segment of the path is empty, "." or "..", or contains a control character');
  }
}
