import { decodeAttribute, escapeAttribute } from './escape.ts';
import { endOfName, skipSpace, spaceBefore } from './scan.ts';

/** One attribute in the text of a start tag; offsets are relative to that text. */
export interface AttributeText {
  /** The name as written, prefix included. */
  readonly name: string;
  /** Start of the white space before the name. */
  readonly before: number;
  /** Start of the name. */
  readonly nameStart: number;
  /** End of the attribute, after the closing quote. */
  readonly end: number;
  readonly quote: '"' | "'";
  /** Start of the value, after the opening quote. */
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** Returns the attributes in the text of a start tag or empty-element tag, up to the first that is malformed. */
export function scanStartTag(tag: string): AttributeText[] {
  const found: AttributeText[] = [];
  for (let before = endOfName(tag, 0); ; ) {
    const nameStart = skipSpace(tag, before);
    const nameEnd = endOfName(tag, nameStart);
    if (nameStart === before || nameEnd === nameStart) return found;
    const equals = skipSpace(tag, nameEnd);
    const valueStart = skipSpace(tag, equals + 1) + 1;
    const quote = tag.charAt(valueStart - 1);
    if (tag.charAt(equals) !== '=' || (quote !== '"' && quote !== "'")) return found;
    const valueEnd = tag.indexOf(quote, valueStart);
    if (valueEnd < 0) return found;
    const end = valueEnd + 1;
    found.push({ name: tag.slice(nameStart, nameEnd), before, nameStart, end, quote, valueStart, valueEnd });
    before = end;
  }
}

/** Returns the value of an attribute as a parser reads it. */
export const valueIn = (tag: string, attribute: AttributeText): string =>
  decodeAttribute(tag.slice(attribute.valueStart, attribute.valueEnd));

/**
 * Returns the start tag with this attribute set. Only the text between the quotes changes; a new attribute is added
 * after the others.
 */
export function withAttribute(tag: string, name: string, value: string): string {
  const found = scanStartTag(tag).find((attribute) => attribute.name === name);
  if (found) return tag.slice(0, found.valueStart) + escapeAttribute(value, found.quote) + tag.slice(found.valueEnd);
  const at = bareTag(tag).length;
  return `${tag.slice(0, at)} ${name}="${escapeAttribute(value)}"${tag.slice(at)}`;
}

/** Returns the start tag without this attribute and the white space before it. */
export function withoutAttribute(tag: string, name: string): string {
  const found = scanStartTag(tag).find((attribute) => attribute.name === name);
  return found ? tag.slice(0, found.before) + tag.slice(found.end) : tag;
}

/** Returns the tag without its `>` or `/>` and the white space before that. */
export function bareTag(tag: string): string {
  const length = tag.endsWith('/>') ? 2 : tag.endsWith('>') ? 1 : 0;
  return tag.slice(0, spaceBefore(tag, tag.length - length));
}

/** Whether the tag is an empty-element tag. */
export const isEmptyTag = (tag: string): boolean => tag.endsWith('/>');

/** Returns an empty-element tag as a start tag, and any other tag unchanged. */
export const openedTag = (tag: string): string => (isEmptyTag(tag) ? `${bareTag(tag)}>` : tag);
