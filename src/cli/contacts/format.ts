import { UsageFailure } from '../failure.ts';
import type { AddressBook, Contact } from './contact.ts';
import { readCsv, writeCsv } from './csv.ts';
import { asUtf8, decodeLines } from './decode.ts';
import { readVcards, writeVcards } from './vcard.ts';

/** The formats of address books. */
const formats = ['csv', 'vcard'] as const;
export type Format = (typeof formats)[number];

/** Returns the format that was asked for, else that of the file's name, else that of its content, else CSV. */
export function formatOf(asked: string | undefined, file: string | undefined, content?: Uint8Array): Format {
  const format = formats.find((known) => known === asked);
  if (format) return format;
  if (asked !== undefined)
    throw new UsageFailure(`option --format: invalid choice: '${asked}' (choose from ${formats.join(', ')})`);
  if (/\.(?:vcf|vcard)$/i.test(file ?? '')) return 'vcard';
  const start = new TextDecoder().decode(content?.subarray(0, 200)).replaceAll('\0', '');
  return /^\W*BEGIN:VCARD/i.test(start) ? 'vcard' : 'csv';
}

/** How an address book is read. */
export interface ReadOptions {
  readonly format: Format;
  readonly charset?: string | undefined;
  /** Columns of a CSV file, as `FIELD=COLUMN`. */
  readonly maps?: readonly string[];
  /** Name of the file, for messages. */
  readonly name: string;
}

/** Reads an address book. Text that cannot be decoded is reported with its line, and never garbled. */
export function readContacts(bytes: Uint8Array, { format, charset, maps = [], name }: ReadOptions): AddressBook {
  const octets = asUtf8(bytes, charset, name);
  if (format === 'vcard') return readVcards(octets);
  const decoded = decodeLines(octets);
  return 'text' in decoded ? readCsv(decoded.text, maps) : { contacts: [], mistakes: decoded.mistakes };
}

/** Writes contacts. */
export const writeContacts = (contacts: readonly Contact[], format: Format): string =>
  format === 'csv' ? writeCsv(contacts) : writeVcards(contacts);
