/** Suggestions for misspelt names. */

/**
 * Returns the candidate that was probably meant: the one that differs least from `word`. Letter case does not count.
 *
 * @param most - letters that may differ from a candidate. Default: a third of its letters, and at least one
 */
export function nearest(
  word: string,
  candidates: Iterable<string>,
  most = (candidate: string): number => Math.max(1, Math.floor(candidate.length / 3)),
): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    // At least as many letters differ as one of them has more: a long word is not compared letter by letter.
    if (Math.abs(word.length - candidate.length) > most(candidate)) continue;
    const distance = editDistance(word, candidate);
    if (distance < least && distance <= most(candidate)) [best, least] = [candidate, distance];
  }
  return best;
}

/** Returns the number of insertions, deletions, replacements and swaps of neighbours between two words, in any letter case. */
function editDistance(first: string, second: string): number {
  const [a, b] = [first.toLowerCase(), second.toLowerCase()];
  let older: number[] = [];
  let before = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (before[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (older[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    [older, before] = [before, row];
  }
  return before[b.length] ?? 0;
}
