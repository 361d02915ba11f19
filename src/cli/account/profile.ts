import type { BuiltInProfile } from '../../client/profiles/built-in.ts';
import type { ServerProfile } from '../../client/profiles/profile.ts';
import { CliFailure } from '../failure.ts';
import { readText } from '../files/read.ts';

/** The names that `--profile` takes; any other value is a file. */
export const profileNames: readonly (BuiltInProfile | 'auto')[] = ['auto', 'rfc4825', 'kamailio', 'openxcap'];

/** Returns the profile of a name or a file that `xcap doctor` saved. Throws {@link CliFailure} for anything else. */
export function profileOf(text: string | undefined): ServerProfile | BuiltInProfile | undefined {
  if (text === undefined || text === 'auto') return undefined;
  const builtIn = profileNames.find((name) => name === text);
  if (builtIn && builtIn !== 'auto') return builtIn;
  const content = readText(text, `--profile, which takes ${profileNames.join(', ')} or a file`);
  try {
    const profile: unknown = JSON.parse(content);
    if (typeof profile === 'object' && profile !== null && 'conditions' in profile && 'nodes' in profile)
      return profile as ServerProfile; // written by doctor; the client checks its members
  } catch {
    // reported below
  }
  throw new CliFailure(`${text} is not a server profile; make one with xcap doctor --save ${text}.`);
}
