import { ConflictError } from '../documents/errors.ts';
import type { ServerLimits } from './limits.ts';

/** What may hold `<` and quotes without being a tag, and how it ends. */
const OPAQUE = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const;

/**
 * Refuses markup that would cost more than it can be worth, in one pass and before anything is built from it.
 *
 * @throws ConflictError `constraint-failure`
 */
export function checkSize(text: string, { nodes, attributes }: ServerLimits, where: string): void {
  const refuse = (phrase: string) => new ConflictError('constraint-failure', where, { phrase });
  let count = 0;
  for (let at = text.indexOf('<'); at >= 0; ) {
    const opaque = OPAQUE.find(([start]) => text.startsWith(start, at));
    // An end tag is no node of its own.
    if (text.charCodeAt(at + 1) !== 0x2f && ++count > nodes)
      throw refuse(`this server takes no more than ${nodes} elements, comments and the like in a document`);
    let end: number;
    if (opaque) end = text.indexOf(opaque[1], at + opaque[0].length);
    else {
      const tag = scanTag(text, at);
      if (tag.values > attributes)
        throw refuse(`this server takes no more than ${attributes} attributes in an element`);
      end = tag.end;
    }
    if (end < 0) return;
    at = text.indexOf('<', end);
  }
}

/** The end of a tag (-1: there is none), and how many quoted values it holds: one for each attribute. */
function scanTag(text: string, start: number): { readonly end: number; readonly values: number } {
  const special = /[<>"']/g;
  special.lastIndex = start + 1;
  let values = 0;
  for (let match = special.exec(text); match; match = special.exec(text)) {
    const [char] = match;
    if (char === '<' || char === '>') return { end: match.index, values };
    values++;
    const close = text.indexOf(char, match.index + 1);
    if (close < 0) break;
    special.lastIndex = close + 1;
  }
  return { end: -1, values };
}
