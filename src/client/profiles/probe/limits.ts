import type { AnySelector } from '../../../selector/builder-types.ts';
import { parseSelector } from '../../../selector/read.ts';

/** Longest request target that is tried; most HTTP servers accept up to 8 or 16 KiB. */
const LONGEST = 8000;
const PATH = /^https?:\/\/[^/]*/i;

/** A document whose nodes can be asked for. */
export interface ReadableDocument {
  readonly url: string;
  ask(method: 'GET', selector?: AnySelector): Promise<{ readonly status: number }>;
  /** Returns the selector of an element that the document does not have. */
  missing(name: string): AnySelector;
}

/** Returns the selector of an element that no document has, whatever its usage. */
export const missingElement = (name: string): AnySelector => parseSelector(`/*/*[@name="${name}"]`, {});

/** Returns the longest request target that the server accepts; `null` if it accepts all that are tried. */
export async function examineLength(document: ReadableDocument): Promise<number | null> {
  const named = (length: number): AnySelector => document.missing('x'.repeat(length));
  const overhead = `${document.url.replace(PATH, '')}/~~${named(1).toPath()}`.length - 1;
  const expected = (await document.ask('GET', named(1))).status;
  const fits = async (length: number): Promise<boolean> =>
    (await document.ask('GET', named(length - overhead))).status === expected;
  if (await fits(LONGEST)) return null;
  let [good, bad] = [overhead + 1, LONGEST];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (await fits(middle)) good = middle;
    else bad = middle;
  }
  return good;
}
