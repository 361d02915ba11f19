/**
 * Scanners for text that others wrote. A backtracking regular expression can take quadratic time on it; these read each
 * character a bounded number of times.
 */

/** Whether a UTF-16 unit is white space (XML 1.0 section 2.3, production S). */
const isSpace = (unit: number): boolean => unit === 0x20 || unit === 0x9 || unit === 0xa || unit === 0xd;

/** Returns the offset of the first character at or after `from` that is not white space. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

/** Returns the offset at which the white space that ends at `end` begins. */
export function spaceBefore(text: string, end: number): number {
  let at = end;
  while (at > 0 && isSpace(text.charCodeAt(at - 1))) at--;
  return at;
}

/** Returns the end of the name at `from` in a tag: the next white space, `=`, `/` or `>`. */
export function endOfName(tag: string, from: number): number {
  let at = from;
  while (at < tag.length && !'=/>'.includes(tag.charAt(at)) && !isSpace(tag.charCodeAt(at))) at++;
  return at;
}

/** Returns the end of the start tag at `start`, after its `>`; -1 when the text ends before it. */
export function endOfStartTag(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '>') return at + 1;
    if (character !== '"' && character !== "'") continue;
    at = text.indexOf(character, at + 1);
    if (at < 0) return -1;
  }
  return -1;
}
