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

/** Escapes text for element content: `&`, `<`, `>` and carriage return. */
export const escapeText = (text: string): string =>
  text.replace(/[&<>\r]/g, (character) => TEXT_ESCAPES[character] ?? character);

/**
 * Escapes text for an attribute value: `&`, `<`, the quote in use, and the white space that a parser would turn into
 * spaces (XML 1.0 section 3.3.3).
 */
export const escapeAttribute = (text: string, quote: '"' | "'" = '"'): string =>
  text.replace(
    quote === '"' ? /[&<"\t\n\r]/g : /[&<'\t\n\r]/g,
    (character) => ATTRIBUTE_ESCAPES[character] ?? character,
  );

/** Replaces references by their characters; the text between `&` and `;` contains no other `&`. */
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

/** Decodes well-formed character data: normalises line ends (XML 1.0 section 2.11) and expands references. */
export const decodeText = (raw: string): string => expand(normalizeLineEnds(raw));

/** Decodes a well-formed attribute value without its quotes (XML 1.0 section 3.3.3). */
export const decodeAttribute = (raw: string): string => expand(normalizeLineEnds(raw).replace(/[\t\n]/g, ' '));

/** Normalises line ends to one line feed each (XML 1.0 section 2.11). */
export const normalizeLineEnds = (raw: string): string => (raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw);
