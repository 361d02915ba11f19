import { UsageFailure } from '../failure.ts';
import type { Contact, ContactFile } from './contact.ts';
import { readCsv, writeCsv } from './csv.ts';
import { readVcards, writeVcards } from './vcard.ts';

export type Format = 'csv' | 'vcard';

/** The format that was asked for, else that of the file's name, else CSV. */
export function formatOf(asked: string | undefined, file: string | undefined): Format {
  if (asked === 'csv' || asked === 'vcard') return asked;
  if (asked !== undefined)
    throw new UsageFailure(`option --format: invalid choice: '${asked}' (choose from csv, vcard)`);
  return /\.(?:vcf|vcard)$/i.test(file ?? '') ? 'vcard' : 'csv';
}

export const readContacts = (text: string, format: Format): ContactFile =>
  format === 'csv' ? readCsv(text) : readVcards(text);

export const writeContacts = (contacts: readonly Contact[], format: Format): string =>
  format === 'csv' ? writeCsv(contacts) : writeVcards(contacts);
