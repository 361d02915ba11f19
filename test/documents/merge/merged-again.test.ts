/** A result that is merged again with one of its sides stays as it is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { merge } from '../../../src/documents/merge/merge.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';

const parse = (content: string) =>
  resourceLists.parse(
    `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists" xmlns:e="urn:e">${content}</resource-lists>`,
  );
const named = (name: string) => `<display-name>${name}</display-name>`;
const list = (name: string, ...content: readonly string[]) => `<list name="${name}">${content.join('')}</list>`;
const entry = (uri: string, ...content: readonly string[]) => `<entry uri="${uri}">${content.join('')}</entry>`;

describe('merging again changes nothing', () => {
  it.each([
    {
      what: 'a renamed list that the other side emptied, before one that the other side added',
      base: list('a') + list('x', named('Y')),
      mine: list('a') + list('y', named('Y')),
      theirs: list('a') + list('x') + list('t'),
    },
    {
      what: 'neighbors that each side exchanged with another one',
      base: list('l', entry('a'), entry('b'), entry('c'), entry('d')),
      mine: list('l', entry('b'), entry('a'), entry('c'), entry('d')),
      theirs: list('l', entry('a'), entry('c'), entry('b'), entry('d')),
    },
    {
      what: 'a list that both sides renamed, and of which each removed another entry',
      base: list('x', entry('a'), entry('b'), entry('c')),
      mine: list('y', entry('b'), entry('c')),
      theirs: list('y', entry('a'), entry('c'), entry('t')),
    },
    {
      what: 'a list that both sides renamed, and to which they left nothing in common',
      base: list('x', entry('a'), entry('b')),
      mine: list('y', entry('a'), entry('m')),
      theirs: list('y', entry('b'), entry('t')),
    },
    {
      what: 'a list that one side renamed and the other side divided',
      base: list('x', entry('a'), entry('b')),
      mine: list('y', entry('a')),
      theirs: list('x', entry('a')) + list('y', entry('b')),
    },
    {
      what: 'an element without a key that one side replaced and moved, and the other side removed',
      base: list('l', '<e:p>1</e:p>', '<e:n/>', '<e:p>2</e:p>'),
      mine: list('l', '<e:p>1</e:p>', '<e:p>3</e:p>', '<e:n/>'),
      theirs: list('l', '<e:n/>', '<e:p>1</e:p>'),
    },
    {
      what: 'an entry that one side renamed and the other side emptied',
      base: list('l', '<entry uri="a" e:color="x"/>'),
      mine: list('l', entry('a')),
      theirs: list('l', '<entry uri="b" e:color="x"/>'),
    },
    {
      what: 'an entry that one side copied, while the other side renamed and changed it',
      base: list('l', entry('a', named('A'))),
      mine: list('l', entry('a', named('A')), entry('b', named('A'))),
      theirs: list('l', entry('b')),
    },
  ])('to $what', ({ base, mine, theirs }) => {
    for (const prefer of ['mine', 'theirs'] as const) {
      const again = (one: string, other: string) => merge(parse(base), parse(one), parse(other), { prefer }).document;
      const merged = again(mine, theirs);
      const content = merged.toString().replace(/^<resource-lists[^>]*>|<\/resource-lists>$/g, '');
      for (const [one, other] of [
        [content, theirs],
        [mine, content],
      ] as const)
        expect(again(one, other).toString(), `prefer ${prefer}`).toBe(merged.toString());
    }
  });

  it('to the order of entries that both sides moved', () => {
    const uris = Array.from('abcdefg');
    const move = fc.tuple(fc.nat(6), fc.nat(6));
    const moves = fc.array(move, { minLength: 1, maxLength: 3 });
    const moved = (all: readonly (readonly [number, number])[]) => {
      const row = [...uris];
      for (const [from, to] of all) row.splice(to, 0, ...row.splice(from, 1));
      return parse(list('l', ...row.map((uri) => entry(uri))));
    };
    fc.assert(
      fc.property(moves, moves, fc.constantFrom('mine', 'theirs'), (my, their, prefer) => {
        const [base, mine, theirs] = [moved([]), moved(my), moved(their)];
        const { document, conflicts } = merge(base, mine, theirs, { prefer });
        for (const again of [merge(base, mine, document, { prefer }), merge(base, document, theirs, { prefer })]) {
          expect(again.document.toString()).toBe(document.toString());
          if (conflicts.length === 0) expect(again.conflicts).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('to moves of different entries, which are no conflict', () => {
    const entries = (uris: string) => parse(list('l', ...Array.from(uris, (uri) => entry(uri))));
    const { document, conflicts } = merge(entries('abcd'), entries('bacd'), entries('acbd'));
    expect(conflicts).toEqual([]);
    expect(document.toString()).toBe(entries('cbad').toString());
  });
});
