import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseUris, type UriSource } from '../../src/cli/contacts/choose-uri.ts';
import { writeCsv } from '../../src/cli/contacts/csv.ts';
import { readContacts } from '../../src/cli/contacts/format.ts';
import { writeVcards } from '../../src/cli/contacts/vcard.ts';

/** Reads an address book as `xcap import` does. */
const read = (text: string | Uint8Array, format: 'csv' | 'vcard', sources: readonly UriSource[] = ['impp']) =>
  chooseUris(readContacts(typeof text === 'string' ? Buffer.from(text) : text, { format, name: 'book' }), {
    sources,
    phoneContext: undefined,
  });
const readCsv = (text: string) => read(text, 'csv');
const readVcards = (text: string) => read(text, 'vcard');

const words = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 120 })
  .map((text) => text.replace(/\p{C}|\s/gu, ' ').trim())
  .filter(Boolean);
const contacts = fc.array(
  fc.record({
    list: fc.option(words, { nil: undefined }),
    uri: fc.webPath().map((path) => `sip:${path.replaceAll('/', '')}@example.com`),
    name: fc.option(words, { nil: undefined }),
  }),
  { minLength: 1 },
);

describe('the lines of a CSV file', () => {
  it.each([
    { name: 'LF', end: '\n' },
    { name: 'CRLF', end: '\r\n' },
    { name: 'CR', end: '\r' },
  ])('are right after cells of several lines and empty lines ($name)', ({ end }) => {
    const lines = [
      'uri,name',
      '"sip:a@b","a',
      '',
      'b"',
      'wrong 1',
      '',
      '',
      '"sip:c@d","',
      '"',
      'wrong 2',
      '"wrong',
      '3"',
      'wrong 4',
    ];
    const { mistakes } = readCsv(lines.join(end) + end);
    expect(mistakes.map(({ line }) => line)).toEqual([5, 10, 11, 13]);
  });

  it('are right if only some end with a return', () => {
    const { mistakes } = readCsv('uri\nwrong 1\r\nwrong 2\nwrong 3\r\n');
    expect(mistakes.map(({ line }) => line)).toEqual([2, 3, 4]);
  });
});

describe('what is written can be read again', () => {
  it('as CSV (RFC 4180)', () => {
    fc.assert(
      fc.property(contacts, (given) => {
        expect(readCsv(writeCsv(given))).toEqual({ contacts: given, mistakes: [] });
      }),
    );
  });

  it('as vCard (RFC 6350), no line longer than 75 octets', () => {
    fc.assert(
      fc.property(contacts, (given) => {
        const text = writeVcards(given);
        expect(readVcards(text)).toEqual({ contacts: given, mistakes: [] });
        expect(Math.max(...text.split('\r\n').map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
      }),
    );
  });
});

describe('CSV of other programs', () => {
  it.for([
    ['columns in another order', 'name,uri\nAnn,sip:a@x\n', { list: undefined, uri: 'sip:a@x', name: 'Ann' }],
    [
      'a byte order mark, CRLF and empty lines',
      '\ufeffURI,Name\r\n\r\na@x.y,Ann\r\n',
      { list: undefined, uri: 'sip:a@x.y', name: 'Ann' },
    ],
    ['line ends within quotes', 'uri,name\nsip:a@x,"Ann\nLee"', { list: undefined, uri: 'sip:a@x', name: 'Ann\nLee' }],
  ] as const)('%s', ([, text, contact]) => {
    expect(readCsv(text)).toEqual({ contacts: [contact], mistakes: [] });
  });

  it('rows keep their line numbers behind a field of several lines', () => {
    expect(readCsv('uri,name\nsip:a@x,"A\nB"\nbad,\n').mistakes).toMatchObject([{ line: 4 }]);
  });

  it.for(['uri\n"sip:a@x\n', 'uri\n"sip:a@x"x\n', 'uri\nsi"p:a@x\n', 'who\nx\n', ''])('%j is a mistake', (text) => {
    expect(readCsv(text).mistakes).not.toEqual([]);
  });
});

describe('vCards of other programs', () => {
  it('folded, grouped, with parameters and several categories', () => {
    const card =
      'begin:vcard\nversion:3.0\nitem1.IMPP;TYPE="a:b";PREF=1:sip:a\n @x\nFN;CHARSET=utf-8:Ann\\, Lee\nCATEGORIES:one,two\\,three\nend:VCARD\n';
    expect(readVcards(card)).toEqual({
      contacts: ['one', 'two,three'].map((list) => ({ list, uri: 'sip:a@x', name: 'Ann, Lee' })),
      mistakes: [],
    });
  });
});
