/** Conflict markers, as version control systems write them, between two texts that differ only where edits conflict. */

const [MINE, BETWEEN, THEIRS] = ['<<<<<<< yours', '=======', '>>>>>>> others'];

/** Returns one text in which every difference is marked, with both versions. */
export function markConflicts(mine: string, theirs: string): string {
  const [a, b] = [mine.split('\n'), theirs.split('\n')];
  const lines: string[] = [];
  let [i, j] = [0, 0];
  for (const [nextA, nextB] of [...commonLines(a, b), [a.length, b.length] as const]) {
    if (nextA > i || nextB > j) lines.push(MINE, ...a.slice(i, nextA), BETWEEN, ...b.slice(j, nextB), THEIRS);
    if (nextA < a.length) lines.push(a[nextA] ?? '');
    [i, j] = [nextA + 1, nextB + 1];
  }
  return lines.join('\n');
}

/** Whether a text still has markers. */
export const hasConflictMarkers = (text: string): boolean =>
  text.split(/\r?\n/).some((line) => line === MINE || line === THEIRS);

/** Beyond this many pairs of lines, everything between the first and the last difference is one conflict. */
const MOST_PAIRS = 4_000_000;

/** Returns the indexes of the lines of a longest common subsequence. */
function commonLines(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [n, m] = [a.length - end - start, b.length - end - start];
  const common: (readonly [number, number])[] = Array.from({ length: start }, (_, at) => [at, at] as const);
  if (n * m > 0 && n * m <= MOST_PAIRS) common.push(...longest(a, b, start, n, m));
  for (let at = end; at > 0; at--) common.push([a.length - at, b.length - at]);
  return common;
}

function longest(a: readonly string[], b: readonly string[], start: number, n: number, m: number) {
  const lengths = Array.from({ length: n + 1 }, () => new Uint32Array(m + 1));
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = n - 1; i >= 0; i--)
    for (let j = m - 1; j >= 0; j--) {
      const row = lengths[i];
      if (row) row[j] = a[start + i] === b[start + j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const common: (readonly [number, number])[] = [];
  for (let [i, j] = [0, 0]; i < n && j < m; ) {
    if (a[start + i] === b[start + j]) common.push([start + i++, start + j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return common;
}
