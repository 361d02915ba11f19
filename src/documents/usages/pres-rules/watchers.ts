/** RFC 4745 section 7.1: whom the verbs of presence rules are about. */

import { InvalidArgumentError, quoteShortened } from '../../../selector/errors.ts';
import type { DocumentState } from '../../state.ts';
import { checkedUri } from './decide.ts';
import { asciiDomain, type KnownWatcher, knownWatcher } from './identity.ts';
import { OMA_COMMON_POLICY } from './oma-table.ts';

/**
 * A watcher: a URI, everybody of a domain, or (in OMA's usage) `'anonymous'` for all who did not prove who they are and
 * `'others'` for all whom no rule names.
 */
export type Watcher = string | { readonly domain: string };

/** One watcher or one domain. */
export type NamedWatcher = { readonly kind: 'named'; readonly given: Watcher } & (
  | { readonly watcher: KnownWatcher; readonly domain?: never }
  | { readonly domain: string; readonly watcher?: never }
);

/** A watcher that was looked at. */
export type ResolvedWatcher = NamedWatcher | { readonly kind: 'anonymous' | 'others'; readonly given: Watcher };

/**
 * Looks at what a verb was given.
 *
 * @throws InvalidArgumentError for what is no watcher, or none that the usage can express
 */
export function resolveWatchers(state: DocumentState, given: Watcher | readonly Watcher[]): ResolvedWatcher[] {
  const watchers: readonly Watcher[] = isMany(given) ? given : [given];
  return watchers.map((watcher) => resolveWatcher(state, watcher));
}

const isMany = (given: Watcher | readonly Watcher[]): given is readonly Watcher[] => Array.isArray(given);

function resolveWatcher(state: DocumentState, given: Watcher): ResolvedWatcher {
  if (given === 'anonymous' || given === 'others') {
    if (state.usage?.element(OMA_COMMON_POLICY, 'anonymous-request')) return { kind: given, given };
    throw new InvalidArgumentError(
      `${state.usage?.table.auid ?? 'this usage'} has no condition for ${quoteShortened(given)}; ` +
        'org.openmobilealliance.pres-rules (omaPresRules) has',
    );
  }
  if (typeof given === 'string') return { kind: 'named', given, watcher: knownWatcher(checkedUri(given)) };
  const domain: unknown = given?.domain;
  if (typeof domain === 'string' && /^[^\s@:/<>"]+$/.test(domain))
    return { kind: 'named', given, domain: asciiDomain(domain) };
  throw new InvalidArgumentError('a watcher is a URI such as sip:bob@example.com, or { domain: "example.com" }');
}
