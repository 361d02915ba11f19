import type { PresRulesDocument } from '../../documents/usages/pres-rules/document.ts';
import type { Watcher } from '../../documents/usages/pres-rules/watchers.ts';
import { nearest } from '../../selector/suggest.ts';
import type { Command, Run } from '../command.ts';
import { changeDocument, readDocument } from '../documents/document-access.ts';
import { CliFailure, EXIT, UsageFailure } from '../failure.ts';
import { accountOptions, documentOptions, dryRunOption, extraOptions, jsonOption } from '../options/global-options.ts';
import { shown } from '../output/escape.ts';
import { table } from '../output/table.ts';
import { note, print, printJson, styled } from '../output/terminal.ts';

/** `xcap rules`, with its verbs. */
export const command: Command = {
  name: 'rules',
  synopsis: [
    'rules [OPTIONS]',
    'rules allow|block|polite-block|confirm|forget WATCHER...',
    'rules decide [WATCHER] [--sphere S] [--at TIME]',
    'rules lint [--at TIME]',
  ],
  description: [
    "Shows who may see this user's presence: one line per rule of the pres-rules document.",
    'allow, block, polite-block and confirm set what a watcher gets: everything, a refusal, a polite "offline", or a question to the user first. forget removes a watcher from the rules that these verbs made. WATCHER is a URI, an address such as bob@example.com, a domain, or everyone. The permissions of all rules are combined (RFC 4745), so a rule of another program that still outweighs the new one is reported.',
    'decide answers what a watcher gets, by which rules, and why the others do not match; without WATCHER, it decides for someone who is not authenticated. External lists are fetched from the server. If one cannot be read and the answer depends on it, the answer is "unknown" and the status 1. lint warns of rules that are legal and probably a mistake, and ends with status 1 when there are any.',
    '--app org.openmobilealliance.pres-rules selects the OMA document; there, anonymous and others are watchers, too.',
  ],
  options: [
    jsonOption,
    dryRunOption,
    extraOptions.sphere,
    extraOptions.at,
    extraOptions.strategy,
    ...documentOptions,
    ...accountOptions,
  ],
  examples: [
    { line: 'xcap rules', does: 'shows all rules' },
    {
      line: 'xcap rules allow bob@example.com example.net',
      does: 'lets Bob and everyone of example.net see the presence',
    },
    {
      line: 'xcap rules decide bob@example.com --sphere work --at 2026-03-02T09:00:00Z',
      does: 'shows what Bob would get then',
    },
  ],
  async run(run) {
    const [word = 'show', ...args] = run.args;
    const verb = verbOf(word);
    const takes = OPTIONS[word] ?? [];
    const given = ['sphere', 'at', 'strategy', 'dry-run'].find(
      (name) => run.options.flag(name) && !takes.includes(name),
    );
    if (given !== undefined)
      throw new UsageFailure(`xcap rules ${word} has no option --${given}; see xcap rules --help`);
    return verb(run, args);
  },
};

type Verb = (run: Run, args: readonly string[]) => Promise<number>;
type Change = 'allow' | 'block' | 'politeBlock' | 'confirm' | 'forget';

const changes: Readonly<Record<string, Change>> = {
  allow: 'allow',
  block: 'block',
  'polite-block': 'politeBlock',
  confirm: 'confirm',
  forget: 'forget',
};

const verbs: Readonly<Record<string, Verb>> = {
  show,
  ...Object.fromEntries(Object.entries(changes).map(([word, verb]) => [word, (run, args) => change(run, verb, args)])),
  decide,
  lint,
};

const WRITING = ['strategy', 'dry-run'];
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.keys(changes).map((word) => [word, WRITING])),
  decide: ['sphere', 'at'],
  lint: ['at'],
};

function verbOf(word: string): Verb {
  const verb = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
  if (verb) return verb;
  const names = Object.keys(verbs).filter((name) => name !== 'show');
  const meant = nearest(word, names);
  throw new CliFailure(
    `xcap rules has no verb '${word}'; ${meant ? `did you mean ${meant}?` : `there are ${names.join(', ')}.`}`,
  );
}

async function usageFor(run: Run) {
  const { omaPresRules, presRules } = await import('../../documents/usages/pres-rules/usage.ts');
  const auid = run.options.text('app') ?? presRules.auid;
  if (auid === omaPresRules.auid) return omaPresRules as unknown as typeof presRules; // one class of documents, two tables
  if (auid === presRules.auid) return presRules;
  throw new CliFailure(`Rules are in ${presRules.auid} or ${omaPresRules.auid}, not in '${auid}'.`);
}

async function show(run: Run, args: readonly string[]): Promise<number> {
  if (args.length > 0) throw new CliFailure('The form is: xcap rules show');
  const { value, etag, url } = await readDocument(run, await usageFor(run));
  const rules = value.rules();
  if (run.options.flag('json')) {
    const data = rules.map((rule) => ({ ...rule, selector: String(rule.selector) }));
    await printJson({ url, etag, rules: data });
  } else if (rules.length === 0)
    await print('There are no rules, so no watcher sees anything; allow one with xcap rules allow URI.');
  else {
    const rows = rules.map(({ id, description, subHandling, transformations }) =>
      [id ?? '', subHandling ?? 'nothing stated', description, describeTransformations(transformations)].map(shown),
    );
    for (const line of table(rows, ['RULE', 'HANDLING', 'WHO AND WHEN', 'SHOWS'])) await print(line);
  }
  return EXIT.ok;
}

/** Returns the transformations in words. */
function describeTransformations(transformations: object): string {
  return Object.entries(transformations)
    .filter(([, value]) => value !== false && value !== undefined)
    .map(([name, value]) => {
      const plain = name
        .replace(/^provide/, '')
        .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
        .trim();
      return typeof value === 'string' ? `${plain}: ${value}` : plain;
    })
    .join(', ');
}

function watcherOf(text: string): Watcher {
  if (text === 'anonymous' || text === 'others' || text === 'everyone') return text;
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return text;
  if (text.includes('@')) return `sip:${text}`;
  if (text.includes('.') || text === 'localhost') return { domain: text };
  throw new CliFailure(
    `'${text}' is not a watcher; give a URI such as sip:bob@example.com, a domain such as example.com, or everyone.`,
  );
}

async function change(run: Run, verb: Change, args: readonly string[]): Promise<number> {
  if (args.length === 0)
    throw new CliFailure('Please name a watcher: a URI such as sip:bob@example.com, a domain, or everyone.');
  const watchers = args.map(watcherOf);
  const { remaining } = await changeDocument(run, await usageFor(run), (document: PresRulesDocument) =>
    document[verb](watchers),
  );
  for (const rule of remaining) {
    if (!rule.prevails) continue;
    const who = typeof rule.watcher === 'string' ? rule.watcher : rule.watcher.domain;
    const how = rule.applies === 'always' ? 'still' : `${rule.applies} still`;
    note(
      `Note: rule ${rule.id ?? rule.selector} (${rule.description}) ${how} gives ${who} ${rule.subHandling ?? 'more'}.`,
    );
  }
  return EXIT.ok;
}

async function decide(run: Run, args: readonly string[]): Promise<number> {
  if (args.length > 1) throw new CliFailure('The form is: xcap rules decide [WATCHER] [--sphere S] [--at TIME]');
  const [{ asUri }, { decideWithLists }] = await Promise.all([
    import('../documents/list-address.ts'),
    import('../documents/decide-rules.ts'),
  ]);
  const [name] = args;
  const watcher = name === undefined || name === 'anonymous' ? undefined : asUri(name);
  const at = momentOf(run.options.text('at'));
  const { value } = await readDocument(run, await usageFor(run));
  const question = { watcher, sphere: run.options.text('sphere'), at };
  const { decision, unread } = await decideWithLists(value, question, await run.session());
  if (!decision) process.exitCode = EXIT.failed;
  if (run.options.flag('json')) {
    const plain = <R extends { selector: unknown }>(rule: R) => ({ ...rule, selector: String(rule.selector) });
    await printJson(
      decision
        ? {
            watcher,
            ...decision,
            matched: decision.matched.map(plain),
            unmatched: decision.unmatched.map(plain),
            unread,
          }
        : { watcher, subHandling: 'unknown', unread },
    );
    return decision ? EXIT.ok : EXIT.failed;
  }
  const who = shown(watcher ?? 'Someone who is not authenticated');
  if (!decision) {
    const [first] = unread;
    await print(
      `${who}: ${styled('yellow', 'unknown')}, because the list ${shown(first?.anchor ?? '')} cannot be read: ${shown(first?.reason ?? '')}`,
    );
    for (const { anchor, reason } of unread.slice(1)) await print(`  nor can ${shown(anchor)}: ${shown(reason)}`);
    return EXIT.failed;
  }
  const shows = describeTransformations(decision.transformations);
  const colour = decision.subHandling === 'allow' ? 'green' : decision.subHandling === 'confirm' ? 'yellow' : 'red';
  await print(`${who}: ${styled(colour, decision.subHandling)}${shows && `, shows ${shown(shows)}`}`);
  for (const { id, subHandling } of decision.matched)
    await print(`  rule ${shown(id ?? '?')} matches${subHandling ? `: ${subHandling}` : ''}`);
  for (const { id, reason } of decision.unmatched)
    await print(styled('dim', `  rule ${shown(id ?? '?')} does not: ${shown(reason)}`));
  for (const { anchor, reason } of unread)
    await print(
      `  the list ${shown(anchor)} cannot be read (${shown(reason)}); the answer is the same with or without it`,
    );
  if (decision.matched.length === 0) await print('  no rule matches, so RFC 5025 blocks');
  return EXIT.ok;
}

function momentOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime()))
    throw new CliFailure(`'${text}' of --at is not a time such as 2026-03-01T12:00:00Z.`);
  return moment;
}

async function lint(run: Run, args: readonly string[]): Promise<number> {
  if (args.length > 0) throw new CliFailure('The form is: xcap rules lint [--at TIME]');
  const at = momentOf(run.options.text('at'));
  const { value } = await readDocument(run, await usageFor(run));
  const warnings = value.lint({ at });
  const status = warnings.length === 0 ? EXIT.ok : EXIT.failed;
  process.exitCode = status;
  if (run.options.flag('json')) await printJson(warnings.map((w) => ({ ...w, selector: String(w.selector) })));
  else if (warnings.length === 0) await print('No warnings.');
  else
    for (const { selector, rule, message } of warnings)
      await print(`${styled('yellow', rule)}  ${shown(String(selector))}\n  ${shown(message)}`);
  return status;
}
