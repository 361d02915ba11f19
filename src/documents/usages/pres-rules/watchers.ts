/** RFC 4745 section 7.1: the watcher arguments of the verbs of presence rules. */

import { describeValue } from '../../../selector/arguments.ts';
import { InvalidArgumentError, quoteShortened } from '../../../selector/errors.ts';
import type { DocumentState } from '../../state.ts';
import { checkedUri } from './decide.ts';
import { asciiDomain, type KnownWatcher, knownWatcher } from './identity.ts';
import { OMA_COMMON_POLICY } from './oma-table.ts';

/**
 * A watcher: a URI, all watchers of a domain, `'everyone'` (all authenticated watchers that no other managed rule names),
 * or in the usage of OMA `'anonymous'` (unauthenticated watchers) and `'others'` (authenticated watchers that no rule
 * names).
 */
export type Watcher = string | { readonly domain: string };

/** One watcher, one domain, or every domain (`undefined`). */
export type NamedWatcher = { readonly kind: 'named'; readonly given: Watcher } & (
  | { readonly watcher: KnownWatcher; readonly domain?: never }
  | { readonly domain: string | undefined; readonly watcher?: never }
);

/** A checked watcher argument. */
export type ResolvedWatcher = NamedWatcher | { readonly kind: 'anonymous' | 'others'; readonly given: Watcher };

/**
 * Checks the watcher argument of a verb.
 *
 * @throws InvalidArgumentError for a value that is not a watcher, or that the usage cannot express
 */
export function resolveWatchers(state: DocumentState, given: Watcher | readonly Watcher[]): ResolvedWatcher[] {
  const watchers: readonly Watcher[] = isMany(given) ? given : [given];
  return watchers.map((watcher) => resolveWatcher(state, watcher));
}

const isMany = (given: Watcher | readonly Watcher[]): given is readonly Watcher[] => Array.isArray(given);

/** @throws InvalidArgumentError for text with a `*`, which rules would compare literally, and for a URI without scheme */
function refusePattern(given: unknown, domain: unknown): void {
  const text = domain ?? given;
  if (typeof text !== 'string') return;
  const refuse = (advice: string): never => {
    throw new InvalidArgumentError(`${quoteShortened(text)} would match no watcher: ${advice}`);
  };
  if (text === '*') refuse("rules have no patterns; write 'everyone' for all authenticated watchers");
  const everyUser = /^sips?:\*@(.+)$/i.exec(text)?.[1];
  if (everyUser !== undefined) refuse(`rules have no patterns; write { domain: ${JSON.stringify(everyUser)} }`);
  const pattern = /^(?:[^@]*@)?\*\.?(.*)$/.exec(text)?.[1];
  if (pattern !== undefined)
    refuse(
      `rules have no patterns, and a domain does not include its subdomains; write { domain: ${JSON.stringify(pattern)} } for one domain, and each subdomain by itself`,
    );
  if (domain === undefined && !text.includes(':') && /^[^\s<>"]+$/.test(text))
    refuse(`it has no scheme; write ${JSON.stringify(`sip:${text}${text.includes('@') ? '' : '@example.com'}`)}`);
}

function resolveWatcher(state: DocumentState, given: Watcher): ResolvedWatcher {
  if (given === 'anonymous' || given === 'others') {
    if (state.usage?.element(OMA_COMMON_POLICY, 'anonymous-request')) return { kind: given, given };
    throw new InvalidArgumentError(
      `${state.usage?.table.auid ?? 'this usage'} has no condition for ${quoteShortened(given)}; ` +
        'org.openmobilealliance.pres-rules (omaPresRules) has',
    );
  }
  if (given === 'everyone') return { kind: 'named', given, domain: undefined };
  if (typeof given === 'string') {
    refusePattern(given, undefined);
    return { kind: 'named', given, watcher: knownWatcher(checkedUri(given)) };
  }
  const domain: unknown = given?.domain;
  refusePattern(given, domain);
  if (typeof domain === 'string' && /^[^\s@:/<>"]+$/.test(domain))
    return { kind: 'named', given, domain: asciiDomain(domain) };
  throw new InvalidArgumentError(
    `a watcher must be a URI such as sip:bob@example.com, or { domain: "example.com" }, not ${describeValue(given)}`,
  );
}
