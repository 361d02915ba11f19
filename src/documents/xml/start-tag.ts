import { decodeAttribute, escapeAttribute } from './escape.ts';

/** One attribute in the text of a start tag; offsets are relative to that text. */
export interface AttributeText {
  /** As written, prefix included. */
  readonly name: string;
  /** Start of the white space before it. */
  readonly before: number;
  /** After the closing quote. */
  readonly end: number;
  readonly quote: '"' | "'";
  /** The value between the quotes, as written. */
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** Finds the attributes in the text of a well-formed start tag or empty-element tag. */
export function scanStartTag(tag: string): AttributeText[] {
  const found: AttributeText[] = [];
  const pattern = /(\s+)([^\s=/>]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/y;
  pattern.lastIndex = tag.search(/[\s/>]/);
  for (let match = pattern.exec(tag); match; match = pattern.exec(tag)) {
    const end = match.index + match[0].length;
    const value = match[3] ?? match[4] ?? '';
    found.push({
      name: match[2] ?? '',
      before: match.index,
      end,
      quote: match[3] === undefined ? "'" : '"',
      valueStart: end - 1 - value.length,
      valueEnd: end - 1,
    });
  }
  return found;
}

/** The value of an attribute as a parser reads it. */
export const valueIn = (tag: string, attribute: AttributeText): string =>
  decodeAttribute(tag.slice(attribute.valueStart, attribute.valueEnd));

/** The start tag with this attribute set: only the text between its quotes changes, or it is appended as the last one. */
export function withAttribute(tag: string, name: string, value: string): string {
  const found = scanStartTag(tag).find((attribute) => attribute.name === name);
  if (found) return tag.slice(0, found.valueStart) + escapeAttribute(value, found.quote) + tag.slice(found.valueEnd);
  const at = tag.search(/\s*\/?>$/);
  return `${tag.slice(0, at)} ${name}="${escapeAttribute(value)}"${tag.slice(at)}`;
}

/** The start tag without this attribute and the white space before it. */
export function withoutAttribute(tag: string, name: string): string {
  const found = scanStartTag(tag).find((attribute) => attribute.name === name);
  return found ? tag.slice(0, found.before) + tag.slice(found.end) : tag;
}

/** Whether the tag is an empty-element tag. */
export const isEmptyTag = (tag: string): boolean => tag.endsWith('/>');

/** An empty-element tag as a start tag; any other tag as it is. */
export const openedTag = (tag: string): string => (isEmptyTag(tag) ? `${tag.slice(0, -2).trimEnd()}>` : tag);
