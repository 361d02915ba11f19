import type { DocumentStore, StoredDocument } from './store.ts';

/**
 * Wraps a store for one open document: a save replaces only the record that this document loaded or saved last. So edits
 * that were stored by another program, or through another `open` of the document, are never overwritten.
 */
export function guardStore(store: DocumentStore): DocumentStore {
  let last: StoredDocument | null = null;
  /** A record that a failed save may have stored. */
  let doubtful: StoredDocument | undefined;
  return {
    async load(key) {
      const record = await store.load(key);
      last = record ?? null;
      return record;
    },
    async save(key, record) {
      if (doubtful) {
        const current = await store.load(key);
        if (current && isSameRecord(current, doubtful)) last = current;
      }
      doubtful = record;
      await store.save(key, record, last);
      doubtful = undefined;
      last = record;
    },
    async delete(key) {
      await store.delete(key);
      last = null;
    },
  };
}

/**
 * Whether a store may replace its current record by one that was made from `replaced`.
 *
 * @param replaced - `null`: made when there was no record; `undefined`: replaces any record
 */
export function isReplaceable(
  current: StoredDocument | undefined,
  replaced: StoredDocument | null | undefined,
): boolean {
  if (current === undefined || replaced === undefined) return true;
  return replaced !== null && isSameRecord(current, replaced);
}

/** Both come from the same store, so their members have the same order. */
const isSameRecord = (a: StoredDocument, b: StoredDocument): boolean => JSON.stringify(a) === JSON.stringify(b);
