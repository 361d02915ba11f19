import type { DocumentPath } from '../route.ts';

/** A document as it is kept. */
export interface StoredDocument {
  /** The octets as they were put. */
  readonly body: Buffer;
  /** A strong entity tag with its quotes: new on every change, the same as long as nothing changes. */
  readonly etag: string;
  readonly modified: Date;
  /** The media type it was put with, where the usage does not tell. */
  readonly contentType?: string | undefined;
}

/** What a listing says of one document. */
export interface StoredEntry extends Omit<StoredDocument, 'body'> {
  readonly path: DocumentPath;
  readonly size: number;
}

/** A tree whose documents are listed: a user's own (canonical XUI), or the global one. */
export interface TreeFilter {
  readonly tree: 'users' | 'global';
  readonly user?: string | undefined;
}

/**
 * Where a server keeps its documents. A store replaces and removes documents as a whole and atomically: after a crash
 * each is there as it was before or after. The server never calls two writing operations for one path at the same time.
 */
export interface ServerStore {
  /** A document; `undefined` when there is none. */
  read(path: DocumentPath): Promise<StoredDocument | undefined>;
  /** Creates or replaces a document; resolved only when it will survive a crash. */
  write(path: DocumentPath, body: Buffer, contentType?: string): Promise<StoredDocument>;
  /** Removes a document; one that is not there is no error. */
  remove(path: DocumentPath): Promise<void>;
  /** What is in a tree, of every application usage. */
  list(filter: TreeFilter): Promise<readonly StoredEntry[]>;
}

/** Whether a path lies in a tree. */
export function isInTree(path: DocumentPath, { tree, user }: TreeFilter): boolean {
  const segments = path.split('/');
  if (segments[1] !== tree) return false;
  return user === undefined || decodeURIComponent(segments[2] ?? '') === user;
}
