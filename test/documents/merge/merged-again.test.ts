/** A result that is merged again with one of its sides stays as it is: cases in which a child can be taken for another one. */
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
const note = (...content: readonly string[]) => `<e:note>${content.join('')}</e:note>`;

describe('merging again changes nothing', () => {
  it.each([
    {
      what: 'a renamed list that the other side emptied, before one that the other side added',
      base: list('a') + list('x', named('Y')),
      mine: list('a') + list('y', named('Y')),
      theirs: list('a') + list('x') + list('t'),
    },
    {
      what: 'an entry that one side renamed and changed, and the other side copied under the same key',
      base: list('l', entry('x', named('X'), note('n'))),
      mine: list('l', entry('y', named('X'))),
      theirs: list('l', entry('x', named('X')), entry('y', named('X'), note('n'))),
    },
    {
      what: 'a list that one side copied, and the other side renamed and changed',
      base: list('w', named('X')),
      mine: list('w', named('X')) + list('c', named('X')),
      theirs: list('c', named('T')),
    },
    {
      what: 'a renamed list beside two of the same key',
      base: list('z', named('Z'), entry('w', named('W'), note('w'))) + list('y', entry('w')),
      mine: list('m', named('Z'), entry('w', named('W'), note('w'))) + list('y', entry('n')) + list('y', entry('w')),
      theirs: list('z', named('Z'), entry('w', note('w'))),
    },
    {
      what: 'a list that both sides renamed and changed',
      base: list('x', named('Y'), entry('z', named('X')), entry('x', named('W'))),
      mine: list('w', named('Y'), entry('x', named('W'))),
      theirs: list(
        'w',
        named('Y'),
        entry('z', named('X')),
        '<entry uri="x" e:color="w"><display-name>W</display-name></entry>',
      ),
    },
    {
      what: 'a list that both sides renamed, of which one side kept only elements without a key',
      base: list('z', list('w'), note('z')),
      mine: list('y', list('w', entry('m')), note('z'), note('n')),
      theirs: list('y', note('t'), note('z')),
    },
    {
      what: 'an element without a key that one side moved, and both sides changed',
      base: list('l', note('x'), note('y')),
      mine: list('l', note('y', note('z')), note('x')),
      theirs: list('l', note('x'), note('y', note('z'), note('t'))),
    },
    {
      what: 'neighbors that each side exchanged with another one',
      base: list('l', entry('a'), entry('b'), entry('c'), entry('d')),
      mine: list('l', entry('b'), entry('a'), entry('c'), entry('d')),
      theirs: list('l', entry('a'), entry('c'), entry('b'), entry('d')),
    },
  ])('to $what', ({ base, mine, theirs }) => {
    for (const prefer of ['mine', 'theirs'] as const) {
      const again = (one: string, other: string) => merge(parse(base), parse(one), parse(other), { prefer }).document;
      const merged = again(mine, theirs);
      const content = merged.toString().replace(/^<resource-lists[^>]*>|<\/resource-lists>$/g, '');
      expect(again(content, theirs).toString(), `prefer ${prefer}`).toBe(merged.toString());
      expect(again(mine, content).toString(), `prefer ${prefer}`).toBe(merged.toString());
    }
  });

  it('to moves of different entries, which are no conflict', () => {
    const entries = (uris: string) => parse(list('l', ...Array.from(uris, (uri) => entry(uri))));
    const { document, conflicts } = merge(entries('abcd'), entries('bacd'), entries('acbd'));
    expect(conflicts).toEqual([]);
    expect(document.toString()).toBe(entries('cbad').toString());
  });
});
