import { describe, expect, it } from 'vitest';
import { orderRow, type Placed } from '../../../src/documents/merge/row-order.ts';

type Order = readonly number[];

/** Orders children that all three versions have. Digits are their places in the base; my order is taken in a conflict. */
function order(mine: Order, theirs: Order): { readonly row: Order; readonly contested: Order } {
  const places = (row: Order): Map<number, number> => new Map(row.map((child, place) => [child, place]));
  const [my, their] = [places(mine), places(theirs)];
  const placed = mine.map((_, base): Placed => ({ base, mine: my.get(base), theirs: their.get(base), rank: 0 }));
  const contested: number[] = [];
  const row = orderRow(placed, ({ base = -1 }) => {
    contested.push(base);
    return true;
  });
  return { row: row.map(({ base = -1 }) => base), contested };
}

const digits = (text: string): Order => Array.from(text, Number);

describe('the order of children that both sides moved', () => {
  it.each([
    ['120', '102', '120', 'one moved further by one side'],
    ['120', '201', '210', 'two that each side moved'],
    ['2310', '3120', '3210', 'moves of which each explains a part'],
    ['1023', '0132', '1032', 'pairs that do not meet'],
  ])('%s and %s are joined as %s: %4$s', (mine, theirs, joined) => {
    for (const [one, other] of [
      [mine, theirs],
      [theirs, mine],
    ]) {
      expect(order(digits(one ?? ''), digits(other ?? ''))).toEqual({ row: digits(joined), contested: [] });
    }
  });

  it('is a conflict if a child has a place on each side that moves of others do not explain', () => {
    expect(order(digits('34210'), digits('02314'))).toEqual({ row: digits('34210'), contested: [1] });
  });
});

describe('the order of a row that is too long to compare', () => {
  const unchanged = Array.from({ length: 6000 }, (_, index) => index);
  const reversed = unchanged.toReversed();
  const rotated = [...reversed.slice(1), 5999];

  it.each([
    [unchanged, reversed],
    [reversed, unchanged],
    [reversed, reversed],
  ])('is that of the side that changed it, or of both', (mine, theirs) => {
    expect(order(mine, theirs)).toEqual({ row: reversed, contested: [] });
  });

  it('is a conflict of the first child that was moved if each side has another one', () => {
    // One child of a reversed row counts as not moved, here the first.
    expect(order(reversed, rotated)).toEqual({ row: reversed, contested: [1] });
  });
});
