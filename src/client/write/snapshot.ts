import type { XcapDocument } from '../../documents/document.ts';
import { sameEtag } from '../../http/etag.ts';
import type { ClientContext } from '../context.ts';
import type { CallOptions } from '../options.ts';
import { perform } from '../request/perform.ts';
import { readDocument } from '../request/read-document.ts';
import type { DocumentPlace } from '../target.ts';
import { decodeText } from '../transport/text.ts';
import { type RetryOptions, readWithRetries } from './retry.ts';

/** A version of a document on the server. */
export class Snapshot {
  readonly text: string;
  readonly etag: string | undefined;
  /** Whether the runtime may hide an entity tag that the server sent (CORS). */
  readonly isTagHidden: boolean;
  readonly #parse: (xml: string) => XcapDocument;
  #document: XcapDocument | undefined;

  /**
   * @param parse - reads documents of the usage
   * @param isFiltered - whether the answer may have hidden header fields
   */
  constructor(text: string, etag: string | undefined, parse: (xml: string) => XcapDocument, isFiltered = false) {
    this.text = text;
    this.etag = etag;
    this.isTagHidden = isFiltered && etag === undefined;
    this.#parse = parse;
  }

  /** The document, for comparison only. Do not edit it. */
  get document(): XcapDocument {
    this.#document ??= this.#parse(this.text);
    return this.#document;
  }

  /** Returns a document that the caller may edit. */
  copy(): XcapDocument {
    const document = this.document;
    // The text is parsed again only when the next comparison needs it.
    this.#document = undefined;
    return document;
  }

  /** Returns whether nothing was written between two versions: by their entity tags, or else by their texts. */
  isStill(other: Snapshot): boolean {
    if (this.etag !== undefined && other.etag !== undefined) return sameEtag(this.etag, other.etag);
    return this.text === other.text;
  }
}

/** Returns whether nothing was written between two reads, of which either may have found no document. */
export const isSameVersion = (one: Snapshot | undefined, other: Snapshot | undefined): boolean =>
  one && other ? one.isStill(other) : one === other;

/** Number of reads before an answer without entity tag is accepted, from a server that otherwise sends them. */
const TRIES_FOR_A_TAG = 3;

/**
 * Reads a document, with retries. Returns `undefined` if there is none.
 *
 * @param known - text that is known to be a document: it is not parsed again
 */
export async function readSnapshot(
  context: ClientContext,
  place: DocumentPlace,
  options: CallOptions & RetryOptions,
  known?: string,
): Promise<Snapshot | undefined> {
  const read = await readIfChanged(context, place, undefined, options, known);
  return read === 'unchanged' ? undefined : read;
}

/**
 * Reads a document, with retries, unless it still has an entity tag.
 *
 * @param etag - `undefined` to read in any case
 * @param known - text that is known to be a document: it is not parsed again
 */
export async function readIfChanged(
  context: ClientContext,
  place: DocumentPlace,
  etag: string | undefined,
  options: CallOptions & RetryOptions,
  known?: string,
): Promise<Snapshot | 'unchanged' | undefined> {
  let left = context.profile.etags.strength === 'none' ? 1 : TRIES_FOR_A_TAG;
  let read: Snapshot | 'unchanged' | undefined;
  do {
    read = await readWithRetries(place.url, options, () => readOnce(context, place, etag, options, known));
    left--;
  } while (left > 0 && read instanceof Snapshot && read.etag === undefined && !read.isTagHidden);
  const isTagless = read instanceof Snapshot && read.etag === undefined && !read.isTagHidden;
  if (isTagless) context.server.noteMissingTag();
  return read;
}

async function readOnce(
  context: ClientContext,
  place: DocumentPlace,
  etag: string | undefined,
  options: CallOptions,
  known: string | undefined,
): Promise<Snapshot | 'unchanged' | undefined> {
  const payload = { mayBeMissing: true, condition: { ifNoneMatch: etag } };
  const answer = await perform(context, 'GET', place.url, options, payload);
  if (answer.status === 304) return 'unchanged';
  if (answer.status === 404) return undefined;
  const text = decodeText(answer);
  const snapshot = new Snapshot(text, answer.headers['etag'], place.parse, answer.isFiltered);
  if (text !== known) readDocument(answer, text, () => snapshot.document);
  return snapshot;
}
