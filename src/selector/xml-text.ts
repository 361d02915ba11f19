/** Characters and references of XML 1.0 (sections 2.2, 4.1 and 4.6). */

const ILLEGAL_CHARACTER = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** Returns the offset of the first character that XML 1.0 does not allow, lone surrogates included; -1 if there is none. */
export const illegalCharacter = (text: string): number => text.search(ILLEGAL_CHARACTER);

const PREDEFINED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Returns the character of a reference to a predefined entity or of a character reference; `undefined` for any other
 * reference and for characters that XML does not allow.
 *
 * @param name - the text between `&` and `;`
 */
export function resolveReference(name: string): string | undefined {
  const digits = /^#(?:x([\da-fA-F]+)|(\d+))$/.exec(name);
  if (!digits) return Object.hasOwn(PREDEFINED, name) ? PREDEFINED[name] : undefined;
  const code = digits[1] === undefined ? Number.parseInt(digits[2] ?? '', 10) : Number.parseInt(digits[1], 16);
  if (code > 0x10ffff) return undefined;
  const character = String.fromCodePoint(code);
  return illegalCharacter(character) < 0 ? character : undefined;
}
