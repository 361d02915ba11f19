import { NotFoundError } from '../../documents/errors.ts';
import type { BarringCondition, BarringDirection } from '../../documents/usages/simservs/barring.ts';
import type { SimservsDocument } from '../../documents/usages/simservs/document.ts';
import type { ForwardingChoice } from '../../documents/usages/simservs/forwarding.ts';
import type { IdentityDirection, IdentityRestriction } from '../../documents/usages/simservs/services.ts';
import { nearest } from '../../selector/suggest.ts';
import type { Command, Run } from '../command.ts';
import { changeDocument } from '../documents/document-access.ts';
import { CliFailure, EXIT, UsageFailure } from '../failure.ts';
import { accountOptions, dryRunOption, extraOptions, jsonOption, nameOptions } from '../options/global-options.ts';

type Verb = (run: Run, args: readonly string[]) => Promise<number | undefined>;

/** `xcap ut`, with its verbs. */
export const command: Command = {
  name: 'ut',
  synopsis: [
    'ut [OPTIONS]',
    'ut forward CONDITION TARGET [--after SECONDS] [--media M] [--add-rules]',
    'ut stop CONDITION [--media M] [--erase]',
    'ut timer SECONDS',
    'ut bar|unbar incoming|outgoing CONDITION [--media M]',
    'ut identity [originating|terminating] restricted|not-restricted',
    'ut waiting on|off',
    'ut decide incoming|outgoing [PARTY] [--state STATE]',
    'ut lint [--at TIME]',
  ],
  description: [
    'Shows the supplementary services of a subscriber, as a phone sets them over Ut (3GPP TS 24.623): call forwarding, barring, identities and call waiting.',
    'forward registers a number and switches forwarding on; CONDITION is unconditional, busy, no-answer, not-reachable, not-registered, anonymous, all-conditional or all. stop switches it off and keeps the number, or erases it with --erase. timer sets the seconds until an unanswered call is forwarded. bar bars calls; CONDITION is all, anonymous, communication-diverted, roaming, international or international-exHC. unbar lifts that. identity withholds the identity of the subscriber, or shows it; without a direction, on outgoing calls. waiting switches call waiting.',
    'Only what the network has provisioned is changed, unless --add-rules is given. One PUT is sent for each element that changes, as a phone does it.',
    'decide answers what happens to a call, by which rule, and why the others do not apply. PARTY is the other party; without it, the caller is anonymous. lint warns of settings that are legal and probably a mistake, and ends with status 1 when there are any.',
    'The profile is ut unless --profile or the configuration names another. A file with {"ut": {...}} describes a network that wants it otherwise: see docs/ut.md.',
  ],
  options: [
    jsonOption,
    dryRunOption,
    extraOptions.after,
    extraOptions.media,
    extraOptions.erase,
    extraOptions.addRules,
    extraOptions.state,
    extraOptions.roaming,
    extraOptions.international,
    extraOptions.diverted,
    extraOptions.at,
    ...nameOptions,
    ...accountOptions,
  ],
  examples: [
    { line: 'xcap ut', does: 'shows the services of the subscriber' },
    {
      line: 'xcap ut forward no-answer tel:+15555550123 --after 25',
      does: 'forwards calls that are not answered within 25 seconds',
    },
    { line: 'xcap ut bar outgoing international --dry-run', does: 'shows the request that would bar calls abroad' },
    {
      line: 'xcap ut decide incoming sip:bob@example.com --state busy',
      does: "shows what happens to Bob's call when the subscriber is busy",
    },
  ],
  async run(run) {
    const [word = 'show', ...args] = run.args;
    const { takes, verb } = verbOf(word);
    const given = OWN_OPTIONS.find((name) => run.options.flag(name) && !takes.includes(name));
    if (given !== undefined) throw new UsageFailure(`xcap ut ${word} has no option --${given}; see xcap ut --help`);
    return verb(overUt(run), args);
  },
};

const OWN_OPTIONS = [
  'after',
  'media',
  'erase',
  'add-rules',
  'state',
  'roaming',
  'international',
  'diverted',
  'at',
  'dry-run',
];
const WRITING = ['dry-run', 'add-rules'];

const verbs: Readonly<Record<string, { readonly takes: readonly string[]; readonly verb: Verb }>> = {
  show: { takes: [], verb: show },
  forward: { takes: [...WRITING, 'after', 'media'], verb: forward },
  stop: { takes: ['dry-run', 'media', 'erase'], verb: stop },
  timer: { takes: ['dry-run'], verb: timer },
  bar: { takes: [...WRITING, 'media'], verb: bar },
  unbar: { takes: ['dry-run', 'media'], verb: unbar },
  identity: { takes: WRITING, verb: identity },
  waiting: { takes: WRITING, verb: waiting },
  decide: { takes: ['media', 'state', 'roaming', 'international', 'diverted', 'at'], verb: decide },
  lint: { takes: ['at'], verb: lint },
};

function verbOf(word: string) {
  const verb = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
  if (verb) return verb;
  const names = Object.keys(verbs).filter((name) => name !== 'show');
  const meant = nearest(word, names);
  throw new CliFailure(
    `xcap ut has no verb '${word}'; ${meant ? `did you mean ${meant}?` : `there are ${names.join(', ')}.`}`,
  );
}

/** The call with the profile `ut`, unless the account has another one. */
function overUt(run: Run): Run {
  const account = () => {
    const given = run.account();
    return { ...given, profile: given.profile ?? ('ut' as const) };
  };
  return { ...run, account, session: () => run.open(account()) };
}

async function show(run: Run, args: readonly string[]): Promise<number> {
  checked(args, 0, 0, 'show');
  const { showServices } = await import('../documents/show-services.ts');
  await showServices(run);
  return EXIT.ok;
}

/** Changes the document. What the network has not provisioned is an error that names the option. */
async function change(run: Run, edit: (document: SimservsDocument) => void): Promise<number> {
  const { simservs } = await import('../../documents/usages/simservs/usage.ts');
  try {
    await changeDocument(run, simservs, edit);
  } catch (cause) {
    if (!(cause instanceof NotFoundError) || cause.status !== undefined) throw cause;
    throw new CliFailure(`${cause.message} (here: --add-rules).`, EXIT.failed, { cause });
  }
  return EXIT.ok;
}

async function forward(run: Run, args: readonly string[]): Promise<number> {
  const [condition, target = ''] = checked(args, 2, 2, 'forward CONDITION TARGET');
  const { options } = run;
  const text = options.text('after');
  const after = text === undefined ? undefined : secondsOf(text, 'option --after');
  const given = { after, media: mediumOf(run), addRules: options.flag('add-rules') };
  return change(run, (document) => document.forward(condition as ForwardingChoice, target, given)); // the document checks the word
}

async function stop(run: Run, args: readonly string[]): Promise<number> {
  const [condition] = checked(args, 1, 1, 'stop CONDITION');
  const given = { media: mediumOf(run), erase: run.options.flag('erase') };
  return change(run, (document) => document.stopForwarding(condition as ForwardingChoice, given)); // the document checks the word
}

async function timer(run: Run, args: readonly string[]): Promise<number> {
  const [text] = checked(args, 1, 1, 'timer SECONDS');
  const seconds = secondsOf(text, 'timer');
  return change(run, (document) => document.setNoReplyTimer(seconds));
}

async function bar(run: Run, args: readonly string[]): Promise<number> {
  const [direction, condition = ''] = checked(args, 2, 2, 'bar incoming|outgoing CONDITION');
  const given = { media: mediumOf(run), addRules: run.options.flag('add-rules') };
  // The document checks both words.
  return change(run, (document) => document.bar(direction as BarringDirection, condition as BarringCondition, given));
}

async function unbar(run: Run, args: readonly string[]): Promise<number> {
  const [direction, condition = ''] = checked(args, 2, 2, 'unbar incoming|outgoing CONDITION');
  const media = mediumOf(run);
  // The document checks both words.
  return change(run, (document) =>
    document.unbar(direction as BarringDirection, condition as BarringCondition, { media }),
  );
}

async function identity(run: Run, args: readonly string[]): Promise<number> {
  const [first, second] = checked(args, 1, 2, 'identity [originating|terminating] restricted|not-restricted');
  const [direction, word] = second === undefined ? ['originating', first] : [first, second];
  const behaviour = word.startsWith('presentation-') ? word : `presentation-${word}`;
  const given = { addRules: run.options.flag('add-rules') };
  // The document checks both words.
  return change(run, (document) =>
    document.restrictIdentity(direction as IdentityDirection, behaviour as IdentityRestriction, given),
  );
}

async function waiting(run: Run, args: readonly string[]): Promise<number> {
  const [word] = checked(args, 1, 1, 'waiting on|off');
  if (word !== 'on' && word !== 'off') throw new CliFailure(`Call waiting is on or off, not '${word}'.`);
  const given = { addRules: run.options.flag('add-rules') };
  return change(run, (document) => document.callWaiting(word === 'on', given));
}

async function decide(run: Run, args: readonly string[]): Promise<number> {
  const [direction, party] = checked(args, 1, 2, 'decide incoming|outgoing [PARTY]');
  const { decideCall } = await import('../documents/decide-call.ts');
  await decideCall(run, direction, party);
  return EXIT.ok;
}

async function lint(run: Run, args: readonly string[]): Promise<number> {
  checked(args, 0, 0, 'lint');
  const { lintServices } = await import('../documents/decide-call.ts');
  return (await lintServices(run)) ? EXIT.ok : EXIT.failed;
}

function checked(args: readonly string[], least: number, most: number, form: string): readonly [string, ...string[]] {
  const [first = '', ...rest] = args;
  if (args.length >= least && args.length <= most) return [first, ...rest];
  throw new CliFailure(`The form is: xcap ut ${form}`);
}

function secondsOf(text: string, what: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new UsageFailure(`${what}: '${text}' is not a whole number`);
}

/** The medium of the rule to change: a rule is found by one, although a call can ask for several. */
function mediumOf({ options }: Run): string | undefined {
  const media = options.all('media');
  if (media.length > 1) throw new UsageFailure('option --media: give one medium; change the rules one by one');
  return media[0];
}
