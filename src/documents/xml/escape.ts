import { resolveReference } from '../../selector/xml-text.ts';

const TEXT_ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

const ATTRIBUTE_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Text as it stands between tags: `&`, `<`, `>` and carriage return escaped. */
export const escapeText = (text: string): string =>
  text.replace(/[&<>\r]/g, (character) => TEXT_ESCAPES[character] ?? character);

/**
 * Text as it stands in an attribute value: `&`, `<`, the quote in use, and the white space that reading would turn into
 * spaces (XML 1.0 section 3.3.3).
 */
export const escapeAttribute = (text: string, quote: '"' | "'" = '"'): string =>
  text.replace(
    quote === '"' ? /[&<"\t\n\r]/g : /[&<'\t\n\r]/g,
    (character) => ATTRIBUTE_ESCAPES[character] ?? character,
  );

/** Replaces references by what they stand for; the text between `&` and `;` holds no other `&`. */
function expand(text: string): string {
  let expanded = '';
  let done = 0;
  let end = -1;
  for (let at = text.indexOf('&'); at >= 0; ) {
    if (end < at) end = text.indexOf(';', at);
    if (end < 0) break;
    const next = text.indexOf('&', at + 1);
    const value = next < 0 || next > end ? resolveReference(text.slice(at + 1, end)) : undefined;
    if (value !== undefined) {
      expanded += text.slice(done, at) + value;
      done = end + 1;
    }
    at = next;
  }
  return done === 0 ? text : expanded + text.slice(done);
}

/** What well-formed character data reads as: line ends normalised (XML 1.0 section 2.11), references expanded. */
export const decodeText = (raw: string): string => expand(normalizeLineEnds(raw));

/** What a well-formed attribute value (without quotes) reads as (XML 1.0 section 3.3.3). */
export const decodeAttribute = (raw: string): string => expand(normalizeLineEnds(raw).replace(/[\t\n]/g, ' '));

/** Line ends as XML 1.0 section 2.11 wants them: one line feed each. */
export const normalizeLineEnds = (raw: string): string => (raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw);
