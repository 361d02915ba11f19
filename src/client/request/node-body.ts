import { printAttValue } from '../../documents/data/att-value.ts';
import type { SelectorTerminal } from '../../selector/ast.ts';
import type { ServerProfile } from '../profiles/profile.ts';

/** The body of a node PUT: an element's text as it is, an attribute's value as the server takes it (RFC 4825 section 7.7). */
export function nodeBody({ nodes }: ServerProfile, terminal: SelectorTerminal | undefined, content: string): string {
  if (terminal?.kind !== 'attribute') return content;
  return nodes.attributes === 'bare' ? content : printAttValue(content);
}

/** Whether a value can be written so that the server stores just it. */
export const isWritable = (
  { nodes }: ServerProfile,
  terminal: SelectorTerminal | undefined,
  content: string,
): boolean => terminal?.kind !== 'attribute' || nodes.attributes === 'quoted' || !/[&<>"']/.test(content);
