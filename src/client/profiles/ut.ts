import { refuseUnknownOptions } from '../../selector/arguments.ts';
import type { SelectorPrefixes } from '../../selector/prefixes.ts';
import type { ServerProfile } from './profile.ts';
import { readUtTraits, UT_TRAIT_NAMES, type UtTraits } from './ut-traits.ts';

/**
 * Options of `utProfile`: the ways in which networks differ. Each has a default.
 *
 * @example
 * const profile = utProfile({ name: 'our network', prefixes: 'none', unit: 'service', timer: 'rule' });
 */
export interface UtOptions extends Partial<UtTraits> {
  /**
   * Prefixes of names in selectors. `served`: those that the served document has, as phones use them. `none`: no prefixes,
   * also not in bodies. Default: `served`.
   */
  readonly prefixes?: SelectorPrefixes | 'served' | undefined;
  /** How messages and logs call it. Default: `ut`. */
  readonly name?: string | undefined;
}

const OPTIONS: Readonly<Record<keyof UtOptions, true>> = { ...UT_TRAIT_NAMES, prefixes: true, name: true };

/**
 * Returns a profile for the supplementary services of a mobile network, which are set over Ut (3GPP TS 24.623): the client
 * reads the document and puts the elements that phones put. Without options it is the built-in profile `ut`.
 *
 * @param options - the ways of one network
 * @throws InvalidArgumentError for an unknown option
 *
 * @example
 * const client = new XcapClient({ root, user, profile: utProfile({ timer: 'rule', prefixes: 'none' }) });
 */
export function utProfile(options: UtOptions = {}): ServerProfile {
  refuseUnknownOptions(options, OPTIONS, 'utProfile');
  const { name = 'ut', prefixes = 'served', ...traits } = options;
  const given = Object.entries(traits).filter(([, value]) => value !== undefined);
  const ut = readUtTraits(Object.fromEntries(given));
  const takesDocuments = ut.unit === 'document';
  return {
    name,
    conditions: { ifMatch: 'atomic', create: 'star', skippedForIdenticalBody: false },
    // Tags are used where the server sends them, and not missed where it does not.
    etags: { strength: 'none', onPut: false },
    documents: { write: takesDocuments, delete: false },
    nodes: {
      read: !takesDocuments,
      write: !takesDocuments,
      delete: false,
      prefixes: true,
      namespaceBindings: false,
      attributes: 'none',
      unsafeInValues: '',
    },
    reportsErrorStatus: true,
    rewrites: false,
    maxTarget: null,
    settle: { least: 0, most: 0 },
    prefixes,
    ut,
  };
}
