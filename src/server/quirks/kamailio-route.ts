/** Request targets as Kamailio reads them. */

import { decodePercent, encodeSegment } from '../../selector/encode.ts';
import { SelectorSyntaxError } from '../../selector/errors.ts';
import { Refusal } from '../refusal.ts';
import type { Route } from '../route.ts';
import { canonicalXui } from '../xui.ts';

/**
 * Parses a target as Kamailio does: every spelling of a user has its own tree, the query of a document is a part of its
 * name, an escaped slash is a slash, and any error is 500.
 */
export function parseKamailioRoute(target: string, rootPath: string): Route {
  if (!target.startsWith(`${rootPath}/`)) throw new Refusal(404, 'Not Found');
  const below = target.slice(rootPath.length + 1);
  const separator = /\/(?:~|%7[Ee]){2}\//.exec(below);
  const document = separator ? below.slice(0, separator.index) : below;
  const [auid = '', tree, ...rest] = decoded(document).replace(/\/$/, '').split('/');
  if (tree !== 'users' && tree !== 'global') throw new Refusal(500, '');
  const spelled = tree === 'users' ? rest.shift() : undefined;
  if (rest.length === 0 || rest.includes('') || (tree === 'users' && !spelled)) throw new Refusal(500, '');
  if (spelled !== undefined && /^SIP:/i.test(spelled) && !spelled.startsWith('sip:'))
    throw new Refusal(403, 'Forbidden');
  const kept = [auid, tree, ...(spelled === undefined ? [] : [spelled]), ...rest];
  return {
    auid,
    tree,
    segments: rest,
    path: kept.map(encodeSegment).join('/'),
    ...(spelled !== undefined && { user: canonicalXui(spelled) }),
    ...(separator && { node: below.slice(separator.index + separator[0].length) }),
  };
}

function decoded(text: string): string {
  try {
    return decodePercent(text);
  } catch (cause) {
    if (cause instanceof SelectorSyntaxError) throw new Refusal(500, '');
    throw cause;
  }
}
