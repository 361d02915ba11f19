import { InvalidArgumentError, quoteShortened } from '../../selector/errors.ts';
import { type BuiltInProfile, serverProfiles } from './built-in.ts';
import type { ServerProfile } from './profile.ts';
import { readUtTraits } from './ut-traits.ts';

/**
 * Returns the profile that an option names or holds; `undefined` for `auto`, the default.
 *
 * @throws InvalidArgumentError for an unknown name, and for data that is not a profile
 */
export function readProfile(profile: ServerProfile | BuiltInProfile | 'auto' | undefined): ServerProfile | undefined {
  if (profile === undefined || profile === 'auto') return undefined;
  if (typeof profile !== 'string') return checked(profile);
  const known = Object.hasOwn(serverProfiles, profile) ? serverProfiles[profile] : undefined;
  if (known) return known;
  throw new InvalidArgumentError(
    `there is no server profile ${quoteShortened(profile)}; there are auto, ${Object.keys(serverProfiles).join(', ')}, and what client.probe() gives`,
  );
}

/** A kind of member: what its values are, for the message, and how to recognize one. */
type Kind = readonly [what: string, is: (value: unknown) => boolean];

const flag: Kind = ['true or false', (value) => typeof value === 'boolean'];
const text: Kind = ['a string', (value) => typeof value === 'string'];
const milliseconds: Kind = ['a number of at least 0', (value) => typeof value === 'number' && value >= 0];
const oneOf = (...values: readonly string[]): Kind => [
  values.map((value) => JSON.stringify(value)).join(' or '),
  (value) => values.some((each) => each === value),
];

/** The members that the client relies on. */
const MEMBERS: readonly (readonly [path: string, kind: Kind])[] = [
  ['name', text],
  ['conditions.ifMatch', oneOf('atomic', 'racy', 'ignored', 'refused')],
  ['conditions.create', oneOf('star', 'quoted-star', 'none')],
  ['conditions.skippedForIdenticalBody', flag],
  ['etags.strength', oneOf('strong', 'weak', 'none')],
  ['etags.onPut', flag],
  ['documents.write', flag],
  ['documents.delete', flag],
  ['nodes.read', flag],
  ['nodes.write', flag],
  ['nodes.delete', flag],
  ['nodes.prefixes', flag],
  ['nodes.namespaceBindings', flag],
  ['nodes.attributes', oneOf('quoted', 'bare', 'none')],
  ['nodes.unsafeInValues', text],
  ['reportsErrorStatus', flag],
  ['rewrites', ['true or false', (value) => value === undefined || typeof value === 'boolean']],
  ['maxTarget', ['a number or null', (value) => value === null || typeof value === 'number']],
  [
    'prefixes',
    [
      '"served", "none" or an object of prefixes and namespaces',
      (value) => value === undefined || value === 'served' || value === 'none' || typeof value === 'object',
    ],
  ],
  ['settle.least', milliseconds],
  ['settle.most', milliseconds],
];

/** Profiles come out of files: people edit them, and earlier versions have written them. */
function checked(given: ServerProfile): ServerProfile {
  const profile = completed(given);
  for (const [path, [what, is]] of MEMBERS) {
    const value = path.split('.').reduce<unknown>(memberOf, profile);
    if (is(value)) continue;
    throw new InvalidArgumentError(
      `profile is no server profile: ${path} must be ${what}; give the name of a built-in one, or what client.probe() gave`,
    );
  }
  if (profile.documents.write || profile.nodes.write)
    return profile.ut === undefined ? profile : { ...profile, ut: readUtTraits(profile.ut) };
  throw new InvalidArgumentError(
    'profile is no server profile: with documents.write and nodes.write both false, nothing can be written',
  );
}

const memberOf = (object: unknown, name: string): unknown =>
  typeof object === 'object' && object !== null ? Reflect.get(object, name) : undefined;

/** Adds what profiles of earlier versions lack: version 0.1 had `tellsRefusals`, and neither had `documents`. */
function completed(given: ServerProfile): ServerProfile {
  const before: { readonly documents?: unknown; readonly nodes?: unknown; readonly tellsRefusals?: unknown } = given;
  const { tellsRefusals, ...profile } = before;
  const nodes = typeof before.nodes === 'object' ? { delete: true, ...before.nodes } : before.nodes;
  const reports = tellsRefusals === undefined ? {} : { reportsErrorStatus: tellsRefusals };
  const { documents } = serverProfiles.rfc4825;
  return { documents, ...reports, ...profile, nodes } as ServerProfile; // checked by the caller
}
