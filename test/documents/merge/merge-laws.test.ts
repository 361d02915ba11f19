import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { merge } from '../../../src/documents/merge/merge.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { breachesOf } from './laws.ts';
import { textsOf, triples, vocabularies } from './random-triples.ts';

const runs = Number(process.env['MERGE_TRIPLES'] ?? 1000);
const seed = Number(process.env['MERGE_SEED'] ?? Date.now() % 1_000_000);

describe('merge: laws', () => {
  it(
    `keeps the laws for ${runs} random triples, seed ${seed}`,
    () => {
      const changes: string[] = [];
      fc.assert(
        fc.property(triples, (triple) => {
          const vocabulary = vocabularies[triple.vocabulary];
          if (!vocabulary) throw new RangeError('no such vocabulary');
          const texts = textsOf(triple);
          const { broken, changing } = breachesOf(vocabulary, texts, triple.isWild);
          if (changing.length > 0) changes.push(JSON.stringify({ name: vocabulary.name, texts, changing }, null, 1));
          expect({ broken, ...(broken.length > 0 && { name: vocabulary.name, texts }) }).toEqual({ broken: [] });
        }),
        { numRuns: runs, seed },
      );
      if (changes.length > 0) console.log(`merging again changes ${changes.length} of ${runs}:\n${changes.join('\n')}`);
      expect(changes.length).toBeLessThanOrEqual(Math.ceil(runs / 100_000));
    },
    60_000 + runs * 50,
  );
});

describe('merge: entries with equal display names', () => {
  const uris = ['sip:a@example.com', 'sip:b@example.com', 'sip:c@example.com', 'sip:d@example.com'];
  const some = fc.subarray(uris);
  const lists = (entries: readonly string[]) =>
    resourceLists.parse(
      `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="l">${entries
        .map((uri) => `<entry uri="${uri}"><display-name>Bob</display-name></entry>`)
        .join('')}</list></resource-lists>`,
    );

  it('merges them as sets, without a conflict', () => {
    fc.assert(
      fc.property(some, some, some, (base, mine, theirs) => {
        const { document, conflicts } = merge(lists(base), lists(mine), lists(theirs));
        const expected = uris.filter((uri) => {
          const [before, my, their] = [base, mine, theirs].map((list) => list.includes(uri));
          return my === before ? their : my;
        });
        const merged = document.get(resourceLists.list('l'))?.entry?.map(({ uri }) => uri) ?? [];
        expect({ merged: merged.toSorted(), conflicts }).toEqual({ merged: expected, conflicts: [] });
      }),
      { numRuns: 3000, seed },
    );
  });
});
