import { printAttValue } from '../../documents/data/att-value.ts';
import { MEDIA_TYPES } from '../../http/media-types.ts';
import type { NodeSelector, SelectorTerminal } from '../../selector/ast.ts';
import type { ServerProfile } from '../profiles/profile.ts';
import type { Payload } from './perform.ts';

/** Returns the body of a PUT of a node: the text of an element, or the value of an attribute with the quotes that the server expects (RFC 4825 section 7.7). */
export function nodeBody({ nodes }: ServerProfile, terminal: SelectorTerminal | undefined, content: string): string {
  if (terminal?.kind !== 'attribute') return content;
  return nodes.attributes === 'bare' ? content : printAttValue(content);
}

/** Returns the body and media type of a request on a node; none without content. */
export function nodePayload(
  profile: ServerProfile,
  { node: { terminal } }: { readonly node: NodeSelector },
  content: string | undefined,
): Payload {
  if (content === undefined) return {};
  return { body: nodeBody(profile, terminal, content), contentType: MEDIA_TYPES[terminal?.kind ?? 'element'] };
}

/** Returns whether a value can be written so that the server stores exactly that value. */
export const isWritable = (
  { nodes }: ServerProfile,
  terminal: SelectorTerminal | undefined,
  content: string,
): boolean => terminal?.kind !== 'attribute' || nodes.attributes === 'quoted' || !/[&<>"']/.test(content);
