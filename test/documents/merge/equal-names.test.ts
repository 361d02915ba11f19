import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { merge, resourceLists } from '../../../src/index.ts';
import { friends } from '../../support/fixtures.ts';

const URIS = ['home', 'work', 'mobile', 'school'].map((name) => `sip:${name}@example.com`);

/** A list of buddies who are all called Bob. */
const bobs = (uris: readonly string[]) =>
  resourceLists.parse(
    `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="friends">${uris.map((uri) => `<entry uri="${uri}"><display-name>Bob</display-name></entry>`).join('')}</list></resource-lists>`,
  );

/** Each side adds and removes; URIs stay in their order, so that no side moves one. */
const someUris = fc.subarray(URIS);

describe('a merge of entries with one display name', () => {
  it('has no conflict, and the result is what either side added less what either side removed', () => {
    fc.assert(
      fc.property(someUris, someUris, someUris, (base, mine, theirs) => {
        const { document, conflicts } = merge(bobs(base), bobs(mine), bobs(theirs));
        expect(conflicts).toEqual([]);
        const isWanted = (uri: string) =>
          base.includes(uri) ? mine.includes(uri) && theirs.includes(uri) : mine.includes(uri) || theirs.includes(uri);
        const uris = document.entries(friends).map(({ uri }) => uri);
        expect(uris.sort()).toEqual(URIS.filter(isWanted).sort());
      }),
      { numRuns: 3000 },
    );
  });

  it('takes an element that both sides hold anew for an addition on both sides', () => {
    const [home, work] = ['sip:home@example.com', 'sip:work@example.com'];
    const { document, conflicts } = merge(bobs([home]), bobs([home, work]), bobs([work]));
    expect([conflicts, document.entries(friends).map(({ uri }) => uri)]).toEqual([[], [work]]);
  });
});
