import type { BuiltInProfile } from '../../client/profiles/built-in.ts';
import type { ServerProfile } from '../../client/profiles/profile.ts';
import { utProfile } from '../../client/profiles/ut.ts';
import { CliFailure } from '../failure.ts';
import { readText } from '../files/read.ts';

/** The names that `--profile` takes; any other value is a file. */
export const profileNames: readonly (BuiltInProfile | 'auto')[] = ['auto', 'rfc4825', 'kamailio', 'openxcap', 'ut'];

/**
 * Returns the profile of a name, of a file that `xcap doctor` saved, or of one that describes a network over Ut.
 *
 * @throws CliFailure for anything else
 */
export function profileOf(text: string | undefined): ServerProfile | BuiltInProfile | undefined {
  if (text === undefined || text === 'auto') return undefined;
  const builtIn = profileNames.find((name) => name === text);
  if (builtIn && builtIn !== 'auto') return builtIn;
  const content = readText(text, `--profile, which takes ${profileNames.join(', ')} or a file`);
  let profile: unknown;
  try {
    profile = JSON.parse(content);
  } catch {
    throw notAProfile(text);
  }
  if (typeof profile !== 'object' || profile === null) throw notAProfile(text);
  if ('conditions' in profile && 'nodes' in profile) return profile as ServerProfile; // the client checks its members
  // A network is described by its own ways alone; the rest is the same for all of them.
  if (!('ut' in profile)) throw notAProfile(text);
  const { ut, ...others } = profile as { readonly ut: object }; // utProfile checks every member
  return utProfile({ ...others, ...ut });
}

const notAProfile = (file: string): CliFailure =>
  new CliFailure(`${file} is not a server profile; make one with xcap doctor --save ${file}.`);
