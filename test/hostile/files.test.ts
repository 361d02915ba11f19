import { describe, expect, it } from 'vitest';
import { parseIni } from '../../src/cli/account/ini.ts';
import { readCsv } from '../../src/cli/contacts/csv.ts';
import { readVcards } from '../../src/cli/contacts/vcard.ts';
import { budget, spent } from './cpu.ts';

/** Address books and other files of one megabyte are read in linear time, whatever is repeated in them. */

const fill = (piece: string, size = 1_000_000): string => piece.repeat(Math.floor(size / piece.length));
const half = (piece: string): string => fill(piece, 500_000);
const card = (content: string): string => `BEGIN:VCARD\n${content}END:VCARD\n`;
const numbered = (make: (index: number) => string): string =>
  Array.from({ length: 15_000 }, (_, index) => make(index)).join('');

const VCARDS: Readonly<Record<string, string>> = {
  'empty cards': fill(card('')),
  'cards and groups': numbered((index) => card(`UID:${index}\n`) + card('KIND:group\nFN:a\n')),
  'folds without a colon': card(`NOTE;X=\n${fill(' a\n')}`),
  'folds of a value': card(`NOTE:\n${fill(' a\n')}`),
  'soft line breaks': card(`NOTE;QUOTED-PRINTABLE:=\n${fill('a=\n')}`),
  'folds of base64': card(`PHOTO;BASE64:\n${fill('A\n')}`),
  parameters: card(`TEL${fill(';A')}:1\n`),
  'values of parameters': card(`TEL;TYPE=${fill('a,')}:1\n`),
  'values that are not UTF-8': card(fill('TEL:\xff\n')),
};

describe('a file of one megabyte', { timeout: 300_000 }, () => {
  it.each(Object.entries(VCARDS))('of vCards with many %s is read within the budget', (_, text) => {
    const bytes = Buffer.from(text, 'latin1');
    expect(spent(() => readVcards(bytes))).toBeLessThan(budget);
  });

  it.each([
    {
      what: 'many columns of addresses',
      text: `${half('uri,')}\n${half('a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t\n')}`,
    },
    { what: 'many columns of services', text: `${fill('im,')}\n` },
    { what: 'many unknown columns', text: `uri${half(',x')}\n${half('a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t\n')}` },
  ])('of CSV with $what is read within the budget', ({ text }) => {
    expect(spent(() => readCsv(text))).toBeLessThan(budget);
  });

  it('with one key again and again is read within the budget', () => {
    expect(spent(() => parseIni(`[A]\n${fill('a=\n b\n')}`, 'file'))).toBeLessThan(budget);
  });
});
