/** Side-by-side measurement: ours and the rival in turns, so that a slow moment of the machine hits both. */

/** The median of some numbers. */
export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

/** Nanoseconds per call of a function, over enough calls to be measured. */
export function nanoseconds(work: () => unknown, calls: number): number {
  let sink = 0;
  const start = process.hrtime.bigint();
  for (let call = 0; call < calls; call++) if (work() !== undefined) sink++;
  const taken = Number(process.hrtime.bigint() - start);
  return sink === calls ? taken / calls : Number.NaN;
}

/** Medians of `rounds` turns of both, the first turn left out. */
export function sideBySide(
  ours: () => number,
  rival: () => number,
  rounds = 7,
): { readonly ours: number; readonly rival: number; readonly ratio: number } {
  const [mine, theirs, ratios]: [number[], number[], number[]] = [[], [], []];
  for (let round = -1; round < rounds; round++) {
    const [a, b] = [ours(), rival()];
    if (round < 0) continue;
    mine.push(a);
    theirs.push(b);
    ratios.push(a / b);
  }
  return { ours: median(mine), rival: median(theirs), ratio: median(ratios) };
}
