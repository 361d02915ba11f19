import type { Element } from '@xmldom/xmldom';
import { isUntouched, type Span, spanOf } from '../xml/spans.ts';

/**
 * Whether two elements were read from the same text and not changed since. In the same namespace scope they are then
 * equal.
 *
 * @param difference - where an element around them was found to differ; it makes comparisons of nested elements cheap
 */
export function sameText(one: Element, other: Element, difference?: TextDifference): boolean {
  const left = spanOf(one);
  const right = spanOf(other);
  if (!left || !right || !isUntouched(left) || !isUntouched(right)) return false;
  if (left.startTag !== undefined || right.startTag !== undefined) return false;
  if (left.end - left.start !== right.end - right.start) return false;
  if (left.source === right.source && left.start === right.start) return true;
  return difference?.isSame(left, right) ?? isSameIn(left, right);
}

const isSameIn = (left: Span, right: Span, from = 0, to = left.end - left.start): boolean =>
  right.source.startsWith(left.source.slice(left.start + from, left.start + to), right.start + from);

/** Shorter texts are compared as fast as a known difference is looked up. */
const LONG = 500;

/**
 * The first difference between two texts. Without it, each element around a difference would be compared up to it again,
 * which takes the square of the depth.
 */
export class TextDifference {
  #left: Span | undefined;
  #right: Span | undefined;
  /** Number of characters from the start of both spans that are the same; the next ones differ. */
  #same = 0;

  /** Whether the texts of two spans of the same length are the same. */
  isSame(left: Span, right: Span): boolean {
    const known = this.#known(left, right);
    if (known !== undefined) return known;
    if (isSameIn(left, right)) return true;
    const length = left.end - left.start;
    if (length > LONG) {
      this.#left = left;
      this.#right = right;
      this.#same = firstDifference(left, right, length);
    }
    return false;
  }

  /** Compares spans at the same distance that begin before the known difference. */
  #known(left: Span, right: Span): boolean | undefined {
    const [around, other] = [this.#left, this.#right];
    if (!around || !other || around.source !== left.source || other.source !== right.source) return undefined;
    const [start, end] = [left.start - around.start, left.end - around.start];
    if (start !== right.start - other.start || start < 0 || start > this.#same) return undefined;
    return end <= this.#same;
  }
}

/** Returns how many characters are the same, by steps that double and then halve. */
function firstDifference(left: Span, right: Span, length: number): number {
  let same = 0;
  let step = 64;
  while (isSameIn(left, right, same, Math.min(same + step, length))) {
    same += step;
    step *= 2;
  }
  for (step = Math.ceil(step / 2); step >= 1; step = Math.floor(step / 2))
    if (isSameIn(left, right, same, Math.min(same + step, length))) same += step;
  return same;
}
