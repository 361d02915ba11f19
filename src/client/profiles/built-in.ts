import type { ServerProfile } from './profile.ts';
import { utProfile } from './ut.ts';

/** A server that does what RFC 4825 says. */
const rfc4825: ServerProfile = {
  name: 'rfc4825',
  conditions: { ifMatch: 'atomic', create: 'star', skippedForIdenticalBody: false },
  etags: { strength: 'strong', onPut: true },
  documents: { write: true, delete: true },
  nodes: {
    read: true,
    write: true,
    delete: true,
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
  documents: { write: true, delete: true },
  nodes: {
    read: false,
    write: false,
    delete: true,
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
  documents: { write: true, delete: true },
  nodes: {
    read: true,
    write: false,
    delete: true,
    prefixes: false,
    namespaceBindings: false,
    attributes: 'bare',
    unsafeInValues: '&<>"\'%?#',
  },
  reportsErrorStatus: true,
  maxTarget: null,
  settle: { least: 20, most: 60 },
};

/**
 * The profiles that come with the library, by name.
 *
 * @example
 * const client = new XcapClient({ root, user, profile: { ...serverProfiles.kamailio, settle: { least: 50, most: 150 } } });
 */
export const serverProfiles = { rfc4825, kamailio, openxcap, ut: utProfile() } as const;

/** Milliseconds until a write is read back on a server that may have accepted another one at the same time. */
export const SETTLE = { least: 20, most: 60 } as const;

/** Name of a profile that comes with the library. */
export type BuiltInProfile = keyof typeof serverProfiles;
