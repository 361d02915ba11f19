/** Comma-separated values (RFC 4180): `list,uri,name`, and the exports of other address books. */

import { CsvError, type Info, parse } from 'csv-parse/sync';
import { printListPath } from '../documents/list-path.ts';
import type { AddressBook, BookContact, Contact, Mistake } from './contact.ts';
import { type Column, type ColumnKind, mappedColumns } from './csv-columns.ts';

const HEADER = ['list', 'uri', 'name'] as const;

/** Writes contacts, with a header. */
export function writeCsv(contacts: readonly Contact[]): string {
  const rows = contacts.map(({ list = '', uri = '', name = '' }) => [list, uri, name].map(field).join(','));
  return [HEADER.join(','), ...rows].map((row) => `${row}\r\n`).join('');
}

/** A cell that starts so could be run as a formula by a spreadsheet; an apostrophe before it prevents that. */
const FORMULA = /^'*[=+\-@\t\r]/;

function field(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",;\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const withoutApostrophe = (text: string): string => (/^'+[=+\-@\t\r]/.test(text) ? text.slice(1) : text);

/** Reads contacts and reports every row that cannot be read. `maps`: columns as `FIELD=COLUMN`. */
export function readCsv(text: string, maps: readonly string[] = []): AddressBook {
  const { delimiter, body, skipped } = delimiterOf(text);
  const { rows, mistakes } = rowsOf(body, delimiter, skipped);
  const [head, ...rest] = rows;
  if (!head) {
    const problem = 'it is empty; begin with the line list,uri,name';
    return { contacts: [], mistakes: mistakes.length > 0 ? mistakes : [{ line: 1, problem, isOfFile: true }] };
  }
  const columns = mappedColumns(head.fields, maps);
  if (!columns.some(({ kind }) => ADDRESSES.has(kind)))
    return {
      contacts: [],
      mistakes: [
        ...mistakes,
        {
          line: head.line,
          problem: `the first line names the columns, and none of them is a known column of addresses (${head.fields.join(', ')}); name it uri, or use --map uri=COLUMN`,
          isOfFile: true,
        },
      ],
    };
  // Only xcap itself writes white space around a name on purpose.
  const isOwn = head.fields.join() === HEADER.join();
  const contacts: BookContact[] = [];
  const columnsIn = columnsByWidth(columns);
  for (const { line, fields } of rest) {
    const extra = fields.slice(head.fields.length).some((value) => value.trim() !== '');
    if (extra) {
      const problem = `there are ${fields.length} fields, but ${head.fields.length} columns`;
      mistakes.push({ line, problem });
    } else if (fields.some((value) => value.trim() !== ''))
      contacts.push(contactOf(line, isOwn ? fields : fields.map((value) => value.trim()), columnsIn(fields.length)));
  }
  return { contacts, mistakes };
}

const ADDRESSES: ReadonlySet<ColumnKind> = new Set(['uri', 'impp', 'email', 'tel']);

/** The columns of a row by kind, in the order of their ranks. */
type RowColumns = ReadonlyMap<ColumnKind, readonly Column[]>;

/**
 * Returns a function from the number of fields of a row to its columns. Rows of the same width share them: to look at each
 * column of a wide header for each short row takes quadratic time.
 */
function columnsByWidth(columns: readonly Column[]): (width: number) => RowColumns {
  const ranked = columns.toSorted((a, b) => a.rank - b.rank);
  const known = new Map<number, RowColumns>();
  return (width) => {
    const found = known.get(width) ?? byKind(ranked.filter(({ index }) => index < width));
    known.set(width, found);
    return found;
  };
}

function byKind(columns: readonly Column[]): RowColumns {
  const found = new Map<ColumnKind, Column[]>();
  for (const column of columns) {
    const others = found.get(column.kind);
    if (others) others.push(column);
    else found.set(column.kind, [column]);
  }
  return found;
}

interface Row {
  readonly line: number;
  readonly fields: readonly string[];
}

/** Finds the delimiter: the one most frequent in the first line, outside of quotes, or that of Excel's `sep=` line. */
function delimiterOf(text: string): { readonly delimiter: string; readonly body: string; readonly skipped: number } {
  const [, named, end] = /^sep=([,;\t|])(\r\n|\n|\r)/i.exec(text) ?? [];
  if (named !== undefined && end !== undefined)
    return { delimiter: named, body: text.slice(4 + named.length + end.length), skipped: 1 };
  const [first = ''] = text
    .replace(/"(?:[^"]|"")*"/g, '')
    .trimStart()
    .split(/\r|\n/, 1);
  const count = (delimiter: string): number => first.split(delimiter).length;
  const [delimiter = ','] = [',', ';', '\t', '|'].sort((a, b) => count(b) - count(a));
  return { delimiter, body: text, skipped: 0 };
}

interface CsvRecord {
  readonly record: string[];
  readonly info: Info;
}

function rowsOf(text: string, delimiter: string, skipped: number): { rows: Row[]; mistakes: Mistake[] } {
  const rows: Row[] = [];
  const mistakes: Mistake[] = [];
  try {
    const records: unknown = parse(text, {
      delimiter,
      // Without `raw`, which csv-parse copies for each field of a row.
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    });
    let before = { lines: 0, empty_lines: 0 };
    let countedTwice = 0;
    const pairs = text.includes('\n') ? /\r(?:\n|$)/g : /\r\n/g;
    // The result that csv-parse documents for the option info.
    for (const { record, info } of records as CsvRecord[]) {
      // Each record begins below the one before it and the empty lines that were skipped.
      const line = before.lines + 1 + info.empty_lines - before.empty_lines - countedTwice;
      rows.push({ line: line + skipped, fields: record });
      // csv-parse counts a return and a line feed as two lines, unless they end a record.
      countedTwice += record.join().match(pairs)?.length ?? 0;
      before = info;
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
    mistakes.push({ line: line + skipped, problem: QUOTING[error.code] ?? 'it cannot be read as CSV', isOfFile: true });
  }
  return { rows, mistakes };
}

const QUOTING: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quoted field does not end',
  CSV_INVALID_CLOSING_QUOTE: 'a quoted field goes on after its end',
  INVALID_OPENING_QUOTE: 'there is a quote in a field without quotes around it',
};

function contactOf(line: number, fields: readonly string[], columns: RowColumns): BookContact {
  const of = (kind: ColumnKind): readonly Column[] => columns.get(kind) ?? [];
  const text = (index: number): string => withoutApostrophe(fields[index] ?? '');
  const values = (kind: ColumnKind): string[] =>
    of(kind)
      .flatMap(({ index }) => text(index).split(' ::: '))
      .map((value) => value.trim())
      .filter(Boolean);
  const [uri] = of('uri');
  const lists = of('list')
    .map(({ index }) => text(index))
    .filter((path) => path.trim() !== '');
  const labels = of('labels').flatMap(({ index }) => labelsOf(text(index)));
  return {
    line,
    name: nameOf(of('name'), text, values),
    uri: uri && (text(uri.index).trim() || undefined),
    impp: of('impp').flatMap((column) => imppOf(text(column.index), column, fields)),
    email: values('email'),
    tel: values('tel'),
    lists: [...lists, ...labels.map((label) => printListPath([label]))],
  };
}

function nameOf(
  columns: readonly Column[],
  text: (index: number) => string,
  values: (kind: ColumnKind) => string[],
): string | undefined {
  const [stated] = columns.map(({ index }) => text(index)).filter((name) => name.trim() !== '');
  if (stated !== undefined) return stated;
  const parts = (['first', 'middle', 'last'] as const).flatMap((kind) => values(kind).slice(0, 1));
  return parts.join(' ') || values('organization')[0];
}

/** Google separates labels by ` ::: ` and marks its own with `*`; Outlook separates categories by `;`. */
const labelsOf = (text: string): string[] =>
  text
    .split(/ ::: |;/)
    .map((label) => label.trim())
    .filter((label) => label !== '' && !label.startsWith('* '));

const XMPP_SERVICES = /jabber|xmpp|google ?talk|gtalk|hangouts/i;

/** An address with the scheme of its service; addresses of services without URIs are left out. */
function imppOf(text: string, { service }: Column, fields: readonly string[]): string[] {
  const named = service === undefined ? '' : (fields[service] ?? '').trim();
  return text
    .split(' ::: ')
    .map((value) => value.trim())
    .filter(Boolean)
    .flatMap((value) => {
      if (/^[a-z][a-z0-9+.-]*:/i.test(value)) return [value];
      if (named === '' || /sip|voip/i.test(named)) return [value];
      return XMPP_SERVICES.test(named) ? [`xmpp:${value}`] : [];
    });
}
