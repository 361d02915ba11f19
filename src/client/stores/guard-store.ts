import type { DocumentStore, StoredDocument } from './store.ts';

/** A store as one open document uses it. */
export interface GuardedStore extends DocumentStore {
  /** Returns the record, if another program or document has stored it since this one has loaded, saved or accepted one. */
  news(key: string): Promise<StoredDocument | undefined>;
  /** Makes a record the one that the next save replaces: the document contains its edits now. */
  accept(record: StoredDocument): void;
}

/**
 * Wraps a store for one open document: a save replaces only the record that this document loaded, saved or accepted last.
 * So edits that were stored by another program, or through another `open` of the document, are never overwritten.
 */
export function guardStore(store: DocumentStore): GuardedStore {
  let last: StoredDocument | null = null;
  /** A record that a save is storing, or may have stored although it failed. */
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
    async news(key) {
      const current = await store.load(key);
      const isKnown = [last, doubtful].some((known) => known && current && isSameRecord(known, current));
      return isKnown ? undefined : current;
    },
    accept(record) {
      last = record;
    },
    ...(store.exclusive && { exclusive: store.exclusive.bind(store) }),
    ...(store.subscribe && { subscribe: store.subscribe.bind(store) }),
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
