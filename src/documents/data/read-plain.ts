/**
 * Reads the text of a plain element as data without building a DOM: a GET of one buddy should cost little more than the
 * request. Plain is what nearly every server sends: no prefixes, declarations, references, comments or CDATA. Anything
 * else, anything malformed and any value of a wrong type is left to the full reader, which knows what to say of it.
 */

import type { CompiledElement } from '../../selector/compile.ts';
import { illegalCharacter } from '../../selector/names.ts';
import type { Data } from './read-data.ts';
import { readValue } from './values.ts';

const TAG = /<(\/?)([A-Za-z_][\w.-]*)((?: +[A-Za-z_][\w.-]*="[^"<&\t\r\n]*")*) *(\/?)>/y;
const ATTRIBUTE = / +([A-Za-z_][\w.-]*)="([^"]*)"/gy;
const TEXT = /[^<&\]\r]*/y;
const DEEPEST = 100;

/**
 * @param row - the table's row of the element that is expected
 * @returns what `readElement` would return; `undefined` when the text is not plain, or not this element
 */
export function readPlain(text: string, row: CompiledElement): Data | undefined {
  if (illegalCharacter(text) >= 0) return undefined;
  const reader = new PlainReader(text);
  const read = reader.element(row, 0);
  return read && reader.isAtEnd ? read.data : undefined;
}

interface Read {
  readonly name: string;
  /** `undefined` for an element that the table does not know. */
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

  /** Reads one element as the given row, or as what its parent's row knows under its name. */
  element(expected: CompiledElement | undefined, depth: number, parent?: CompiledElement): Read | undefined {
    const tag = this.#tag();
    if (!tag || tag.isEnd || depth > DEEPEST) return undefined;
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

/** The attributes by name; `undefined` for a declaration or a name that stands twice. */
function readAttributes(text: string): ReadonlyMap<string, string> | undefined {
  const attributes = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(ATTRIBUTE)) {
    if (name === 'xmlns' || attributes.has(name)) return undefined;
    attributes.set(name, value);
  }
  return attributes;
}

/** The data of one element, in the order and form of `readElement`. */
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
