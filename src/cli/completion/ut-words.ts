import { BARRING_CONDITIONS } from '../../documents/usages/simservs/barring.ts';
import { FORWARDING_CHOICES } from '../../documents/usages/simservs/forwarding.ts';

/** Returns the words that can follow the verb of `xcap ut` and its first arguments. */
export function utWords([verb = '', ...args]: readonly string[]): readonly string[] {
  const [first] = args;
  switch (verb) {
    case 'forward':
    case 'stop':
      return args.length === 0 ? FORWARDING_CHOICES : [];
    case 'bar':
    case 'unbar':
      if (args.length === 0) return DIRECTIONS;
      return args.length === 1 ? BARRING_CONDITIONS : [];
    case 'identity':
      if (args.length === 0) return ['originating', 'terminating', ...BEHAVIOURS];
      return args.length === 1 && !BEHAVIOURS.some((word) => word === first) ? BEHAVIOURS : [];
    case 'waiting':
      return args.length === 0 ? ['on', 'off'] : [];
    case 'decide':
      return args.length === 0 ? DIRECTIONS : [];
    default:
      return [];
  }
}

const DIRECTIONS = ['incoming', 'outgoing'] as const;
const BEHAVIOURS = ['restricted', 'not-restricted'] as const;
