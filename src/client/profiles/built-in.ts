import { InvalidArgumentError, quoteShortened } from '../../selector/errors.ts';
import type { ServerProfile } from './profile.ts';

/** A server that does what RFC 4825 says. */
const rfc4825: ServerProfile = {
  name: 'rfc4825',
  conditions: { ifMatch: 'atomic', create: 'star', skippedForIdenticalBody: false },
  etags: { strength: 'strong', onPut: true },
  nodes: {
    read: true,
    write: true,
    prefixes: true,
    namespaceBindings: true,
    attributes: 'quoted',
    unsafeInValues: '',
  },
  reportsErrorStatus: true,
  maxTarget: null,
  settle: { least: 0, most: 0 },
};

/**
 * Kamailio's `xcap_server`, with any number of workers. It moves replaced elements, appends whatever the position,
 * joins several matches, answers 500 for every refusal, takes no attributes, no prefixes and no long addresses, and with
 * several workers two conditional writes may both succeed.
 */
const kamailio: ServerProfile = {
  name: 'kamailio',
  conditions: { ifMatch: 'racy', create: 'quoted-star', skippedForIdenticalBody: false },
  etags: { strength: 'strong', onPut: true },
  nodes: {
    read: false,
    write: false,
    prefixes: false,
    namespaceBindings: false,
    attributes: 'none',
    unsafeInValues: '&<>"\'/',
  },
  reportsErrorStatus: false,
  maxTarget: 255,
  settle: { least: 15, most: 45 },
};

/**
 * OpenXCAP 3. Conditional writes are not atomic, an identical PUT skips its conditions, prefixes are dropped, paths are
 * decoded twice and references in values not at all, and several matches are a 500.
 */
const openxcap: ServerProfile = {
  name: 'openxcap',
  conditions: { ifMatch: 'racy', create: 'star', skippedForIdenticalBody: true },
  etags: { strength: 'strong', onPut: true },
  nodes: {
    read: true,
    write: false,
    prefixes: false,
    namespaceBindings: false,
    attributes: 'bare',
    unsafeInValues: '&<>"\'%?#',
  },
  reportsErrorStatus: true,
  maxTarget: null,
  settle: { least: 20, most: 60 },
};

/** The profiles that come with the library, by name. */
export const serverProfiles = { rfc4825, kamailio, openxcap } as const;

/** Name of a profile that comes with the library. */
export type BuiltInProfile = keyof typeof serverProfiles;

/**
 * Returns the profile that an option names or holds; `undefined` for `auto`, the default.
 *
 * @throws InvalidArgumentError for a name that is none, or data that is no profile
 */
export function profileOf(profile: ServerProfile | BuiltInProfile | 'auto' | undefined): ServerProfile | undefined {
  if (profile === undefined || profile === 'auto') return undefined;
  if (typeof profile !== 'string') return checked(profile);
  const known = Object.hasOwn(serverProfiles, profile) ? serverProfiles[profile] : undefined;
  if (known) return known;
  throw new InvalidArgumentError(
    `there is no server profile ${quoteShortened(profile)}; there are auto, ${Object.keys(serverProfiles).join(', ')}, and what client.probe() gives`,
  );
}

/** Profiles come out of files that people edit. */
function checked(profile: ServerProfile): ServerProfile {
  const { conditions, etags, nodes, settle } = profile ?? {};
  const isWhole =
    ['atomic', 'racy', 'ignored', 'refused'].includes(conditions?.ifMatch) &&
    ['star', 'quoted-star', 'none'].includes(conditions?.create) &&
    typeof etags?.onPut === 'boolean' &&
    typeof nodes?.read === 'boolean' &&
    typeof nodes.write === 'boolean' &&
    typeof nodes.unsafeInValues === 'string' &&
    ['quoted', 'bare', 'none'].includes(nodes.attributes) &&
    typeof profile.reportsErrorStatus === 'boolean' &&
    typeof settle?.least === 'number' &&
    typeof settle.most === 'number';
  if (isWhole) return profile;
  throw new InvalidArgumentError(
    'profile is no server profile: give the name of a built-in one, or what client.probe() gave',
  );
}
