import type { XcapDocument } from '../../documents/document.ts';
import type { ClientContext } from '../context.ts';
import type { CallOptions } from '../options.ts';
import { perform } from '../request/perform.ts';
import { readDocument } from '../request/read-document.ts';
import type { DocumentPlace } from '../target.ts';
import { decodeText } from '../transport/text.ts';
import { type Patience, patiently } from './backoff.ts';

/** A document as it was on the server at one time. */
export class Snapshot {
  readonly text: string;
  readonly etag: string | undefined;
  readonly #parse: (xml: string) => XcapDocument;
  #document: XcapDocument | undefined;

  constructor(text: string, etag: string | undefined, parse: (xml: string) => XcapDocument) {
    this.text = text;
    this.etag = etag;
    this.#parse = parse;
  }

  /** To compare with, and never to be edited. */
  get document(): XcapDocument {
    this.#document ??= this.#parse(this.text);
    return this.#document;
  }

  /** A document of the caller's own, to be edited. */
  copy(): XcapDocument {
    const document = this.document;
    // Reading the text again waits until somebody compares, which mostly nobody does.
    this.#document = undefined;
    return document;
  }

  /** Whether nothing was written since: by the tag where there is one, else by the content. */
  isStill(other: Snapshot): boolean {
    if (this.etag !== undefined && other.etag !== undefined) return this.etag === other.etag;
    return this.text === other.text;
  }
}

/** Answers without a tag are rare enough to ask once more, before everything that needs one is given up. */
const TRIES_FOR_A_TAG = 3;

/**
 * Reads a document, again and again while the server only stumbles.
 *
 * @returns `undefined` when there is none
 */
export async function readSnapshot(
  context: ClientContext,
  place: DocumentPlace,
  options: CallOptions & Patience,
): Promise<Snapshot | undefined> {
  const read = await readIfChanged(context, place, undefined, options);
  return read === 'unchanged' ? undefined : read;
}

/** Reads a document unless it still has a tag. */
export async function readIfChanged(
  context: ClientContext,
  place: DocumentPlace,
  etag: string | undefined,
  options: CallOptions & Patience,
): Promise<Snapshot | 'unchanged' | undefined> {
  const tries = context.profile.etags.strength === 'none' ? 1 : TRIES_FOR_A_TAG;
  for (let attempt = 1; ; attempt++) {
    const read = await patiently(place.url, () => readOnce(context, place, etag, options), options);
    if (read === 'unchanged' || read === undefined || read.etag !== undefined || attempt >= tries) return read;
  }
}

async function readOnce(
  context: ClientContext,
  place: DocumentPlace,
  etag: string | undefined,
  options: CallOptions,
): Promise<Snapshot | 'unchanged' | undefined> {
  const call = { ...options, ifMatch: undefined, ifNoneMatch: etag };
  const answer = await perform(context, 'GET', place.url, call, { mayBeMissing: true });
  if (answer.status === 304) return 'unchanged';
  if (answer.status === 404) return undefined;
  const text = decodeText(answer);
  const snapshot = new Snapshot(text, answer.headers['etag'], place.parse);
  readDocument(answer, text, () => snapshot.document);
  return snapshot;
}
