import { parseBindings } from './bindings.ts';
import { scopeOf } from './builder.ts';
import type { AnySelector, UntypedSelector } from './builder-types.ts';
import { decodePercent, encodeSegment, withoutTrailingSlashes } from './encode.ts';
import { InvalidArgumentError, quoteShortened, SelectorSyntaxError } from './errors.ts';
import { parsePath } from './read.ts';
import { illegalCharacter } from './xml-text.ts';

/** The part of an application usage that URIs need. */
export interface AuidHolder {
  readonly auid: string;
}

/** The parts of a document's URI (RFC 4825 sections 6.1 and 6.2). */
export interface DocumentAddress {
  /** The XCAP root URI, without a query. With an empty root the result is an absolute path. */
  readonly root: string;
  /** The application usage, or its AUID. */
  readonly usage: AnySelector | AuidHolder | string;
  /** The user: a SIP URI, to which `sip:` is added when it has no scheme, or `{ xui }`. Omitted for the global tree. */
  readonly user?: XcapUser | undefined;
  /** Default: the tree of the usage; without one, `users` when a user is given and `global` otherwise. */
  readonly tree?: 'users' | 'global' | undefined;
  /** Name of the document, with folders separated by slashes or as an array of segments. Default: the usage's document name, or `index`. */
  readonly document?: string | readonly string[] | undefined;
}

/** The parts of an XCAP URI. */
export interface XcapUri {
  readonly root: string;
  readonly auid: string;
  readonly tree: 'users' | 'global';
  /** The decoded XUI, which `documentUri` takes as `{ xui }`; absent in the global tree. */
  readonly user?: string;
  /** The decoded name of the document, with folders separated by slashes. */
  readonly document: string;
  /** The percent-encoded document selector, relative to the root. */
  readonly documentSelector: string;
  /** The decoded node selector without leading slash; absent when the URI addresses the whole document. */
  readonly nodeSelector?: string;
  /** The prefixes bound by the query (RFC 4825 section 6.4). */
  readonly namespaces: Readonly<Record<string, string>>;
  /** The parsed node selector; absent when the URI addresses the whole document. */
  readonly selector?: UntypedSelector;
}

/**
 * Builds the URI of a document.
 *
 * @throws SelectorSyntaxError for a segment that is empty, `.` or `..`, or that contains `~~` or control characters
 * @throws InvalidArgumentError for a document of the users tree without a user, and for a user that is neither a SIP URI
 *   nor `{ xui }`
 * @see RFC 4825, sections 6.1 and 6.2
 *
 * @example
 * documentUri({ root: 'https://xcap.example.com', usage: resourceLists, user: 'sip:alice@example.com' });
 * // https://xcap.example.com/resource-lists/users/sip:alice@example.com/index
 */
export function documentUri(address: DocumentAddress): string {
  return `${checkedRoot(address.root)}/${documentSelector(address)}`;
}

/**
 * Builds the percent-encoded document selector, relative to the XCAP root: without a leading slash.
 *
 * @throws SelectorSyntaxError for a segment that is empty, `.` or `..`, or that contains `~~` or control characters
 * @throws InvalidArgumentError for a document of the users tree without a user, and for a user that is neither a SIP URI
 *   nor `{ xui }`
 * @see RFC 4825, section 6.2
 *
 * @example
 * documentSelector({ usage: 'resource-lists', user: 'sip:alice@example.com' });
 * // resource-lists/users/sip:alice@example.com/index
 */
export function documentSelector(address: Omit<DocumentAddress, 'root'>): string {
  const { usage } = address;
  const auid = typeof usage === 'string' ? usage : 'auid' in usage ? usage.auid : auidOf(usage);
  const table = typeof usage === 'object' && 'node' in usage ? scopeOf(usage)?.usage?.table : undefined;
  const tree = address.tree ?? table?.tree ?? (address.user === undefined ? 'global' : 'users');
  const document = address.document ?? table?.documentName ?? 'index';
  let selector = `${segmentOf(auid)}/${segmentOf(tree)}`;
  if (tree === 'users') selector += `/${segmentOf(userSegment(address.user))}`;
  for (const segment of typeof document === 'string' ? document.split('/') : document) {
    selector += `/${segmentOf(segment)}`;
  }
  return selector;
}

/** A segment without characters to check or escape. With a dot at its start it might be `.` or `..`. */
const PLAIN_SEGMENT = /^[A-Za-z0-9\-_!$&'()*+,;=:@][A-Za-z0-9\-._!$&'()*+,;=:@]*$/;

const segmentOf = (segment: string): string =>
  typeof segment === 'string' && PLAIN_SEGMENT.test(segment) ? segment : encodeSegment(checkedSegment(segment));

/** Returns the XUI of a user; the error for what no URI can hold is that of every other segment. */
function userSegment(user: XcapUser | undefined): string {
  if (user === undefined) throw new InvalidArgumentError('a document in the users tree needs a user');
  if (typeof user === 'string' && user !== '') checkedSegment(user);
  return xuiOf(user);
}

/**
 * Builds the URI of a node: the URI of the document, the separator `~~`, and the percent-encoded node selector. A usage
 * selects the root element.
 *
 * @param document - the URI of the document, as `documentUri` returns it
 * @see RFC 4825, section 6
 *
 * @example
 * nodeUri(uri, resourceLists.list('friends')); // .../index/~~/resource-lists/list%5B@name=%22friends%22%5D
 */
export function nodeUri(document: string, selector: AnySelector): string {
  return `${document}/~~${selector.toPath()}`;
}

/**
 * Parses an XCAP URI: the inverse of `documentUri` and `nodeUri`.
 *
 * @param url - absolute, or relative to the root
 * @param options - `root`: the XCAP root; `usages`: application usages with the default namespaces of node selectors
 * @throws SelectorSyntaxError when the URI is not below the root, or its document or node selector is malformed
 * @see RFC 4825, section 6
 *
 * @example
 * const { auid, user, selector } = parseXcapUri(url, { root, usages: builtInUsages });
 */
export function parseXcapUri(
  url: string,
  options: { readonly root: string; readonly usages?: readonly (AnySelector & AuidHolder)[] | undefined },
): XcapUri {
  const root = checkedRoot(options.root);
  const below = relativeTo(url, root);
  const question = below.indexOf('?');
  const path = question < 0 ? below : below.slice(0, question);
  const query = question < 0 ? '' : below.slice(question);
  const separator = /\/(?:~|%7[Ee]){2}(?:\/|$)/.exec(path);
  const documentPath = separator ? path.slice(0, separator.index) : path;
  const offset = url.length - below.length;
  const { auid, tree, user, segments } = splitDocument(url, documentPath, offset);
  const document = { usage: auid, tree, user: user === undefined ? user : { xui: user }, document: segments };
  const common = {
    root,
    auid,
    tree,
    ...(user === undefined ? undefined : { user }),
    document: segments.join('/'),
    documentSelector: documentSelector(document),
    namespaces: Object.fromEntries(parseBindings(decodePercent(query.slice(1), url, offset + question + 1))),
  };
  if (!separator) return common;
  const nodePath = path.slice(separator.index + separator[0].length);
  const usage = options.usages?.find((candidate) => candidate.auid === auid);
  const selector = parsePath(nodePath + query, usage ?? {});
  return { ...common, nodeSelector: decodePercent(nodePath), selector };
}

function relativeTo(url: string, root: string): string {
  const isAbsolute = /^[a-z][a-z0-9+.-]*:\/\//i.test(url);
  if (!isAbsolute) return url.startsWith('/') ? url : `/${url}`;
  if (url.startsWith(`${root}/`)) return url.slice(root.length);
  const same = sameRoot(url, root);
  if (same !== undefined) return same;
  throw new SelectorSyntaxError(url, 0, `a URI below the XCAP root ${root}`, { as: 'XCAP URI' });
}

/** Compares scheme and host without regard to case and default ports. Returns the URL relative to the root. */
function sameRoot(url: string, root: string): string | undefined {
  const parts = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)(.*)$/is;
  const [, origin, rest] = parts.exec(url) ?? [];
  const [, rootOrigin, rootPath] = parts.exec(root) ?? [];
  if (origin === undefined || rootOrigin === undefined || rest === undefined || rootPath === undefined)
    return undefined;
  const canonical = (text: string) => text.toLowerCase().replace(/^(http:.*):80$|^(https:.*):443$/, '$1$2');
  return canonical(origin) === canonical(rootOrigin) && rest.startsWith(`${rootPath}/`)
    ? rest.slice(rootPath.length)
    : undefined;
}

function splitDocument(url: string, path: string, offset: number) {
  const raw = path.slice(1).split('/');
  const fail = (index: number, expected: string): never => {
    const before = raw.slice(0, index).reduce((sum, segment) => sum + segment.length + 1, 0);
    throw new SelectorSyntaxError(url, offset + 1 + before, expected, { as: 'XCAP URI' });
  };
  const decoded = raw.map((segment, index) => {
    const text = decodePercent(segment, url);
    return segmentProblem(text) === undefined
      ? text
      : fail(index, 'a path segment other than "." and "..", not empty and without control characters');
  });
  const [auid, tree, ...rest] = decoded;
  if (auid === undefined || (tree !== 'users' && tree !== 'global')) return fail(1, '"users" or "global"');
  const [user, segments] = tree === 'users' ? [rest[0], rest.slice(1)] : [undefined, rest];
  if (tree === 'users' && user === undefined) return fail(2, 'a user');
  if (segments.length === 0) return fail(decoded.length, 'the name of a document');
  return { auid, tree, user, segments } as const;
}

/** Returns the root without trailing slashes. */
function checkedRoot(root: string): string {
  if (typeof root !== 'string')
    throw new InvalidArgumentError('the XCAP root must be a URL such as https://xcap.example.com/xcap-root');
  const mark = root.search(/[?#]/);
  if (mark >= 0)
    throw new SelectorSyntaxError(root, mark, 'neither query nor fragment (RFC 4825 section 6.1)', { as: 'XCAP root' });
  return withoutTrailingSlashes(root);
}

function checkedSegment(segment: unknown): string {
  const problem = typeof segment === 'string' ? segmentProblem(segment) : 'is not a string';
  if (problem === undefined && typeof segment === 'string') return segment;
  throw new SelectorSyntaxError(String(segment), 0, `a user or a document name, but this ${problem}`, {
    as: 'part of an XCAP URI',
  });
}

function segmentProblem(segment: string): string | undefined {
  if (segment === '') return 'is empty';
  if (segment === '.' || segment === '..') return 'is removed when a URI is resolved';
  if (segment.includes('~~')) return 'contains "~~", which servers take for the node selector separator';
  if (hasControlCharacter(segment) || illegalCharacter(segment) >= 0)
    return 'contains a control character or a lone surrogate';
  return undefined;
}

const hasControlCharacter = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
};

/** A user: a SIP URI, to which `sip:` is added when it has no scheme, or an XUI that is used exactly as given. */
export type XcapUser = string | { readonly xui: string };

/**
 * Returns the XUI of a user: the SIP URI, with `sip:` added to an address without a scheme (RFC 4825 section 6.2).
 *
 * @throws InvalidArgumentError for a name without a domain, or an address with a display name
 */
export function xuiOf(user: XcapUser): string {
  if (typeof user === 'object' && user !== null && typeof user.xui === 'string' && user.xui !== '') return user.xui;
  if (typeof user !== 'string' || user === '')
    throw new InvalidArgumentError(
      'the user must be a SIP URI such as sip:alice@example.com, or { xui } with the name of the user on the server',
    );
  const at = user.indexOf('@');
  const hasScheme = /^[a-z][a-z0-9+.-]*:/i.test(at < 0 ? user : user.slice(0, at));
  if (hasScheme ? /[<>]/.test(user) : at <= 0 || /[\s<>"]/.test(user)) {
    throw new InvalidArgumentError(
      `${quoteShortened(user)} is not a SIP URI: give only the URI, such as sip:alice@example.com, or { xui } for a user that the server knows by another name`,
    );
  }
  return hasScheme ? user : `sip:${user}`;
}

/** Returns the AUID of the usage a selector belongs to. */
const auidOf = (selector: AnySelector): string => {
  const auid = scopeOf(selector)?.usage?.table.auid;
  if (auid !== undefined) return auid;
  throw new InvalidArgumentError(
    `${quoteShortened(String(selector))} does not belong to an application usage: parse it with one, or give the AUID as usage`,
  );
};
