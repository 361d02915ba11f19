/** What a server does about a request's conditions (RFC 9110 section 13.2.2). */
export type PreconditionOutcome = 'proceed' | 'not-modified' | 'failed';

/** What a request's conditions are decided by. */
export interface Preconditions {
  readonly method: string;
  /** The current entity tag with its quotes; `undefined` when the resource does not exist. */
  readonly etag: string | undefined;
  /** The `If-Match` field as received. */
  readonly ifMatch?: string | undefined;
  /** The `If-None-Match` field as received. */
  readonly ifNoneMatch?: string | undefined;
}

/**
 * Gives an entity tag the quotes HTTP wants (RFC 9110 section 8.8.3), for servers that hand out bare ones.
 * `*`, quoted tags, weak tags and lists of quoted tags stay as they are.
 */
export function quoteEtag(tag: string): string {
  const text = tag.trim();
  return text === '*' || /^(?:W\/)?".*"$/s.test(text) ? text : `"${text}"`;
}

/**
 * Reads an `If-Match` or `If-None-Match` field (RFC 9110 section 13.1). Commas inside quotes belong to the tag,
 * and bare tags are taken as if quoted.
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
 * Decides what a server does about `If-Match` and `If-None-Match`, in the order of RFC 9110 section 13.2.2:
 * `'failed'` is a 412, `'not-modified'` a 304.
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
