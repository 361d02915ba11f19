import { printAttValue } from '../../documents/data/att-value.ts';
import type { SelectorTerminal } from '../../selector/ast.ts';
import type { ServerProfile } from '../profiles/profile.ts';

/** Returns the body of a PUT of a node: the text of an element, or the value of an attribute with the quotes that the server expects (RFC 4825 section 7.7). */
export function nodeBody({ nodes }: ServerProfile, terminal: SelectorTerminal | undefined, content: string): string {
  if (terminal?.kind !== 'attribute') return content;
  return nodes.attributes === 'bare' ? content : printAttValue(content);
}

/** Returns whether a value can be written so that the server stores exactly that value. */
export const isWritable = (
  { nodes }: ServerProfile,
  terminal: SelectorTerminal | undefined,
  content: string,
): boolean => terminal?.kind !== 'attribute' || nodes.attributes === 'quoted' || !/[&<>"']/.test(content);
