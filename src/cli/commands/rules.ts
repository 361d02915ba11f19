import type { PresRulesDocument } from '../../documents/usages/pres-rules/document.ts';
import type { Watcher } from '../../documents/usages/pres-rules/watchers.ts';
import { nearest } from '../../selector/suggest.ts';
import type { Command, Run } from '../command.ts';
import { changeDocument, readDocument } from '../documents/document-access.ts';
import { CliFailure, EXIT } from '../failure.ts';
import {
  accountOptions,
  documentOptions,
  dryRunOption,
  extraOptions,
  jsonOption,
  profileOption,
} from '../options/global-options.ts';
import { note, print, shown, styled, table } from '../output/terminal.ts';

/** `xcap rules`, with its verbs. */
export const command: Command = {
  name: 'rules',
  synopsis: [
    'rules [OPTIONS]',
    'rules allow|block|polite-block|confirm URI|DOMAIN...',
    'rules decide [WATCHER] [--sphere S] [--at TIME]',
    'rules lint [--at TIME]',
  ],
  description: [
    "Shows who may see this user's presence: one line per rule of the pres-rules document.",
    'allow, block, polite-block and confirm say what a watcher gets: everything, a refusal, a polite "offline", or a question to the user first. A word without @ and scheme is a domain. Permissions of all rules add up (RFC 4745), so rules of others that still outweigh the new one are told.',
    'decide answers what a watcher would get, by which rules, and why the others do not match; without WATCHER it is about somebody who did not log in. lint warns of rules that are legal and probably a mistake, and ends with status 1 when there are any.',
    '--app org.openmobilealliance.pres-rules is about the OMA document; there, anonymous and others are watchers, too.',
  ],
  options: [
    jsonOption,
    dryRunOption,
    extraOptions.sphere,
    extraOptions.at,
    extraOptions.strategy,
    profileOption,
    ...documentOptions,
    ...accountOptions,
  ],
  examples: [
    { line: 'xcap rules', does: 'shows all rules' },
    {
      line: 'xcap rules allow bob@example.com example.net',
      does: 'lets Bob and everybody of example.net see the presence',
    },
    {
      line: 'xcap rules decide bob@example.com --sphere work --at 2026-03-02T09:00:00Z',
      does: 'tells what Bob would see then',
    },
  ],
  async run(run) {
    const [word, ...args] = run.args;
    if (word === undefined) return show(run);
    const handling = HANDLINGS[word];
    if (handling) return handle(run, handling, args);
    if (word === 'decide') return decide(run, args);
    if (word === 'lint') return lint(run);
    const meant = nearest(word, [...Object.keys(HANDLINGS), 'decide', 'lint']);
    throw new CliFailure(
      `rules knows allow, block, polite-block, confirm, decide and lint, not '${word}'${meant ? `; did you mean ${meant}?` : '.'}`,
    );
  },
};

type Handling = 'allow' | 'block' | 'politeBlock' | 'confirm';
const HANDLINGS: Readonly<Record<string, Handling>> = {
  allow: 'allow',
  block: 'block',
  'polite-block': 'politeBlock',
  confirm: 'confirm',
};

async function usageFor(run: Run) {
  const { omaPresRules, presRules } = await import('../../documents/usages/pres-rules/usage.ts');
  const auid = run.options.text('app') ?? presRules.auid;
  if (auid === omaPresRules.auid) return omaPresRules as unknown as typeof presRules; // one class of documents, two tables
  if (auid === presRules.auid) return presRules;
  throw new CliFailure(`rules are of ${presRules.auid} or ${omaPresRules.auid}, not of '${auid}'.`);
}

async function show(run: Run): Promise<number> {
  const { value, etag, url } = await readDocument(run, await usageFor(run));
  const rules = value.rules();
  if (run.options.flag('json')) {
    const data = rules.map((rule) => ({ ...rule, selector: String(rule.selector) }));
    await print(JSON.stringify({ url, etag, rules: data }, null, 2));
    return EXIT.ok;
  }
  if (rules.length === 0)
    await print('There are no rules, so nobody sees anything; let somebody with xcap rules allow URI.');
  else {
    const rows = rules.map(({ id, description, subHandling, transformations }) =>
      [id ?? '', subHandling ?? 'nothing stated', description, whatIsShown(transformations)].map(shown),
    );
    for (const line of table(rows, ['RULE', 'HANDLING', 'WHO AND WHEN', 'SHOWS'])) await print(line);
  }
  return EXIT.ok;
}

/** The transformations in words. */
function whatIsShown(transformations: object): string {
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
  if (text === 'anonymous' || text === 'others') return text;
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return text;
  return text.includes('@') ? `sip:${text}` : { domain: text };
}

async function handle(run: Run, handling: Handling, args: readonly string[]): Promise<number> {
  if (args.length === 0) throw new CliFailure('Please name whom: a URI such as sip:bob@example.com, or a domain.');
  const watchers = args.map(watcherOf);
  const { remaining } = await changeDocument(run, await usageFor(run), (document: PresRulesDocument) =>
    document[handling](watchers),
  );
  for (const rule of remaining) {
    if (!rule.prevails) continue;
    const who = typeof rule.watcher === 'string' ? rule.watcher : rule.watcher.domain;
    note(
      `Mind that rule ${rule.id ?? rule.selector} (${rule.description}) ${rule.applies === 'always' ? 'still' : `${rule.applies} still`} gives ${who} ${rule.subHandling ?? 'more'}.`,
    );
  }
  return EXIT.ok;
}

async function decide(run: Run, args: readonly string[]): Promise<number> {
  if (args.length > 1) throw new CliFailure('The form is: xcap rules decide [WATCHER] [--sphere S] [--at TIME]');
  const { asUri } = await import('../documents/list-address.ts');
  const { value } = await readDocument(run, await usageFor(run));
  const watcher = args[0] === undefined || args[0] === 'anonymous' ? undefined : asUri(args[0]);
  const decision = value.decide({ watcher, sphere: run.options.text('sphere'), at: momentOf(run.options.text('at')) });
  if (run.options.flag('json')) {
    const plain = <R extends { selector: unknown }>(rule: R) => ({ ...rule, selector: String(rule.selector) });
    const { matched, unmatched } = decision;
    await print(
      JSON.stringify({ watcher, ...decision, matched: matched.map(plain), unmatched: unmatched.map(plain) }, null, 2),
    );
    return EXIT.ok;
  }
  const shows = whatIsShown(decision.transformations);
  const colour = decision.subHandling === 'allow' ? 'green' : decision.subHandling === 'confirm' ? 'yellow' : 'red';
  await print(
    `${shown(watcher ?? 'Somebody who did not log in')}: ${styled(colour, decision.subHandling)}${shows && `, shows ${shown(shows)}`}`,
  );
  for (const { id, subHandling } of decision.matched)
    await print(`  rule ${shown(id ?? '?')} matches${subHandling ? `: ${subHandling}` : ''}`);
  for (const { id, reason } of decision.unmatched)
    await print(styled('dim', `  rule ${shown(id ?? '?')} does not: ${shown(reason)}`));
  if (decision.matched.length === 0) await print('  no rule matches, and then RFC 5025 says block');
  return EXIT.ok;
}

function momentOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime()))
    throw new CliFailure(`'${text}' of --at is no time such as 2026-03-01T12:00:00Z.`);
  return moment;
}

async function lint(run: Run): Promise<number> {
  const { value } = await readDocument(run, await usageFor(run));
  const warnings = value.lint({ at: momentOf(run.options.text('at')) });
  if (run.options.flag('json'))
    await print(
      JSON.stringify(
        warnings.map((w) => ({ ...w, selector: String(w.selector) })),
        null,
        2,
      ),
    );
  else if (warnings.length === 0) await print('No warnings.');
  else
    for (const { selector, rule, message } of warnings)
      await print(`${styled('yellow', rule)}  ${shown(String(selector))}\n  ${shown(message)}`);
  return warnings.length === 0 ? EXIT.ok : EXIT.failed;
}
