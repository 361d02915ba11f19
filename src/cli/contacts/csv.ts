/** Comma-separated values (RFC 4180): `list,uri,name`, in the order that the first line says. */

import { type Contact, type ContactFile, uriProblem, withScheme } from './contact.ts';

const HEADER = ['list', 'uri', 'name'] as const;

/** Writes contacts, with a header. */
export function writeCsv(contacts: readonly Contact[]): string {
  const rows = contacts.map(({ list = '', uri, name = '' }) => [list, uri, name].map(field).join(','));
  return [HEADER.join(','), ...rows].map((row) => `${row}\r\n`).join('');
}

const field = (text: string): string => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Reads contacts and tells every bad row. */
export function readCsv(text: string): ContactFile {
  const { rows, mistakes } = rowsOf(text.replace(/^\ufeff/, ''));
  const [head, ...body] = rows.filter(({ fields }) => fields.length > 1 || fields[0] !== '');
  if (!head)
    return {
      contacts: [],
      mistakes: [...mistakes, { line: 1, problem: 'it is empty; begin with the line list,uri,name' }],
    };
  const names = head.fields.map((name) => name.trim().toLowerCase());
  const column = Object.fromEntries(HEADER.map((name) => [name, names.indexOf(name)])) as Record<
    (typeof HEADER)[number],
    number
  >; // made from HEADER
  if (column.uri < 0)
    return {
      contacts: [],
      mistakes: [
        ...mistakes,
        { line: head.line, problem: 'the first line names the columns, and uri must be among them: list,uri,name' },
      ],
    };
  const contacts: Contact[] = [];
  for (const { line, fields } of body) {
    const at = (name: (typeof HEADER)[number]): string => (column[name] < 0 ? '' : (fields[column[name]] ?? '').trim());
    const uri = withScheme(at('uri'));
    const problem =
      fields.length > names.length ? `there are ${fields.length} fields, but ${names.length} columns` : uriProblem(uri);
    if (problem === undefined) contacts.push({ list: at('list') || undefined, uri, name: at('name') || undefined });
    else mistakes.push({ line, problem });
  }
  return { contacts, mistakes };
}

interface Row {
  readonly line: number;
  readonly fields: string[];
}

function rowsOf(text: string) {
  const rows: Row[] = [];
  const mistakes: { line: number; problem: string }[] = [];
  const token = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n|\n|\r|$)/y;
  let line = 1;
  let row: Row = { line, fields: [] };
  while (token.lastIndex < text.length || row.fields.length > 0) {
    const [whole, raw, end] = token.exec(text) ?? [];
    if (whole === undefined || raw === undefined) {
      mistakes.push({ line, problem: 'a quoted field does not end, or goes on after its end' });
      return { rows, mistakes };
    }
    if (raw.includes('"') && !/^"(?:[^"]|"")*"$/.test(raw))
      mistakes.push({ line, problem: 'a quote stands in a field without quotes around it' });
    row.fields.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    line += whole.split(/\r\n|\n|\r/).length - 1;
    if (end === ',') continue;
    rows.push(row);
    row = { line, fields: [] };
    if (token.lastIndex >= text.length) break;
  }
  return { rows, mistakes };
}
