/**
 * Characters that could move the cursor, recolour the screen, ring the bell or reorder text: C0 and C1 controls, DEL,
 * bidirectional controls (UAX #9), line separators, lone surrogates, the byte order mark and tag characters.
 */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}\ufeff\u{e0001}-\u{e007f}]/gu;

const escapeCode = (char: string): string => {
  const code = char.codePointAt(0) ?? 0;
  if (code > 0xffff) return `\\u{${code.toString(16)}}`;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
};

/** Returns text from a server or a file with every unsafe character written as an escape such as `\x1b`, on one line. */
export const shown = (text: string): string => text.replace(UNSAFE, escapeCode);

/** The same for text of several lines: line feeds and tabs stay, and a carriage return before a line feed is dropped. */
export const shownLines = (text: string): string =>
  text.replace(/\r\n/g, '\n').replace(UNSAFE, (char) => (char === '\n' || char === '\t' ? char : escapeCode(char)));

/** The escape sequences that this program itself writes: colours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence starts with one
const OWN_STYLE = /\u001b\[\d{1,2}m/g;

/** Escapes a line of output in which only this program's own styles may remain: the last defence of every listing. */
export function shownStyled(line: string): string {
  const styles = line.match(OWN_STYLE) ?? [];
  return line
    .split(OWN_STYLE)
    .map((part, index) => shownLines(part) + (styles[index] ?? ''))
    .join('');
}

/** JSON for a terminal or a pipe. Unsafe characters are escaped as JSON allows, so the data stays the same. */
export const safeJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(UNSAFE, (char) =>
    char === '\n'
      ? char
      : Array.from({ length: char.length }, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
          '',
        ),
  );
