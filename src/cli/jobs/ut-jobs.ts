/** Jobs on supplementary services: the verbs of `xcap ut`. */

import { NotFoundError } from '../../documents/errors.ts';
import type { BarringCondition, BarringDirection } from '../../documents/usages/simservs/barring.ts';
import type { SimservsDocument } from '../../documents/usages/simservs/document.ts';
import type { ForwardingChoice } from '../../documents/usages/simservs/forwarding.ts';
import type { IdentityDirection, IdentityRestriction } from '../../documents/usages/simservs/services.ts';
import { simservs } from '../../documents/usages/simservs/usage.ts';

/** The verbs of jobs on supplementary services. */
export const UT_VERBS = ['forward', 'stop', 'timer', 'bar', 'unbar', 'identity', 'waiting'] as const;

/** The further members of such jobs. */
export const UT_MEMBERS = ['target', 'after', 'direction', 'media', 'addRules'] as const;

/** A verb of these jobs. */
export type UtVerb = (typeof UT_VERBS)[number];

type Fields = Readonly<Record<string, string | undefined>>;
type Change = (document: SimservsDocument) => void;

/**
 * Returns the change of a job.
 *
 * @throws InvalidArgumentError for a word, number or target that can never work
 */
export function utChange(verb: UtVerb, fields: Fields): Change {
  // A job may run again after an interruption: each verb leaves what is as it should be.
  const change = changeOf(verb, fields, fields['addRules'] === 'true');
  try {
    changeOf(verb, fields, true)(simservs.create());
  } catch (error) {
    // An empty document has nothing that could be switched off.
    if (!(error instanceof NotFoundError)) throw error;
  }
  return change;
}

/** The document checks every word that it is given. */
function changeOf(verb: UtVerb, fields: Fields, addRules: boolean): Change {
  const { [verb]: word = '', media, target = '', direction = '', after } = fields;
  switch (verb) {
    case 'forward': {
      const options = { media, addRules, ...(after !== undefined && { after: Number(after) }) };
      return (document) => document.forward(word as ForwardingChoice, target, options);
    }
    case 'stop':
      return (document) => document.stopForwarding(word as ForwardingChoice, { media });
    case 'timer':
      return (document) => document.setNoReplyTimer(Number(word));
    case 'bar':
      return (document) => document.bar(direction as BarringDirection, word as BarringCondition, { media, addRules });
    case 'unbar':
      return (document) => document.unbar(direction as BarringDirection, word as BarringCondition, { media });
    case 'identity':
      return (document) =>
        document.restrictIdentity(
          (direction || 'originating') as IdentityDirection,
          `presentation-${word}` as IdentityRestriction,
          { addRules },
        );
    case 'waiting':
      // Anything but the two words is refused.
      return (document) => document.callWaiting((SWITCH[word] ?? word) as boolean, { addRules });
  }
}

const SWITCH: Readonly<Record<string, boolean>> = { on: true, off: false };
