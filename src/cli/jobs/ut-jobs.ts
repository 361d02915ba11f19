/** Jobs on supplementary services: the verbs of `xcap ut`. */

import { NotFoundError } from '../../documents/errors.ts';
import type { SimservsDocument } from '../../documents/usages/simservs/document.ts';
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

/** A word that the document checks. */
const word = <Word>(text: string | boolean): Word => text as Word; // the document refuses every other word

function changeOf(verb: UtVerb, fields: Fields, addRules: boolean): Change {
  const { [verb]: given = '', media, target = '', direction = '', after } = fields;
  switch (verb) {
    case 'forward': {
      const options = { media, addRules, ...(after !== undefined && { after: Number(after) }) };
      return (document) => document.forward(word(given), target, options);
    }
    case 'stop':
      return (document) => document.stopForwarding(word(given), { media });
    case 'timer':
      return (document) => document.setNoReplyTimer(Number(given));
    case 'bar':
      return (document) => document.bar(word(direction), word(given), { media, addRules });
    case 'unbar':
      return (document) => document.unbar(word(direction), word(given), { media });
    case 'identity':
      return (document) =>
        document.restrictIdentity(word(direction || 'originating'), word(`presentation-${given}`), { addRules });
    case 'waiting':
      return (document) => document.callWaiting(word<boolean>(SWITCH[given] ?? given), { addRules });
  }
}

const SWITCH: Readonly<Record<string, boolean>> = { on: true, off: false };
