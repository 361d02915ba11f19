import { setTimeout } from 'node:timers/promises';
import { XcapDocument } from '../documents/document.ts';
import { ConflictError, XcapParseError } from '../documents/errors.ts';
import type { ServedUsage } from './catalogue.ts';
import { Refusal } from './refusal.ts';
import type { DocumentPath } from './route.ts';
import { Sequence } from './sequence.ts';
import type { ResourceContent, SaveOutcome, ServerStore, StoredResource } from './stores/store.ts';

/** Octets of text that are cached as parsed documents. A DOM takes about thirty times the memory of its text. */
const CACHED_OCTETS = 4 * 1024 * 1024;

/** Milliseconds between decision and write in `unlocked` mode: long enough for parallel requests to interfere. */
const UNLOCKED_GAP = 20;

/** How often a request is decided again because another server changed the document in between. */
const MOST_ATTEMPTS = 20;

/** Thrown within a write when the document no longer has the version that the write was decided on. */
const CHANGED = new Refusal(503, 'too many writers change this document at once; repeat the request', {
  'retry-after': '1',
});

interface CachedDocument {
  readonly etag: string;
  readonly document: XcapDocument;
  readonly size: number;
}

/** The documents of a store, with a cache of parsed documents, and one writer at a time for each. */
export class Repository {
  readonly store: ServerStore;
  readonly #cache = new Map<DocumentPath, CachedDocument>();
  readonly #writers = new Sequence<DocumentPath>();
  #cachedOctets = 0;
  readonly #isUnlocked: () => boolean;

  /** @param isUnlocked - whether writes are neither serialized nor conditional, which is useful only to test clients */
  constructor(store: ServerStore, isUnlocked = () => false) {
    this.store = store;
    this.#isUnlocked = isUnlocked;
  }

  /** Runs a reading operation after the writes of its path that were requested before it. */
  async read<T>(path: DocumentPath, operation: () => Promise<T>): Promise<T> {
    const earlier = this.#isUnlocked() ? undefined : this.#writers.settled(path);
    if (earlier) await earlier;
    return operation();
  }

  /**
   * Runs a writing operation after the writes of its path that were requested before it. It runs again, from the start,
   * when another server that shares the store writes the document in between.
   */
  async write<T>(path: DocumentPath, operation: () => Promise<T>): Promise<T> {
    return this.#isUnlocked() ? operation() : this.#writers.run(path, () => repeatIfChanged(operation));
  }

  /**
   * Creates or replaces a document, provided that its version is still the one that the request was decided on.
   *
   * @param decidedOn - the version that was loaded; `undefined` when there was none
   */
  async save(
    path: DocumentPath,
    content: ResourceContent,
    decidedOn: StoredResource | undefined,
  ): Promise<Exclude<SaveOutcome, { outcome: 'changed' }>> {
    if (this.#isUnlocked()) await setTimeout(UNLOCKED_GAP);
    const required = this.#isUnlocked() ? undefined : (decidedOn?.etag ?? null);
    const outcome = await this.store.save(path, content, required);
    if (outcome.outcome === 'changed') throw CHANGED;
    return outcome;
  }

  /** Deletes a document, provided that its version is still the one that the request was decided on. */
  async delete(path: DocumentPath, decidedOn: StoredResource): Promise<void> {
    this.forget(path);
    const required = this.#isUnlocked() ? undefined : decidedOn.etag;
    if ((await this.store.delete(path, required)) === 'changed') throw CHANGED;
  }

  /** Returns the parsed document, for reading only. To edit it, use {@link take}. */
  parsed(path: DocumentPath, stored: StoredResource, usage: ServedUsage): XcapDocument {
    const cached = this.#cache.get(path);
    if (cached?.etag === stored.etag) {
      this.#cache.delete(path);
      this.#cache.set(path, cached);
      return cached.document;
    }
    const document = parse(stored, usage);
    this.keep(path, stored, document);
    return document;
  }

  /** Returns the parsed document and removes it from the cache, so that nothing reads a half-finished edit. */
  take(path: DocumentPath, stored: StoredResource, usage: ServedUsage): XcapDocument {
    const cached = this.#cache.get(path);
    this.forget(path);
    return cached?.etag === stored.etag ? cached.document : parse(stored, usage);
  }

  /** Caches the parsed form of a stored document. */
  keep(path: DocumentPath, stored: StoredResource, document: XcapDocument): void {
    this.forget(path);
    const size = stored.body.length;
    if (size > CACHED_OCTETS) return;
    // The list of edits is not used here, and would grow with every edit.
    XcapDocument.stateOf(document).changes.length = 0;
    this.#cache.set(path, { etag: stored.etag, document, size });
    this.#cachedOctets += size;
    for (const [oldest] of this.#cache) {
      if (this.#cachedOctets <= CACHED_OCTETS) break;
      this.forget(oldest);
    }
  }

  /** Removes a document from the cache. */
  forget(path: DocumentPath): void {
    this.#cachedOctets -= this.#cache.get(path)?.size ?? 0;
    this.#cache.delete(path);
  }
}

async function repeatIfChanged<T>(operation: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await operation();
    } catch (error) {
      if (error !== CHANGED || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

/** A stored document was well-formed when it was put; its file may have been edited since. */
function parse({ body }: StoredResource, usage: ServedUsage): XcapDocument {
  try {
    return usage.parse(body.toString('utf8'));
  } catch (cause) {
    if (!(cause instanceof XcapParseError || cause instanceof ConflictError)) throw cause;
    throw new Refusal(500, `the stored document is damaged; put it again as a whole (${cause.message})`);
  }
}
