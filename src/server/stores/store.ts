import type { DocumentPath } from '../route.ts';

/** What a write puts into a store. */
export interface ResourceContent {
  /** The octets of the document. */
  readonly body: Buffer;
  /** The media type, where the application usage does not define it. */
  readonly contentType?: string | undefined;
}

/** What a write puts into a store, with the values that no other document may hold. */
export interface WrittenContent extends ResourceContent {
  /**
   * Values that the document claims, such as the URIs of its services (RFC 4826 section 4.4.5). They replace its earlier
   * claims. Default: none.
   */
  readonly claims?: readonly string[] | undefined;
}

/**
 * Reads the claims of documents that a store holds already.
 *
 * @example
 * const reader: ClaimReader = { auid: 'rls-services', claimsOf: (body) => urisIn(String(body)) };
 */
export interface ClaimReader {
  /** The application usage whose documents have claims. */
  readonly auid: string;
  /** Returns the claims of a document of this usage; none for a damaged one. */
  claimsOf(body: Buffer): readonly string[];
}

/** A document in a store. */
export interface StoredResource extends ResourceContent {
  /** A strong entity tag with its quotes. It changes with every write and never returns. */
  readonly etag: string;
  /** Time of the last write. */
  readonly modified: Date;
}

/** One document of a listing. */
export interface StoredEntry extends Omit<StoredResource, 'body'> {
  readonly path: DocumentPath;
  /** Size in octets. */
  readonly size: number;
}

/** The documents to list: those of one user (canonical XUI), or those of the global tree. */
export interface TreeFilter {
  readonly tree: 'users' | 'global';
  /** Default: the documents of every user. */
  readonly user?: string | undefined;
  /** Default: the documents of every application usage. */
  readonly auid?: string | undefined;
}

/**
 * The version that a write requires: an entity tag, `null` when the document must not exist, `undefined` for any state.
 */
export type RequiredVersion = string | null | undefined;

/** The result of {@link ServerStore.save}. Only `saved` has changed anything. */
export type SaveOutcome =
  | { readonly outcome: 'saved'; readonly resource: StoredResource }
  /** The document does not have the required version. */
  | { readonly outcome: 'changed' }
  /** Other documents hold some of the claimed values. */
  | { readonly outcome: 'claimed'; readonly claims: readonly string[] }
  /** Other documents are stored below this path: it is a folder. */
  | { readonly outcome: 'is-folder' }
  /** A document has the name of a folder in this path. */
  | { readonly outcome: 'below-document'; readonly document: DocumentPath };

/**
 * Stores the documents of a server.
 *
 * Each write is atomic and durable: after a crash a document has its old or its new content. A conditional write is one
 * operation: of several writes that require one version, exactly one succeeds, also when several servers share the
 * store. A name is either a document or a folder (RFC 4825 section 6.2); folders exist as long as they contain documents.
 *
 * Claims are decided in the same operation: of several writes that claim one value for different documents, exactly one
 * succeeds, also when several servers share the store. Deleting a document releases its claims. A save without `claims`
 * releases them too.
 *
 * @example
 * const outcome = await store.save(path, { body }, resource.etag);
 * if (outcome.outcome === 'changed') return load(path); // another writer was first
 *
 * await store.delete(path);
 * await store.list({ tree: 'users', user: 'sip:alice@example.com' });
 * await store.holders(['sip:friends@example.com']); // which documents have these services
 * store.readClaims?.(reader);
 * await store.check?.();
 * const secret = await store.sharedSecret?.();
 * const stop = await store.watch?.((changed) => console.log(changed));
 */
export interface ServerStore {
  /** Returns a document, or `undefined` when there is none. */
  load(path: DocumentPath): Promise<StoredResource | undefined>;
  /** Creates or replaces a document. Resolves when the document is durable. */
  save(path: DocumentPath, content: WrittenContent, required?: RequiredVersion): Promise<SaveOutcome>;
  /** Deletes a document. Without a required version, a missing document counts as deleted. */
  delete(path: DocumentPath, required?: string): Promise<'deleted' | 'changed'>;
  /** Lists a tree, in time linear in the number of the listed documents. */
  list(filter: TreeFilter): Promise<readonly StoredEntry[]>;
  /**
   * Reports the writes of every server that shares the store, in their order. Resolves when it has begun. Default: the
   * store belongs to one server.
   *
   * @param onWrite - called with the path of each document that was written; with `undefined` when any may have been
   * @returns a function that ends it
   */
  watch?(onWrite: (path: DocumentPath | undefined) => void): Promise<() => Promise<void>>;
  /**
   * Returns random octets that every server on the store gets, and no client: with them, each server accepts the digest
   * nonces of the others. Default: each server accepts its own nonces only.
   */
  sharedSecret?(): Promise<Buffer>;
  /** Rejects while requests would fail, for `/readyz`. Default: the store is always ready. */
  check?(): Promise<void>;
  /** Returns the documents that hold these values; values that no document holds are missing. */
  holders(claims: readonly string[]): Promise<ReadonlyMap<string, DocumentPath>>;
  /**
   * Tells the store how to read claims. The server calls it once, before the first save. A store that keeps claims with
   * its documents does not need it; any other one reads the documents of the usage once, and not at each save.
   */
  readClaims?(reader: ClaimReader): void;
}

/** Whether the current version of a document is the required one. */
export const isRequired = (required: RequiredVersion, current: StoredResource | undefined): boolean =>
  required === undefined || (current?.etag ?? null) === required;

/** A path divided at the home folder: `AUID/users/XUI` or `AUID/global`. Names below it are documents or folders. */
export interface DividedPath {
  readonly home: string;
  /** The folders of the document below its home, outermost first, each as a whole path. */
  readonly folders: readonly DocumentPath[];
}

/** Divides a path at its home folder. */
export function dividePath(path: DocumentPath): DividedPath {
  const segments = path.split('/');
  const depth = segments[1] === 'users' ? 3 : 2;
  const folders = [];
  for (let end = depth + 1; end < segments.length; end++) folders.push(segments.slice(0, end).join('/'));
  return { home: segments.slice(0, depth).join('/'), folders };
}
