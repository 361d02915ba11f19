/** A result that is merged again with one of its sides keeps its order. */
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
