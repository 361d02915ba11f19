import type { Element } from '@xmldom/xmldom';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameText, TextDifference } from '../../../src/documents/diff/same-text.ts';
import { parseXml } from '../../../src/documents/xml/parse.ts';
import { descendants } from '../../../src/documents/xml/walk.ts';

const DEPTH = 60;
const names = fc.array(fc.constantFrom('x', 'y', 'zz'), { minLength: DEPTH, maxLength: DEPTH });

/** Nested elements with a leaf before and after each: longer than the texts that are compared without a known difference. */
const nested = (texts: readonly string[]) =>
  texts.reduceRight((inner, text) => `<a><b>${text}</b>${inner}<c>${text}</c></a>`, '');

function elementsOf(text: string): Element[] {
  const root = parseXml(text).document.documentElement;
  return root ? Array.from(descendants(root)) : [];
}

describe('sameText with a known difference', () => {
  it('finds the same elements equal as without it, in any order of comparison', () => {
    const changes = fc.array(fc.tuple(fc.nat(DEPTH - 1), fc.constantFrom('x', 'y', 'zz')), { maxLength: 3 });
    const order = fc.array(fc.tuple(fc.nat(), fc.nat(4)), { maxLength: 30 });
    fc.assert(
      fc.property(names, changes, order, (texts, changed, asked) => {
        const later = [...texts];
        for (const [at, text] of changed) later[at] = text;
        const [before, after] = [elementsOf(nested(texts)), elementsOf(nested(later))];
        const difference = new TextDifference();
        const pairs: [number, number][] = before.map((_, index) => [index, index]);
        for (const [index, distance] of asked) pairs.push([index % before.length, (index + distance) % after.length]);
        for (const [one, other] of pairs) {
          const [left, right] = [before[one], after[other]];
          if (!left || !right) throw new RangeError('no such element');
          expect(sameText(left, right, difference)).toBe(sameText(left, right));
        }
      }),
      { numRuns: 200 },
    );
  });
});
