import type { ServerProfile } from '../../client/profiles/profile.ts';
import { XcapError } from '../../selector/errors.ts';
import type { Command, Run } from '../command.ts';
import { describeError } from '../describe-error.ts';
import { chosenUsage, documentCall } from '../documents/document-access.ts';
import { EXIT, WrongAccountFailure } from '../failure.ts';
import { writeOutput } from '../files/write.ts';
import { accountOptions, extraOptions, jsonOption, nameOptions } from '../options/global-options.ts';
import type { OptionSpec } from '../options/options.ts';
import { shown } from '../output/escape.ts';
import { note, print, printJson, styled } from '../output/terminal.ts';

const appOption: OptionSpec = {
  name: 'app',
  value: 'AUID',
  help: 'the application usage of the examined document. Default: resource-lists',
};

/** `xcap doctor`. */
export const command: Command = {
  name: 'doctor',
  synopsis: ['doctor [OPTIONS]'],
  description: [
    'Examines the server: whether it can be reached, which capabilities it states, and what it really does with conditional requests, entity tags and nodes, in a scratch document that is removed afterwards.',
    'With --read-only nothing is written: a document that exists is read, and what only a write shows is not checked.',
    'Each line says ok for what works as the standard says, mind for what does not, and ?? for what could not be checked. The findings can be saved and given to other commands with --profile, so that they only do what is safe there.',
  ],
  options: [extraOptions.readOnly, appOption, ...nameOptions, extraOptions.save, jsonOption, ...accountOptions],
  examples: [
    { line: 'xcap doctor', does: 'prints a report' },
    { line: 'xcap doctor --save server.json', does: 'saves the findings' },
    { line: 'xcap doctor --app pres-rules', does: 'examines a document of another application' },
  ],
  mostArguments: 0,
  async run(run) {
    const client = await (await run.session()).client();
    const capabilities = await client.capabilities().then(
      (found): Finding => ['ok', `capabilities: ${found.auids.length} application usages: ${found.auids.join(', ')}`],
      (error: unknown) => unreadCapabilities(run, error),
    );
    const usage = await chosenUsage(run.options, 'resource-lists');
    const readOnly = run.options.flag('read-only');
    const profile = await client.probe({ usage, readOnly, ...documentCall(run.options) });
    if (run.options.flag('json')) await printJson(profile);
    else await report(run, capabilities, profile);
    const file = run.options.text('save');
    if (file !== undefined) {
      await writeOutput(file, `${JSON.stringify(profile, null, 2)}\n`, '--save');
      note(`saved to ${file}; use it with --profile ${file}`);
    }
    return EXIT.ok;
  },
};

type Verdict = 'ok' | 'mind' | '??';
type Finding = readonly [verdict: Verdict, text: string];

/** Capabilities that cannot be read are a finding, unless the reason is that the root is wrong. */
async function unreadCapabilities(run: Run, error: unknown): Promise<Finding> {
  if (!(error instanceof XcapError)) throw error;
  const { message, exitCode } = describeError(error, run.program);
  if (error.status === undefined || error.status === 401) throw error;
  const { diagnoseRoot } = await import('../requests/diagnose-root.ts');
  const diagnosis = await diagnoseRoot(run.account());
  if (diagnosis !== undefined && error.status !== 403)
    throw new WrongAccountFailure(diagnosis, exitCode, { cause: error });
  return ['??', `capabilities could not be read: ${message}`];
}

const verdict = (isGood: boolean, good: string, bad: string): Finding => (isGood ? ['ok', good] : ['mind', bad]);

/** Returns a finding of an observation; `??` if it was not made. */
function observed(profile: ServerProfile, name: string, good: string, bad: string): Finding {
  const value = profile.observed?.[name];
  return typeof value === 'boolean' ? verdict(value, good, bad) : ['??', `not checked: ${good}`];
}

function findings(run: Run, capabilities: Finding, profile: ServerProfile): readonly Finding[] {
  const { conditions, etags, nodes, reportsErrorStatus, maxTarget } = profile;
  const authentication = profile.observed?.['authentication'];
  const isWritten = profile.observed?.['writing'] !== 'not examined';
  const written = (finding: Finding, good = finding[1]): Finding =>
    isWritten ? finding : ['??', `not checked: ${good}`];
  const nodesWritten = profile.observed?.['writing of nodes'] !== 'not examined';
  const onNodes = (finding: Finding, good: string): Finding =>
    nodesWritten ? finding : ['??', `not checked: ${good}`];
  return [
    ['ok', `${run.account().root} answers`],
    capabilities,
    typeof authentication !== 'string'
      ? ['??', 'not checked: authentication']
      : verdict(
          authentication !== 'none',
          `requests are authenticated: ${authentication}`,
          'the document could be read without authentication',
        ),
    written(verdict(conditions.ifMatch === 'atomic', IF_MATCH.atomic, IF_MATCH[conditions.ifMatch]), IF_MATCH.atomic),
    written(CREATE[conditions.create], CREATE.star[1]),
    conditions.ifMatch === 'ignored' && conditions.create === 'none'
      ? ['??', 'not checked: conditions of a PUT of identical content, since none is checked']
      : written(
          verdict(
            !conditions.skippedForIdenticalBody,
            'conditions are checked for every PUT',
            'the conditions of a PUT of identical content are not checked',
          ),
          'conditions are checked for every PUT',
        ),
    observed(
      profile,
      'documents are stored as put',
      'documents are stored as they were put',
      'documents are stored in another form than they were put',
    ),
    verdict(
      etags.strength === 'strong' && (etags.onPut || !isWritten),
      `entity tags are strong${isWritten ? ', and in the answer to a PUT' : ''}`,
      `entity tags: ${etags.strength}${etags.onPut ? '' : ', and none in the answer to a PUT, or another than in that to a GET'}`,
    ),
    observed(
      profile,
      'If-Match with the current tag is taken',
      'the server accepts its own entity tags in If-Match',
      'the server does not accept its own entity tags in If-Match, so nothing can be written conditionally',
    ),
    verdict(nodes.read, 'nodes can be read', 'nodes cannot be read reliably'),
    onNodes(
      verdict(nodes.write, 'elements are written where they belong', 'elements cannot be written reliably'),
      'elements are written where they belong',
    ),
    verdict(nodes.prefixes, 'prefixes in selectors are understood', 'prefixes in selectors are not understood'),
    onNodes(
      verdict(
        nodes.attributes === 'quoted',
        'attribute values are written in quotes',
        nodes.attributes === 'bare' ? 'attribute values are written without quotes' : 'attributes cannot be written',
      ),
      'attribute values are written in quotes',
    ),
    written(verdict(reportsErrorStatus, 'refusals have their proper status', 'refusals have the status 500')),
    verdict(
      maxTarget === null,
      'long addresses are accepted',
      `addresses longer than ${maxTarget} octets are not accepted`,
    ),
  ];
}

async function report(run: Run, capabilities: Finding, profile: ServerProfile): Promise<void> {
  const lines = findings(run, capabilities, profile);
  const STYLES = { ok: 'green', mind: 'yellow', '??': 'cyan' } as const;
  for (const [state, text] of lines) await print(`${styled(STYLES[state], state.padEnd(4))}  ${shown(text)}`);
  const count = (wanted: Verdict): number => lines.filter(([state]) => state === wanted).length;
  const bent = lines.slice(ACCESS).filter(([state]) => state === 'mind').length;
  const unchecked = count('??') === 0 ? '' : ` ${count('??')} could not be checked.`;
  await print(
    bent === 0
      ? `Everything that was checked works as the standard says.${unchecked}`
      : `Give the other commands --profile with the saved findings (--save FILE); they then avoid all of this.${unchecked}`,
  );
}

/** The number of findings about the access to the server, which a profile does not change. */
const ACCESS = 3;

const IF_MATCH = {
  atomic: 'If-Match holds: of several writers with one entity tag, one succeeds',
  racy: 'If-Match is not atomic: of several writers at the same time, more than one may succeed',
  ignored: 'If-Match cannot be relied on: changes of others can be overwritten',
  refused: 'If-Match with the current entity tag is refused, so that the client checks for changes itself',
} as const;

const CREATE: Readonly<Record<ServerProfile['conditions']['create'], Finding>> = {
  star: ['ok', 'If-None-Match: * prevents a PUT from overwriting'],
  'quoted-star': ['mind', 'only If-None-Match: "*", in quotes, prevents a PUT from overwriting'],
  none: ['mind', 'nothing prevents a PUT from overwriting an existing document'],
};
