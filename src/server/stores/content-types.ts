/** Stores the media types that no application usage defines, beside the documents. */

import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere, replaceFile } from '../../platform/durable-file.ts';
import type { DocumentPath } from '../route.ts';
import type { StoredResource } from './store.ts';

/** The media type of one document. */
interface TypeNote {
  /** For people who look into the directory. */
  readonly path: DocumentPath;
  readonly contentType: string;
  /** The version that was stored when the note was written, if its type differs. */
  readonly former?: { readonly etag: string; readonly contentType?: string | undefined };
}

/**
 * Stores one note for each document that needs one. A note is written before its document and includes the type of the
 * previous version, so that it is right for both versions that a crash can leave. It is written only when the type changes.
 */
export class ContentTypes {
  readonly #directory: string;
  readonly #temporaryName: () => string;

  /** @param temporaryName - returns an unused file name on the same disk */
  constructor(directory: string, temporaryName: () => string) {
    this.#directory = directory;
    this.#temporaryName = temporaryName;
  }

  /** Returns the type of the version with this entity tag. A version written by another program keeps the type. */
  async find(path: DocumentPath, etag: string): Promise<string | undefined> {
    const note = await this.#read(path);
    return note?.former?.etag === etag ? note.former.contentType : note?.contentType;
  }

  /**
   * Notes the type of the version that is written next.
   *
   * @param loadCurrent - loads the version that is stored now
   */
  async prepare(
    path: DocumentPath,
    contentType: string,
    loadCurrent: () => Promise<StoredResource | undefined>,
  ): Promise<void> {
    const known = await this.#read(path);
    if (known?.contentType === contentType && !known.former) return;
    const former = await loadCurrent();
    const note: TypeNote = {
      path,
      contentType,
      ...(former &&
        former.contentType !== contentType && { former: { etag: former.etag, contentType: former.contentType } }),
    };
    await replaceFile(this.#file(path), `${JSON.stringify(note)}\n`, { temporary: this.#temporaryName() });
  }

  async remove(path: DocumentPath): Promise<void> {
    await rm(this.#file(path), { force: true });
  }

  async #read(path: DocumentPath): Promise<TypeNote | undefined> {
    const text = await ifThere(readFile(this.#file(path), 'utf8'));
    return text === undefined ? undefined : readNote(text);
  }

  /** A hash, because a document can later have the name that a folder has now. */
  #file(path: DocumentPath): string {
    return join(this.#directory, `${createHash('sha256').update(path).digest('hex')}.json`);
  }
}

/** Another program may have written into the file; anything that is not a note is ignored. */
function readNote(text: string): TypeNote | undefined {
  try {
    const note: unknown = JSON.parse(text);
    const isNote = typeof note === 'object' && note !== null && 'contentType' in note;
    return isNote && typeof note.contentType === 'string' ? (note as TypeNote) : undefined; // written by this class
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
