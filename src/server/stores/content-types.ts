/** The media types of documents whose usage tells none, beside the documents, which stay as they were put. */

import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere, replaceFile } from '../../platform/durable-file.ts';
import type { DocumentPath } from '../route.ts';
import type { StoredDocument } from './store.ts';

/** What is known of one document. */
interface TypeNote {
  /** For people who look at the folder. */
  readonly path: DocumentPath;
  readonly contentType: string;
  /** The version that has another type: the one that stood there when the note was made. */
  readonly former?: { readonly etag: string; readonly contentType?: string | undefined };
}

/**
 * Notes of media types, one file for each document that has one. A note is written before its document and still knows
 * what the former version was, so that it is right whichever of the two a crash leaves behind. It is written only when
 * the type changes.
 */
export class ContentTypes {
  readonly #folder: string;
  readonly #unfinished: () => string;

  /** @param unfinished - makes up names for files that take their place later */
  constructor(folder: string, unfinished: () => string) {
    this.#folder = folder;
    this.#unfinished = unfinished;
  }

  /** The type of the version with this tag. A version made outside has the type of the one before. */
  async find(path: DocumentPath, etag: string): Promise<string | undefined> {
    const note = await this.#read(path);
    return note?.former?.etag === etag ? note.former.contentType : note?.contentType;
  }

  /**
   * Notes the type of the version that is written next.
   *
   * @param standing - reads the version that is there
   */
  async prepare(
    path: DocumentPath,
    contentType: string,
    standing: () => Promise<StoredDocument | undefined>,
  ): Promise<void> {
    const known = await this.#read(path);
    if (known?.contentType === contentType && !known.former) return;
    const former = await standing();
    const note: TypeNote = {
      path,
      contentType,
      ...(former &&
        former.contentType !== contentType && { former: { etag: former.etag, contentType: former.contentType } }),
    };
    const body = Buffer.from(`${JSON.stringify(note)}\n`, 'utf8');
    await replaceFile(this.#file(path), body, { temporary: this.#unfinished() });
  }

  async remove(path: DocumentPath): Promise<void> {
    await rm(this.#file(path), { force: true });
  }

  async #read(path: DocumentPath): Promise<TypeNote | undefined> {
    const text = await ifThere(readFile(this.#file(path), 'utf8'));
    return text === undefined ? undefined : readNote(text);
  }

  /** A hash, so that documents and folders can follow each other under one name. */
  #file(path: DocumentPath): string {
    return join(this.#folder, `${createHash('sha256').update(path).digest('hex')}.json`);
  }
}

/** Somebody may have written into the file; what is no note says nothing. */
function readNote(text: string): TypeNote | undefined {
  try {
    const note: unknown = JSON.parse(text);
    const isNote = typeof note === 'object' && note !== null && 'contentType' in note;
    return isNote && typeof note.contentType === 'string' ? (note as TypeNote) : undefined; // written here
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
