import { setTimeout } from 'node:timers/promises';
import { XcapDocument } from '../documents/document.ts';
import { ConflictError, XcapParseError } from '../documents/errors.ts';
import type { ServedUsage } from './catalogue.ts';
import { Refusal } from './refusal.ts';
import type { DocumentPath } from './route.ts';
import type { ServerStore, StoredDocument } from './stores/store.ts';

/** How much text may be kept as parsed documents; a DOM takes some thirty times the room of its text. */
const PARSED_OCTETS = 4 * 1024 * 1024;

/** Milliseconds between decision and writing where nothing holds them together: long enough for parallel requests. */
const GAP = 20;

interface Parsed {
  readonly etag: string;
  readonly document: XcapDocument;
  readonly size: number;
}

/** Documents in their store, with the parsed ones kept at hand, and one writer at a time for each. */
export class Repository {
  readonly store: ServerStore;
  readonly #parsed = new Map<DocumentPath, Parsed>();
  readonly #queues = new Map<DocumentPath, Promise<unknown>>();
  #parsedSize = 0;
  readonly #isUnlocked: () => boolean;

  /** @param isUnlocked - whether writers of one document overtake each other at the moment: for trying clients only */
  constructor(store: ServerStore, isUnlocked = () => false) {
    this.store = store;
    this.#isUnlocked = isUnlocked;
  }

  /** Runs one writing operation after the other for each path. */
  async serially<T>(path: DocumentPath, operation: () => Promise<T>): Promise<T> {
    if (this.#isUnlocked()) return operation();
    const before = this.#queues.get(path);
    const run = before ? before.then(operation, operation) : operation();
    this.#queues.set(path, run);
    try {
      return await run;
    } finally {
      if (this.#queues.get(path) === run) this.#queues.delete(path);
    }
  }

  /** Replaces a document in the store. */
  async write(path: DocumentPath, body: Buffer, contentType: string | undefined): Promise<StoredDocument> {
    if (this.#isUnlocked()) await setTimeout(GAP);
    return this.store.write(path, body, contentType);
  }

  /** The parsed document. It is for reading; an editor takes it with {@link take}. */
  parsed(path: DocumentPath, stored: StoredDocument, usage: ServedUsage): XcapDocument {
    const found = this.#parsed.get(path);
    if (found?.etag === stored.etag) {
      this.#parsed.delete(path);
      this.#parsed.set(path, found);
      return found.document;
    }
    const document = parse(stored, usage);
    this.keep(path, stored, document);
    return document;
  }

  /** The parsed document, no longer kept: if the edit fails half-way, nobody ever sees it. */
  take(path: DocumentPath, stored: StoredDocument, usage: ServedUsage): XcapDocument {
    const found = this.#parsed.get(path);
    this.forget(path);
    return found?.etag === stored.etag ? found.document : parse(stored, usage);
  }

  /** Keeps a parsed document that says what is stored. */
  keep(path: DocumentPath, stored: StoredDocument, document: XcapDocument): void {
    this.forget(path);
    const size = stored.body.length;
    if (size > PARSED_OCTETS) return;
    // Nobody reads the list of edits here, and it would grow with every one.
    XcapDocument.stateOf(document).changes.length = 0;
    this.#parsed.set(path, { etag: stored.etag, document, size });
    this.#parsedSize += size;
    for (const [oldest] of this.#parsed) {
      if (this.#parsedSize <= PARSED_OCTETS) break;
      this.forget(oldest);
    }
  }

  /** Drops what is kept of a document besides the store. */
  forget(path: DocumentPath): void {
    this.#parsedSize -= this.#parsed.get(path)?.size ?? 0;
    this.#parsed.delete(path);
  }
}

/** What is stored was well-formed when it was put; a file may have been edited since. */
function parse({ body }: StoredDocument, usage: ServedUsage): XcapDocument {
  try {
    return usage.parse(body.toString('utf8'));
  } catch (cause) {
    if (!(cause instanceof XcapParseError || cause instanceof ConflictError)) throw cause;
    throw new Refusal(500, `the stored document is damaged, put it anew: ${cause.message}`);
  }
}
