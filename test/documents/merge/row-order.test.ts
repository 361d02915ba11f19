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
    { what: 'the same child, further by one side', mine: '120', theirs: '102', joined: '120' },
    { what: 'two children, each by one side', mine: '120', theirs: '201', joined: '210' },
    { what: 'children whose places each side explains in part', mine: '2310', theirs: '3120', joined: '3210' },
    { what: 'different pairs', mine: '1023', theirs: '0132', joined: '1032' },
  ])('joins moves of $what', ({ mine, theirs, joined }) => {
    const [my, their] = [digits(mine), digits(theirs)];
    expect(order(my, their)).toEqual({ row: digits(joined), contested: [] });
    expect(order(their, my)).toEqual({ row: digits(joined), contested: [] });
  });

  it('lists a conflict if moves of other children do not explain the places of a child', () => {
    expect(order(digits('34210'), digits('02314'))).toEqual({ row: digits('34210'), contested: [1] });
  });
});

describe.each([6000, 200_000])('the order of %i children, which are too many to compare', (size) => {
  const unchanged = Array.from({ length: size }, (_, index) => index);
  const reversed = unchanged.toReversed();
  const rotated = [...reversed.slice(1), size - 1];

  it.each([
    { who: 'the other side', mine: unchanged, theirs: reversed },
    { who: 'my side', mine: reversed, theirs: unchanged },
    { who: 'both sides', mine: reversed, theirs: reversed },
  ])('is taken from $who if only that changed it', ({ mine, theirs }) => {
    expect(order(mine, theirs)).toEqual({ row: reversed, contested: [] });
  });

  it('lists a conflict of the first moved child if each side has another order', () => {
    // One child of a reversed row counts as not moved, here the first.
    expect(order(reversed, rotated)).toEqual({ row: reversed, contested: [1] });
  });
});
