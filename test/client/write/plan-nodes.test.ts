import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClientContext } from '../../../src/client/context.ts';
import { serverProfiles } from '../../../src/client/profiles/built-in.ts';
import { planNodes } from '../../../src/client/write/plan-nodes.ts';
import { Snapshot } from '../../../src/client/write/snapshot.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';

const ROOT = 'https://xcap.example.com/root';
const place = {
  url: `${ROOT}/resource-lists/users/sip:alice@example.com/index`,
  contentType: 'application/resource-lists+xml',
  parse: (xml: string) => resourceLists.parse(xml),
  create: () => resourceLists.create(),
};
const context = {
  server: { distrustsNodes: false },
  profile: serverProfiles.rfc4825,
  transport: { prefix: ROOT },
} as unknown as ClientContext; // all that a plan depends on

interface Entry {
  readonly uri: string;
  readonly name?: string | undefined;
}
interface Lists {
  readonly a: readonly Entry[];
  readonly b: readonly Entry[];
  readonly notes: readonly string[];
}

const entryXml = ({ uri, name }: Entry): string =>
  `<entry uri="sip:${uri}@example.com">${name === undefined ? '' : `<display-name>${name}</display-name>`}</entry>`;
const textOf = ({ a, b, notes }: Lists): string =>
  `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists" xmlns:n="urn:n"><list name="a">${a.map(entryXml).join('')}</list><list name="b">${b.map(entryXml).join('')}${notes.map((note) => `<n:note>${note}</n:note>`).join('')}</list></resource-lists>`;

const planOf = (before: Lists, after: Lists) =>
  planNodes(context, place, {
    base: new Snapshot(textOf(before), '"1"', place.parse),
    mine: place.parse(textOf(after)),
  });

/** Everything in a text that a removal could take away, as often as it is there. */
const contentsOf = (text: string): string[] => [
  ...Array.from(text.matchAll(/uri="sip:(.*?)@/g), ([, uri = '']) => `entry ${uri}`),
  ...Array.from(text.matchAll(/<display-name>(.*?)</g), ([, name = '']) => `name ${name}`),
  ...Array.from(text.matchAll(/<n:note[^>]*>(.*?)</g), ([, note = '']) => `note ${note}`),
];
const count = (contents: readonly string[], content: string): number =>
  contents.filter((other) => other === content).length;

const many: readonly Entry[] = Array.from({ length: 15 }, (_, index) => ({ uri: `other${index}` }));
const lists = fc
  .record({
    entries: fc.uniqueArray(
      fc.record({
        uri: fc.constantFrom('x', 'y', 'z'),
        name: fc.constantFrom(undefined, 'N', 'M'),
        list: fc.constantFrom('a', 'b'),
      }),
      { selector: ({ uri }) => uri },
    ),
    notes: fc.array(fc.constantFrom('one', 'two'), { maxLength: 3 }),
  })
  .map(({ entries, notes }) => ({
    a: [...many, ...entries.filter(({ list }) => list === 'a')],
    b: [...many, ...entries.filter(({ list }) => list === 'b')],
    notes,
  }));

describe('planNodes', () => {
  it('plans additions and removals as node operations, with the document after each', () => {
    const before = { a: [...many, { uri: 'x' }], b: [], notes: [] };
    const after = { a: [...many, { uri: 'y' }, { uri: 'z' }], b: [], notes: [] };
    const planned = planOf(before, after) ?? [];
    expect(planned.map(({ method }) => method)).toEqual(['DELETE', 'PUT', 'PUT']);
    expect(place.parse(planned.at(-1)?.text ?? '').equals(place.parse(textOf(after)))).toBe(true);
  });

  it('plans nothing if one operation would remove an entry that a later one puts elsewhere', () => {
    const x = { uri: 'x', name: 'N' };
    expect(planOf({ a: [...many, x], b: [...many], notes: [] }, { a: many, b: [...many, x], notes: [] })).toBe(
      undefined,
    );
  });

  it('plans nothing if an element without a key would be there twice in between', () => {
    const lists = (...notes: string[]) => ({ a: many, b: many, notes });
    expect(planOf(lists('one', 'two'), lists('two', 'three'))).toBe(undefined);
  });

  it('never passes through a state that lacks what both versions have, or has it more often', () => {
    fc.assert(
      fc.property(lists, lists, (before, after) => {
        const planned = planOf(before, after);
        if (!planned) return;
        const [old, now] = [contentsOf(textOf(before)), contentsOf(textOf(after))];
        for (const { text } of planned) {
          const there = contentsOf(text);
          for (const content of new Set([...old, ...now])) {
            const [before, after] = [count(old, content), count(now, content)];
            expect(count(there, content)).toBeGreaterThanOrEqual(Math.min(before, after));
            expect(count(there, content)).toBeLessThanOrEqual(Math.max(before, after));
          }
        }
        expect(place.parse(planned.at(-1)?.text ?? '').equals(place.parse(textOf(after)))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
