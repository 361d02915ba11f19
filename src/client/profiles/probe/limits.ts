import { resourceLists } from '../../../documents/usages/resource-lists/usage.ts';
import type { Scratch } from './scratch.ts';

/** Longest request target that is tried; most HTTP servers accept up to 8 or 16 KiB. */
const LONGEST = 8000;
const PATH = /^https?:\/\/[^/]*/i;

/** Returns the longest request target that the server accepts; `null` if it accepts all that are tried. */
export async function examineLength(scratch: Scratch): Promise<number | null> {
  const list = (length: number) => resourceLists.list('x'.repeat(length));
  const overhead = `${scratch.url.replace(PATH, '')}/~~${list(1).toPath()}`.length - 1;
  const expected = (await scratch.ask('GET', list(1))).status;
  const fits = async (length: number): Promise<boolean> =>
    (await scratch.ask('GET', list(length - overhead))).status === expected;
  if (await fits(LONGEST)) return null;
  let [good, bad] = [overhead + 1, LONGEST];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (await fits(middle)) good = middle;
    else bad = middle;
  }
  return good;
}
