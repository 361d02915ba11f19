/** Result of a request's preconditions (RFC 9110 section 13.2.2). */
export type PreconditionOutcome = 'proceed' | 'not-modified' | 'failed';

/** Preconditions of a request, and the state of its resource. */
export interface Preconditions {
  readonly method: string;
  /** The current entity tag with its quotes; `undefined` when the resource does not exist. */
  readonly etag: string | undefined;
  /** The `If-Match` field as received. */
  readonly ifMatch?: string | undefined;
  /** The `If-None-Match` field as received. */
  readonly ifNoneMatch?: string | undefined;
}

/** An entity tag (RFC 9110 section 8.8.3); a space within the quotes is tolerated, a control character is not. */
const QUOTED = /^(?:W\/)?"([\x20\x21\x23-\x7e\x80-\xff]*)"$/;
/** What servers send without the quotes: no quote, comma, space or control character. */
const BARE = /^(?!W\/$)(?:W\/)?([\x21\x23-\x2b\x2d-\x7e\x80-\xff]+)$/;

/**
 * Returns the entity tag of an `ETag` field if it can be used in a condition: exactly as received, quoted or not, weak or
 * not. Returns `undefined` for `*`, which would match any version, for several fields in one, and for malformed ones.
 */
export function usableEtag(field: string | undefined): string | undefined {
  const opaque = field === undefined ? undefined : (QUOTED.exec(field) ?? BARE.exec(field))?.[1];
  return opaque === undefined || opaque === '*' ? undefined : field;
}

/**
 * Whether two entity tags name the same version: compared without `W/`, quotes, and the `-gzip` that proxies append to
 * the tag of what they compress.
 */
export const sameEtag = (a: string, b: string): boolean => bareEtag(a) === bareEtag(b);

function bareEtag(tag: string): string {
  const bare = (QUOTED.exec(tag) ?? BARE.exec(tag))?.[1] ?? tag;
  return bare.endsWith('-gzip') ? bare.slice(0, -'-gzip'.length) : bare;
}

/**
 * Returns an entity tag with the quotes HTTP requires (RFC 9110 section 8.8.3), for tags that a person or a document
 * gives without. `*`, quoted tags, weak tags and lists of quoted tags are returned as they are.
 */
export function quoteEtag(tag: string): string {
  const text = tag.trim();
  return text === '*' || /^(?:W\/)?".*"$/s.test(text) ? text : `"${text}"`;
}

/**
 * Parses an `If-Match` or `If-None-Match` field (RFC 9110 section 13.1). Commas inside quotes belong to the tag, and bare
 * tags are read as if quoted.
 *
 * @returns `'*'`, or the tags with their quotes and `W/`
 */
export function parseEtagList(field: string): '*' | readonly string[] {
  if (field.trim() === '*') return '*';
  const tags: string[] = [];
  const member = /[\s,]*((?:W\/)?"[^"]*"|[^\s,]+)/y;
  for (let match = member.exec(field); match; match = member.exec(field)) tags.push(quoteEtag(match[1] ?? ''));
  return tags;
}

/** Strong comparison (RFC 9110 section 8.8.3.2): equal, and neither is weak. */
const strongMatch = (a: string, b: string): boolean => a === b && !a.startsWith('W/');

/** Weak comparison (RFC 9110 section 8.8.3.2): equal apart from `W/`. */
export const weakMatch = (a: string, b: string): boolean => opaqueTag(a) === opaqueTag(b);

const opaqueTag = (tag: string): string => (tag.startsWith('W/') ? tag.slice(2) : tag);

/**
 * Evaluates `If-Match` and `If-None-Match` in the order of RFC 9110 section 13.2.2. `'failed'` is a 412, `'not-modified'` a
 * 304.
 */
export function decidePreconditions({ method, etag, ifMatch, ifNoneMatch }: Preconditions): PreconditionOutcome {
  if (ifMatch !== undefined && !isMatched(ifMatch, etag, strongMatch)) return 'failed';
  if (ifNoneMatch !== undefined && isMatched(ifNoneMatch, etag, weakMatch)) {
    return method === 'GET' || method === 'HEAD' ? 'not-modified' : 'failed';
  }
  return 'proceed';
}

function isMatched(field: string, etag: string | undefined, compare: (a: string, b: string) => boolean): boolean {
  if (etag === undefined) return false;
  const tags = parseEtagList(field);
  return tags === '*' || tags.some((tag) => compare(tag, etag));
}
