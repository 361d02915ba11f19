import { describe, expect, it } from 'vitest';
import { detectDataLoss } from '../../../src/client/sync/data-loss.ts';
import { Snapshot } from '../../../src/client/write/snapshot.ts';
import { resourceLists } from '../../../src/index.ts';
import { buddies } from '../../support/fixtures.ts';

/** A version with so many elements below the root. */
const versionOf = (elements: number): Snapshot => {
  const uris = Array.from({ length: elements - 1 }, (_, index) => `sip:${index}@example.com`);
  return new Snapshot(buddies(...uris), undefined, (xml) => resourceLists.parse(xml));
};

describe('data loss', () => {
  it.each([
    { before: 20, after: 2, isLoss: true },
    { before: 20, after: 3, isLoss: false },
    { before: 30, after: 3, isLoss: true },
    { before: 10, after: 1, isLoss: true },
    { before: 9, after: 1, isLoss: false },
    { before: 5, after: 1, isLoss: false },
  ])('is suspected with a tenth of the elements left, and no more: $after of $before', ({ before, after, isLoss }) => {
    const error = detectDataLoss('here', versionOf(before), versionOf(after));
    expect(error !== undefined).toBe(isLoss);
    if (isLoss) expect(error).toMatchObject({ before, after });
  });

  it.each([
    { before: 4, isLoss: false },
    { before: 5, isLoss: true },
  ])('is not suspected of a document of fewer than five elements: $before', ({ before, isLoss }) => {
    const empty = new Snapshot(String(resourceLists.create()), undefined, (xml) => resourceLists.parse(xml));
    expect(detectDataLoss('here', versionOf(before), empty) !== undefined).toBe(isLoss);
  });

  it('is suspected of any document that is gone', () => {
    expect(detectDataLoss('here', versionOf(1), undefined)).toMatchObject({ before: 1, after: undefined });
    expect(detectDataLoss('here', undefined, undefined)).toBeUndefined();
  });
});
