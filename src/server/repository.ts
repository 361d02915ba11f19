import { setTimeout } from 'node:timers/promises';
import { XcapDocument } from '../documents/document.ts';
import { ConflictError, XcapParseError } from '../documents/errors.ts';
import { Sequence } from '../platform/sequence.ts';
import type { ServedUsage } from './catalogue.ts';
import type { ServerLimits } from './limits.ts';
import { Refusal } from './refusal.ts';
import type { DocumentPath } from './route.ts';
import { checkSize } from './size.ts';
import type { SaveOutcome, ServerStore, StoredResource, WrittenContent } from './stores/store.ts';

/** Estimated octets of memory for all cached documents. */
const CACHE_CAPACITY = 96 * 1024 * 1024;
/** Part of it that one document may occupy: a list of ten thousand entries takes a third. */
const LARGEST_CACHED = CACHE_CAPACITY / 2;
/** Octets of memory that a node of a parsed document occupies, on average. */
const NODE_OCTETS = 900;

/** Milliseconds between decision and write in `unlocked` mode: long enough for parallel requests to interfere. */
const UNLOCKED_GAP = 20;

/** How often a request is decided again because another server changed the document in between. */
const MOST_ATTEMPTS = 20;

/** Thrown within a write when the document no longer has the version that the write was decided on. */
const CHANGED = new Refusal(503, 'too many writers change this document at once; repeat the request', {
  'retry-after': '1',
});

/** A parsed document with the number of its nodes. */
export interface ParsedDocument {
  readonly document: XcapDocument;
  /** At least as many as there are. */
  readonly nodes: number;
  /** Whether the document is known to be valid. */
  readonly isValid: boolean;
}

interface CachedDocument {
  readonly etag: string;
  readonly parsed: ParsedDocument;
  readonly weight: number;
}

/** The documents of a store, with a cache of parsed documents, and one writer at a time for each. */
export class Repository {
  readonly store: ServerStore;
  readonly #cache = new Map<DocumentPath, CachedDocument>();
  readonly #writers = new Sequence<DocumentPath>();
  #cachedWeight = 0;
  readonly #limits: ServerLimits;
  readonly #isUnlocked: () => boolean;

  /** @param isUnlocked - whether writes are neither serialized nor conditional, which is useful only to test clients */
  constructor(store: ServerStore, limits: ServerLimits, isUnlocked: () => boolean) {
    this.store = store;
    this.#limits = limits;
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
    content: WrittenContent,
    decidedOn: StoredResource | undefined,
  ): Promise<Exclude<SaveOutcome, { outcome: 'changed' }>> {
    const isUnlocked = this.#isUnlocked();
    if (isUnlocked) await setTimeout(UNLOCKED_GAP);
    const outcome = await this.store.save(path, content, isUnlocked ? undefined : (decidedOn?.etag ?? null));
    if (outcome.outcome === 'changed') throw CHANGED;
    return outcome;
  }

  /** Creates a document that must not exist, also in `unlocked` mode. */
  async create(path: DocumentPath, content: WrittenContent): Promise<SaveOutcome> {
    if (this.#isUnlocked()) await setTimeout(UNLOCKED_GAP);
    return this.store.save(path, content, null);
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
      return cached.parsed.document;
    }
    const parsed = this.#parse(path, stored, usage);
    this.keep(path, stored, parsed);
    return parsed.document;
  }

  /** Returns the parsed document and removes it from the cache, so that nothing reads a half-finished edit. */
  take(path: DocumentPath, stored: StoredResource, usage: ServedUsage): ParsedDocument {
    const cached = this.#cache.get(path);
    this.forget(path);
    return cached?.etag === stored.etag ? cached.parsed : this.#parse(path, stored, usage);
  }

  /**
   * Returns a parsed document if it can be cached. One that cannot must not be referred to while its text is saved:
   * with many slow writes at once, it would occupy memory.
   */
  cacheable(parsed: ParsedDocument, body: Buffer): ParsedDocument | undefined {
    return weigh(parsed, body) <= LARGEST_CACHED ? parsed : undefined;
  }

  /** Caches the parsed form of a stored document. */
  keep(path: DocumentPath, stored: StoredResource, parsed: ParsedDocument): void {
    this.forget(path);
    if (!this.cacheable(parsed, stored.body)) return;
    const weight = weigh(parsed, stored.body);
    // The list of edits is not used here, and would grow with every edit.
    XcapDocument.stateOf(parsed.document).changes.length = 0;
    this.#cache.set(path, { etag: stored.etag, parsed, weight });
    this.#cachedWeight += weight;
    for (const [oldest] of this.#cache) {
      if (this.#cachedWeight <= CACHE_CAPACITY) break;
      this.forget(oldest);
    }
  }

  /** Removes a document from the cache. */
  forget(path: DocumentPath): void {
    this.#cachedWeight -= this.#cache.get(path)?.weight ?? 0;
    this.#cache.delete(path);
  }

  /** A stored document was well-formed and within the limits when it was put; its file may have been edited since. */
  #parse(path: DocumentPath, { body }: StoredResource, usage: ServedUsage): ParsedDocument {
    try {
      const text = body.toString('utf8');
      const nodes = checkSize(text, this.#limits, path);
      return { document: usage.parse(text), nodes, isValid: false };
    } catch (cause) {
      if (!(cause instanceof XcapParseError || cause instanceof ConflictError)) throw cause;
      throw new Refusal(500, `the stored document is damaged; put it again as a whole (${cause.message})`);
    }
  }
}

const weigh = ({ nodes }: ParsedDocument, body: Buffer): number => nodes * NODE_OCTETS + body.length * 4;

async function repeatIfChanged<T>(operation: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await operation();
    } catch (error) {
      if (error !== CHANGED || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}
