/**
 * Reads the text of a plain element as data without building a DOM: without it a GET of one element, read as typed data,
 * reaches about 0.6 of the rate of undici with the same bytes; with it, the 0.8 that `bench/client.ts` demands. Most
 * servers send plain elements: no prefixes, declarations, references, comments or CDATA. Any other text, malformed text
 * and values of a wrong type are left to the full reader, and so is what exceeds the limits here.
 */

import type { CompiledElement } from '../../selector/compile.ts';
import { illegalCharacter } from '../../selector/xml-text.ts';
import type { Data } from './read-data.ts';
import { readValue } from './values.ts';

const TAG = /<(\/?)([A-Za-z_][\w.-]*)((?: +[A-Za-z_][\w.-]*="[^"<&\t\r\n]*")*) *(\/?)>/y;
const ATTRIBUTE = / +([A-Za-z_][\w.-]*)="([^"]*)"/gy;
const TEXT = /[^<&\]\r]*/y;
/** Far below the limits of the full reader, which reads or refuses the rest. */
const MAX_DEPTH = 100;
const MAX_SIZE = 1024 * 1024;
const MAX_ATTRIBUTES = 100;

/**
 * Reads a plain element as data.
 *
 * @param row - the table's row of the expected element
 * @returns the same as `readElement`; `undefined` if the text is not plain, or not this element
 */
export function readPlain(text: string, row: CompiledElement): Data | undefined {
  if (text.length > MAX_SIZE || illegalCharacter(text) >= 0) return undefined;
  const reader = new PlainReader(text);
  const read = reader.element(row, 0);
  return read && reader.isAtEnd ? read.data : undefined;
}

interface Read {
  readonly name: string;
  /** `undefined` for an element that is not in the table. */
  readonly data: Data | undefined;
}

class PlainReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  /** Reads one element as the given row, or as the child that its parent's row defines under its name. */
  element(expected: CompiledElement | undefined, depth: number, parent?: CompiledElement): Read | undefined {
    const tag = this.#tag();
    if (!tag || tag.isEnd || depth > MAX_DEPTH) return undefined;
    const { name } = tag;
    const row = expected ?? parent?.children.find(({ element }) => isNamed(element, name, parent))?.element;
    if (expected && expected.name.local !== name) return undefined;
    const attributes = readAttributes(tag.attributes);
    if (!attributes) return undefined;
    let text = '';
    const children: Read[] = [];
    while (!tag.isEmpty) {
      text += this.#characters();
      if (this.#text.startsWith('</', this.#at)) {
        const end = this.#tag();
        if (!end?.isEnd || end.name !== name || end.attributes !== '' || end.isEmpty) return undefined;
        break;
      }
      const child = this.element(undefined, depth + 1, row);
      if (!child) return undefined;
      children.push(child);
    }
    if (!row) return { name, data: undefined };
    const data = assemble(row, attributes, children, text);
    return data === undefined ? undefined : { name, data };
  }

  #tag() {
    TAG.lastIndex = this.#at;
    const match = TAG.exec(this.#text);
    if (!match) return undefined;
    this.#at = TAG.lastIndex;
    const [, slash = '', name = '', attributes = '', empty = ''] = match;
    return { isEnd: slash !== '', name, attributes, isEmpty: empty !== '' };
  }

  #characters(): string {
    TEXT.lastIndex = this.#at;
    const found = TEXT.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }
}

const isNamed = ({ name }: CompiledElement, local: string, parent: CompiledElement): boolean =>
  name.local === local && name.namespace === parent.name.namespace;

/** Returns the attributes by name; `undefined` for a namespace declaration or a name that appears twice. */
function readAttributes(text: string): ReadonlyMap<string, string> | undefined {
  const attributes = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(ATTRIBUTE)) {
    if (name === 'xmlns' || attributes.has(name) || attributes.size >= MAX_ATTRIBUTES) return undefined;
    attributes.set(name, value);
  }
  return attributes;
}

/** Returns the data of one element, in the order and form of `readElement`. */
function assemble(
  row: CompiledElement,
  attributes: ReadonlyMap<string, string>,
  children: readonly Read[],
  text: string,
): Data | undefined {
  const { text: type } = row.row;
  if (row.attributes.length === 0 && row.children.length === 0)
    return type === undefined ? true : readValue(text, type);
  const data: Record<string, Data | readonly Data[]> = {};
  if (type !== undefined) {
    const value = readValue(text, type);
    if (value === undefined) return undefined;
    data['text'] = value;
  }
  for (const { name, member, row: attribute } of row.attributes) {
    const found = name.namespace === null ? attributes.get(name.local) : undefined;
    if (found === undefined) continue;
    const value = readValue(found, attribute.type);
    if (value === undefined) return undefined;
    data[member] = value;
  }
  for (const { element, member, occurs } of row.children) {
    const list: Data[] = [];
    for (const { name, data: child } of children)
      if (child !== undefined && isNamed(element, name, row)) list.push(child);
    const [first] = list;
    if (first !== undefined) data[member] = occurs === '*' || occurs === '+' ? list : first;
  }
  return data;
}
