import { describe, expect, it } from 'vitest';
import { readRecord } from '../../../src/client/stores/read-record.ts';

const URL = 'https://xcap.example.com/root/resource-lists/users/sip:alice@example.com/index';

describe('readRecord', () => {
  it('returns a record of the current version as it is', () => {
    const write = { text: '<b/>', ifMatch: '"1"', ifNoneMatch: null, late: true };
    const record = { version: 2, base: '<a/>', etag: '"1"', working: '<c/>', pending: [write] };
    expect(readRecord(URL, record)).toEqual(record);
  });

  it('reads the attempt of a 0.1 record as a write over its base', () => {
    const record = { base: '<a/>', etag: '"1"', working: '<c/>', attempt: '<b/>' };
    expect(readRecord(URL, record)).toMatchObject({
      version: 2,
      pending: [{ text: '<b/>', ifMatch: '"1"', ifNoneMatch: null, late: false }],
    });
  });

  it('reads the attempt of a 0.1 record without base as a creation', () => {
    const record = { base: null, etag: null, working: '<c/>', attempt: '<b/>' };
    expect(readRecord(URL, record)).toMatchObject({ pending: [{ text: '<b/>', ifMatch: null, ifNoneMatch: '*' }] });
  });

  it('reads a 0.1 record without an attempt as one without pending writes', () => {
    expect(readRecord(URL, { base: null, etag: null, working: '<c/>' })).toMatchObject({ pending: [] });
    expect(readRecord(URL, { base: null, etag: null, working: '<c/>', attempt: null })).toMatchObject({ pending: [] });
  });

  it.each([
    { what: 'no object', record: '<a/>', message: 'the record that is not an object' },
    { what: 'no working copy', record: { version: 2, pending: [] }, message: '"working" that is not a string' },
    {
      what: 'a base that is a number',
      record: { base: 1, working: '' },
      message: '"base" that is not a string or null',
    },
    { what: 'no list of writes', record: { version: 2, working: '' }, message: '"pending" that is not an array' },
    {
      what: 'a write without text',
      record: { version: 2, working: '', pending: [{}] },
      message: '"pending[0].text" that is not a string',
    },
    { what: 'a later version', record: { version: 3, working: '' }, message: 'a record of version 3' },
  ])('rejects a record with $what', ({ record, message }) => {
    expect(() => readRecord(URL, record)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(message) }),
    );
  });
});
