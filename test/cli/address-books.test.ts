import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseUris, type UriSource } from '../../src/cli/contacts/choose-uri.ts';
import { formatOf, readContacts } from '../../src/cli/contacts/format.ts';
import { parseListPath, printListPath } from '../../src/cli/documents/list-path.ts';

/** Reads a book as `xcap import` does: [list, uri, name] of each contact, and the mistakes. */
function read(file: string, sources: readonly UriSource[] = ['impp'], phoneContext?: string, charset?: string) {
  const bytes = readFileSync(`test/cli/books/${file}`);
  const book = readContacts(bytes, { format: formatOf(undefined, file), charset, name: file });
  const { contacts, mistakes } = chooseUris(book, { sources, phoneContext });
  return { contacts: contacts.map(({ list, uri, name }) => [list, uri, name]), mistakes };
}

describe('address books of other programs', () => {
  it('reads the former CSV of Google: labels are lists, several values are separated', () => {
    expect(read('google-old.csv').contacts).toEqual([
      ['Team', 'sip:ann@sip.example.com', 'Ann Müller'],
      ['Choir', 'sip:ann@sip.example.com', 'Ann Müller'],
    ]);
    expect(read('google-old.csv').mistakes).toEqual([
      { line: 4, problem: 'Bob: there is no URI (impp); it has email: use --uri-from email' },
    ]);
    expect(read('google-old.csv', ['tel', 'email']).contacts).toEqual([
      ['Team', 'tel:+15551230001', 'Ann Müller'],
      ['Choir', 'tel:+15551230001', 'Ann Müller'],
      [undefined, 'sip:bob@example.com', 'Bob'],
    ]);
  });

  it('reads the present CSV of Google: names in parts, extensions of numbers', () => {
    expect(read('google-new.csv', ['tel'])).toEqual({
      contacts: [
        ['Team', 'tel:+15551230001', 'Ann Q. Müller'],
        [undefined, 'tel:+49301234567;ext=89', 'Acme Inc.'],
      ],
      mistakes: [],
    });
  });

  it('reads the CSV of Outlook: a byte order mark, categories, the mobile number first, and no fax', () => {
    expect(read('outlook.csv', ['tel', 'email'])).toEqual({
      contacts: [
        ['Team', 'tel:+15551230001', 'Ann Müller'],
        ['Choir', 'tel:+15551230001', 'Ann Müller'],
        [undefined, 'sip:bob@example.com', 'Bob'],
      ],
      mistakes: [],
    });
  });

  it('reads the CSV of Outlook in other languages: semicolons, windows-1252, translated columns', () => {
    expect(read('outlook-german.csv', ['tel'], undefined, 'windows-1252')).toEqual({
      contacts: [
        ['Büro', 'tel:+491701234567', 'Jürgen Groß'],
        ['Privat', 'tel:+491701234567', 'Jürgen Groß'],
        [undefined, 'tel:+4930123456', 'Öl AG'],
      ],
      mistakes: [],
    });
    expect(read('outlook-french.csv', ['tel'], undefined, 'windows-1252')).toEqual({
      contacts: [['Amis', 'tel:+33612345678', 'Noël Lefèvre']],
      mistakes: [],
    });
    expect(read('outlook-french.csv', ['email'], undefined, 'windows-1252').contacts).toEqual([
      ['Amis', 'sip:noel@example.fr', 'Noël Lefèvre'],
    ]);
  });

  it('reads UTF-16 without a byte order mark', () => {
    const bytes = Buffer.from('list,uri,name\r\nTeam,sip:ann@x,Jürgen\r\n', 'utf16le');
    for (const octets of [bytes, Buffer.from(bytes).swap16()])
      expect(readContacts(octets, { format: 'csv', name: 'x.csv' }).contacts[0]?.name).toBe('Jürgen');
  });

  it('takes the preferred one of several values, in every version of vCard', () => {
    const card = (version: string, lines: string) => `BEGIN:VCARD\r\nVERSION:${version}\r\n${lines}\r\nEND:VCARD\r\n`;
    const bytes = Buffer.from(
      card('2.1', 'FN:A\r\nEMAIL;INTERNET:x@x\r\nEMAIL;PREF;INTERNET:a@x') +
        card('3.0', 'FN:B\r\nitem1.EMAIL;type=HOME:x@x\r\nitem2.EMAIL;type=WORK;type=pref:b@x') +
        card('4.0', 'FN;PREF=2:X\r\nFN;PREF=1:C\r\nEMAIL:x@x\r\nEMAIL;PREF=50:c@x'),
    );
    const { contacts } = readContacts(bytes, { format: 'vcard', name: 'x.vcf' });
    expect(contacts.map(({ name, email }) => [name, email[0]])).toEqual([
      ['A', 'a@x'],
      ['B', 'b@x'],
      ['C', 'c@x'],
    ]);
  });

  it('reads base64 with a charset', () => {
    const name = Buffer.from('Jörg', 'latin1').toString('base64');
    const bytes = Buffer.from(
      `BEGIN:VCARD\r\nVERSION:2.1\r\nFN;ENCODING=BASE64;CHARSET=ISO-8859-1:${name}\r\n\r\nX-SIP:sip:j@x\r\nEND:VCARD\r\n`,
    );
    expect(readContacts(bytes, { format: 'vcard', name: 'x.vcf' }).contacts[0]?.name).toBe('Jörg');
  });

  it('reads CSV of Apple Numbers: semicolons, UTF-16', () => {
    expect(read('numbers-utf16.csv', ['email'])).toEqual({
      contacts: [['Team', 'sip:ann@example.com', 'Ann Müller']],
      mistakes: [],
    });
  });

  it('reads vCard 2.1 of Android: quoted-printable with soft line breaks, charsets, bare parameters, photos', () => {
    expect(read('android-21.vcf', ['tel'])).toEqual({
      contacts: [
        [undefined, 'tel:+15551230001', 'Hans Büttner'],
        [undefined, 'tel:+15551230003', 'Jürgen Müller'],
      ],
      mistakes: [],
    });
  });

  it('reads vCard 3.0 of Apple: groups of properties, folded lines, groups of contacts', () => {
    expect(read('apple-30.vcf')).toEqual({
      contacts: [['Team', 'sip:ann@sip.example.com', 'Ann Müller']],
      mistakes: [{ line: 16, problem: 'Acme: there is no URI (impp); it has tel: use --uri-from tel' }],
    });
    expect(read('apple-30.vcf', ['tel', 'impp']).mistakes[0]?.problem).toContain('is a local number');
    expect(read('apple-30.vcf', ['tel'], '+49').contacts).toContainEqual([
      undefined,
      'tel:0301234567;phone-context=+49',
      'Acme',
    ]);
  });

  it('reads vCard 4.0 of CardDAV servers: SIP before other messaging, several categories, groups', () => {
    const lists = ['Team', 'Choir', 'Group\\/with slash'];
    expect(read('carddav-40.vcf')).toEqual({
      contacts: lists.map((list) => [list, 'sip:ann@example.com', 'Ann, Lee']),
      mistakes: [],
    });
  });

  it('refuses what it cannot decode, with the line, and never garbles it', () => {
    expect(read('latin1.csv')).toEqual({
      contacts: [],
      mistakes: [{ line: 3, problem: expect.stringContaining('it is not UTF-8; name the charset'), isOfFile: true }],
    });
  });
});

describe('what cannot be decoded', () => {
  const vcf = (text: string) => readContacts(Buffer.from(text, 'latin1'), { format: 'vcard', name: 'x.vcf' }).mistakes;
  it.each([
    { what: 'octets that are not UTF-8', line: 'FN:J\xfcrgen', problem: 'FN: it is not UTF-8' },
    {
      what: 'broken quoted-printable',
      line: 'FN;ENCODING=QUOTED-PRINTABLE:J=ZZ',
      problem: 'FN: its value is not quoted',
    },
    { what: 'an unknown charset', line: 'FN;CHARSET=x-none:J', problem: 'FN: its charset x-none is not known' },
    { what: 'broken base64', line: 'FN;ENCODING=BASE64:T#', problem: 'FN: its value is not base64' },
    {
      what: 'octets that are not in the charset',
      line: 'FN;CHARSET=UTF-8:J\xfc',
      problem: 'FN: its value is not UTF-8',
    },
  ])('refuses $what in a vCard, with the line', ({ line, problem }) => {
    expect(vcf(`BEGIN:VCARD\r\nVERSION:2.1\r\n${line}\r\nX-SIP:sip:j@x\r\nEND:VCARD\r\n`)).toEqual([
      { line: 3, problem: expect.stringContaining(problem) },
    ]);
  });

  it('does not matter in properties that are not imported', () => {
    expect(vcf('BEGIN:VCARD\r\nVERSION:3.0\r\nFN:J\r\nNOTE:\xfc\xff\r\nIMPP:sip:j@x\r\nEND:VCARD\r\n')).toEqual([]);
  });

  it('is decoded with the charset that the user names', () => {
    const bytes = readFileSync('test/cli/books/latin1.csv');
    const { contacts } = readContacts(bytes, { format: 'csv', charset: 'windows-1252', name: 'latin1.csv' });
    expect(contacts.map(({ name }) => name)).toEqual(['Ok', 'Jürgen']);
  });
});

describe('paths of lists', () => {
  it('are read as they were written, whatever the names contain', () => {
    const step = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 9 }), fc.constant('[2]'));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1 }), (steps) => {
        expect(parseListPath(printListPath(steps))).toEqual(steps);
      }),
    );
  });
});
