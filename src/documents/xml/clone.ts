import { type ParsedXml, parseXml } from './parse.ts';
import { NO_LIMITS } from './parse-limits.ts';
import { printDocument } from './print.ts';

/**
 * A copy that prints identically and shares nothing with the original. Reading the printed text again costs about what
 * copying node by node would, since making the DOM nodes is most of either.
 */
export function cloneParsed({ document }: Pick<ParsedXml, 'document'>): ParsedXml {
  return parseXml(printDocument(document), NO_LIMITS);
}
