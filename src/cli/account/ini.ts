import { CliFailure } from '../failure.ts';

/** One key with its line. */
export interface IniEntry {
  /** The last value. */
  readonly value: string;
  /** Every value, in order, when the key is repeated. */
  readonly values: readonly string[];
  readonly line: number;
}

/** An entry while the file is read. */
interface OpenEntry extends IniEntry {
  value: string;
  readonly values: string[];
}

/** Sections by name, entries by key in lower case. */
export type Ini = ReadonlyMap<string, ReadonlyMap<string, IniEntry>>;

/**
 * Reads an ini file as Python's ConfigParser does: `key = value` or `key: value`; lines that start with `#` or `;` are
 * comments; indented lines continue the previous value. No character in a value is special, so any password is possible.
 *
 * @throws CliFailure with file and line; the text of the line is not repeated, since it may be a password
 */
export function parseIni(text: string, file: string): Ini {
  const sections = new Map<string, Map<string, OpenEntry>>();
  let section: Map<string, OpenEntry> | undefined;
  let key: string | undefined;
  for (const [index, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const line = raw.trim();
    const fail = (problem: string): never => {
      throw new CliFailure(`${file}, line ${index + 1}: ${problem}`);
    };
    if (line === '' || /^[#;]/.test(line)) continue;
    const before = key === undefined ? undefined : section?.get(key);
    if (/^[ \t]/.test(raw) && before && key !== undefined && !/^[\w.-]+\s*[=:]/.test(line)) {
      before.value = `${before.value}\n${line}`;
      before.values[before.values.length - 1] = before.value;
      continue;
    }
    if (line.startsWith('[')) {
      const name = /^\[([^\]]+)\]$/.exec(line)?.[1]?.trim();
      if (!name) fail('a section is one name in brackets, such as [Account]');
      section = sections.get(name ?? '') ?? new Map();
      sections.set(name ?? '', section);
      key = undefined;
      continue;
    }
    const separator = line.search(/[=:]/);
    const name = line.slice(0, Math.max(0, separator)).trimEnd();
    if (name === '') return fail('expected "key = value", a [Section] or a # comment');
    if (!section) return fail(`"${name}" is before the first section; put it under [Account]`);
    key = name.toLowerCase();
    const value = line.slice(separator + 1).trimStart();
    const values = section.get(key)?.values ?? [];
    values.push(value);
    section.set(key, { value, values, line: index + 1 });
  }
  return sections;
}
