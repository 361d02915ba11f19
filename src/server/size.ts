import { ConflictError } from '../documents/errors.ts';
import type { ServerLimits } from './limits.ts';

/** Markup that may contain `<` and quotes, with its end. */
const OPAQUE = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const;

/**
 * Refuses a text with too much markup, in one pass and before anything is built from it. Well-formedness is not checked.
 *
 * @returns the number of elements, attributes, comments and the like
 * @throws ConflictError `constraint-failure`
 */
export function checkSize(text: string, limits: ServerLimits, where: string): number {
  const refuse = (phrase: string) => new ConflictError('constraint-failure', where, { phrase });
  let nodes = 0;
  let depth = 0;
  for (let at = text.indexOf('<'); at >= 0; ) {
    const opaque = OPAQUE.find(([start]) => text.startsWith(start, at));
    const isEndTag = text.charCodeAt(at + 1) === 0x2f;
    const { end, values } = opaque ? { end: endOf(text, at, opaque), values: 0 } : scanTag(text, at);
    if (values > limits.attributes)
      throw refuse(`an element has at most ${limits.attributes} attributes on this server`);
    if (!isEndTag) nodes += 1 + values;
    if (nodes > limits.nodes)
      throw refuse(`a document has at most ${limits.nodes} elements, attributes and the like on this server`);
    if (end < 0) break;
    const isElement = !opaque && !isEndTag && text.charCodeAt(end - 1) !== 0x2f;
    if (isElement) depth++;
    else if (isEndTag) depth--;
    if (depth > limits.depth) throw refuse(`elements are nested at most ${limits.depth} deep on this server`);
    at = text.indexOf('<', end);
  }
  return nodes;
}

const endOf = (text: string, at: number, [start, end]: (typeof OPAQUE)[number]): number =>
  text.indexOf(end, at + start.length);

/** The end of a tag, -1 if it has none, and the number of quoted values in it: one for each attribute. */
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
