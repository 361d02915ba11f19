/** The same document as three witnesses remember it; `undefined` where it does not exist. */
export interface Sides<D> {
  /** What server and device last agreed on. */
  readonly base: D | undefined;
  /** What is on the device now. */
  readonly mine: D | undefined;
  /** What is on the server now. */
  readonly theirs: D | undefined;
}

/** What becomes of the three. */
export type Decision = 'nothing' | 'adopt theirs' | 'send mine' | 'merge';

/**
 * What synchronisation has to do. Total and pure; nothing that only one side wrote is ever overwritten.
 *
 * @param same - compares content, never entity tags: a server may renew a tag without a change, and keep one across it
 */
export function decide<D>(
  { base, mine, theirs }: Sides<D>,
  same: (a: D | undefined, b: D | undefined) => boolean,
): Decision {
  if (same(mine, theirs)) return 'nothing';
  if (same(mine, base)) return 'adopt theirs';
  if (same(theirs, base)) return 'send mine';
  return 'merge';
}
