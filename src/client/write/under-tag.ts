import type { ClientContext } from '../context.ts';
import { PreconditionFailedError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import { refusedTag, tagRefused } from './refused-tag.ts';
import { conflictAfter, withRetries } from './retry.ts';

/** A write that is decided on one version, and done over that version only. */
export interface WriteUnderTag<V, T> {
  /** The operation and its resource, for messages. */
  readonly where: string;
  readonly url: string;
  /** Reads the version, and throws if there is nothing to do on it. `undefined` leaves the reading to `write`. */
  readonly read: () => Promise<V>;
  /** @throws PreconditionFailedError if the document is at another version */
  readonly write: (version: V) => Promise<T>;
}

/**
 * Repeats a write over the current version until nobody writes in between. With the caller's own `ifMatch`, there is one
 * try.
 *
 * @throws EditConflictError if others wrote during every try
 */
export function writeUnderTag<V extends { readonly etag: string | undefined } | undefined, T>(
  context: ClientContext,
  options: EditOptions,
  { where, url, read, write }: WriteUnderTag<V, T>,
): Promise<T> {
  let refused: { readonly etag: string; readonly error: PreconditionFailedError } | undefined;
  /** Whether every refusal so far was under a tag that the document kept. */
  let isSameTag = true;
  return withRetries(
    url,
    options,
    async () => {
      const version = await read();
      const isUnchanged = refused !== undefined && refused.etag === version?.etag;
      const refusal = isUnchanged && refused ? refusedTag(context, where, refused.error) : undefined;
      if (refusal) throw refusal;
      isSameTag &&= refused === undefined || isUnchanged;
      try {
        return { done: await write(version) };
      } catch (error) {
        if (!(error instanceof PreconditionFailedError) || options.ifMatch !== undefined) throw error;
        refused = version?.etag === undefined ? undefined : { etag: version.etag, error };
        return { retry: 'outdated', error };
      }
    },
    (count, cause) =>
      refused && count > 1 && isSameTag ? tagRefused(where, refused.error) : conflictAfter(where, count, cause),
  );
}
