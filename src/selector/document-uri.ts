import { parseBindings } from './bindings.ts';
import { scopeOf } from './builder.ts';
import type { AnySelector, UntypedSelector } from './builder-types.ts';
import { decodePercent, encodeSegment, withoutTrailingSlashes } from './encode.ts';
import { InvalidArgumentError, quoteShortened, SelectorSyntaxError } from './errors.ts';
import { illegalCharacter } from './names.ts';
import { parsePath } from './read.ts';

/** An application usage as far as URIs need it; any usage object will do. */
export interface AuidHolder {
  readonly auid: string;
}

/** What a document selector consists of (RFC 4825 section 6.2). */
export interface DocumentAddress {
  /** The XCAP root URI, without a query. May be empty for a path relative to it. */
  readonly root: string;
  /** The application usage, or its AUID. */
  readonly usage: AnySelector | AuidHolder | string;
  /** The XUI whose tree it is: usually the user's SIP URI. Left out for the global tree. */
  readonly user?: string | undefined;
  /** `users` or `global`. Default: the usage's own tree, or the one that giving or not giving a user implies. */
  readonly tree?: 'users' | 'global' | undefined;
  /** Name of the document, folders separated by slashes; as an array, each member is one segment. Default: the usage's. */
  readonly document?: string | readonly string[] | undefined;
}

/** An XCAP URI taken apart. */
export interface XcapUri {
  readonly root: string;
  readonly auid: string;
  readonly tree: 'users' | 'global';
  /** The XUI, decoded; absent in the global tree. */
  readonly user?: string;
  /** Name of the document, decoded; folders separated by slashes. */
  readonly document: string;
  /** The document selector as it goes over the wire, with a leading slash. */
  readonly documentSelector: string;
  /** The node selector, decoded, without leading slash; absent when the URI addresses the whole document. */
  readonly nodeSelector?: string;
  /** The prefixes bound by the query (RFC 4825 section 6.4). */
  readonly namespaces: Readonly<Record<string, string>>;
  /** The node selector, read with the usage's default document namespace. */
  readonly selector?: UntypedSelector;
}

/**
 * Builds the URI of a document.
 *
 * @throws SelectorSyntaxError for a segment that no server could take: empty, `.`, `..`, `~~` or with control characters
 * @see RFC 4825, sections 6.1 and 6.2
 */
export function documentUri(address: DocumentAddress): string {
  return `${checkedRoot(address.root)}${documentSelector(address)}`;
}

/** The document selector alone, with a leading slash, as it goes over the wire. */
export function documentSelector(address: Omit<DocumentAddress, 'root'>): string {
  const { usage } = address;
  const auid = typeof usage === 'string' ? usage : 'auid' in usage ? usage.auid : auidOf(usage);
  const table = typeof usage === 'object' && 'node' in usage ? scopeOf(usage)?.usage?.table : undefined;
  const tree = address.tree ?? table?.tree ?? (address.user === undefined ? 'global' : 'users');
  if (tree === 'users' && address.user === undefined)
    throw new InvalidArgumentError('a document of the users tree needs a user');
  const document = address.document ?? table?.documentName ?? 'index';
  const segments = [
    auid,
    tree,
    ...(tree === 'users' ? [address.user ?? ''] : []),
    ...(typeof document === 'string' ? document.split('/') : document),
  ];
  return segments.map((segment) => `/${encodeSegment(checkedSegment(segment))}`).join('');
}

/**
 * The URI of a node: the document's, the separator `~~`, and the selector's path. A usage as it is addresses the
 * whole document.
 */
export function nodeUri(document: string, selector: AnySelector): string {
  return `${document}/~~${selector.toPath()}`;
}

/**
 * Takes an XCAP URI apart: the inverse of `documentUri` and of `selector.toPath()` behind `~~`.
 *
 * @param url - absolute, or relative to the root
 * @param options - `root`: the XCAP root; `usages`: the application usages whose default document namespaces are known
 * @throws SelectorSyntaxError when it is not below the root, no document selector, or its node selector is malformed
 * @see RFC 4825, section 6
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
  const document = { usage: auid, tree, user, document: segments };
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

/** Scheme and host are compared as URIs compare them: without regard to case, default ports left out. */
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
      : fail(index, 'a path segment that is not empty, "." or "..", without control characters');
  });
  const [auid, tree, ...rest] = decoded;
  if (auid === undefined || (tree !== 'users' && tree !== 'global')) return fail(1, '"users" or "global"');
  const [user, segments] = tree === 'users' ? [rest[0], rest.slice(1)] : [undefined, rest];
  if (tree === 'users' && user === undefined) return fail(2, 'a user');
  if (segments.length === 0) return fail(decoded.length, 'the name of a document');
  return { auid, tree, user, segments } as const;
}

/** The root without its trailing slash. */
function checkedRoot(root: string): string {
  if (typeof root !== 'string')
    throw new InvalidArgumentError('the XCAP root is a URL, such as https://xcap.example.com/xcap-root');
  const mark = root.search(/[?#]/);
  if (mark >= 0)
    throw new SelectorSyntaxError(root, mark, 'neither query nor fragment (RFC 4825 section 6.1)', { as: 'XCAP root' });
  return withoutTrailingSlashes(root);
}

function checkedSegment(segment: unknown): string {
  const problem = typeof segment === 'string' ? segmentProblem(segment) : 'is no string';
  if (problem === undefined && typeof segment === 'string') return segment;
  throw new SelectorSyntaxError(String(segment), 0, `a user or the name of a document, but this ${problem}`, {
    as: 'part of an XCAP URI',
  });
}

function segmentProblem(segment: string): string | undefined {
  if (segment === '') return 'is empty';
  if (segment === '.' || segment === '..') return 'would be resolved away';
  if (segment.includes('~~')) return 'holds "~~", which servers take for the node selector separator';
  if (hasControlCharacter(segment) || illegalCharacter(segment) >= 0)
    return 'holds a control character or a lone surrogate';
  return undefined;
}

const hasControlCharacter = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
};

/**
 * A user as an XUI: `sip:` is put before an address that has no scheme (RFC 4825 section 6.2).
 *
 * @throws InvalidArgumentError for what is no address: a name without domain, a display name around it
 */
export function xuiOf(user: string): string {
  if (typeof user !== 'string' || user === '')
    throw new InvalidArgumentError('the user is a SIP URI such as sip:alice@example.com');
  const at = user.indexOf('@');
  const hasScheme = /^[a-z][a-z0-9+.-]*:/i.test(at < 0 ? user : user.slice(0, at));
  if (hasScheme ? /[<>]/.test(user) : at <= 0 || /[\s<>"]/.test(user)) {
    throw new InvalidArgumentError(
      `${quoteShortened(user)} is no user: give the SIP URI and nothing else, such as sip:alice@example.com`,
    );
  }
  return hasScheme ? user : `sip:${user}`;
}

/** What a message calls the application usage. */
const auidOf = (selector: AnySelector): string => {
  const auid = scopeOf(selector)?.usage?.table.auid;
  if (auid !== undefined) return auid;
  throw new InvalidArgumentError(
    `${quoteShortened(String(selector))} belongs to no application usage: read it with one, or name the AUID`,
  );
};
