/** The same document in three versions; `undefined` where it does not exist. */
export interface Sides<D> {
  /** The version that server and device last agreed on. */
  readonly base: D | undefined;
  /** The version on the device. */
  readonly mine: D | undefined;
  /** The version on the server. */
  readonly theirs: D | undefined;
}

/** What synchronization does. */
export type SyncDecision = 'nothing' | 'adopt theirs' | 'send mine' | 'merge';

/**
 * Decides what synchronization does. Pure and total; never overwrites what only one side changed.
 *
 * @param same - compares contents, not entity tags: a server may change a tag without the content, or keep one
 */
export function decide<D>(
  { base, mine, theirs }: Sides<D>,
  same: (a: D | undefined, b: D | undefined) => boolean,
): SyncDecision {
  if (same(mine, theirs)) return 'nothing';
  if (same(mine, base)) return 'adopt theirs';
  if (same(theirs, base)) return 'send mine';
  return 'merge';
}
