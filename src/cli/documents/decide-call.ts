import type { Call, CallDecision } from '../../documents/usages/simservs/decide.ts';
import type { Run } from '../command.ts';
import { CliFailure } from '../failure.ts';
import { shown } from '../output/escape.ts';
import { print, printJson, styled } from '../output/terminal.ts';
import { readDocument } from './document-access.ts';

const COLOURS = { ring: 'green', forward: 'yellow', bar: 'red' } as const;

/** Shows what happens to a call. */
export async function decideCall(run: Run, direction: string, party: string | undefined): Promise<void> {
  const { asUri } = await import('./list-address.ts');
  const { options } = run;
  if (direction !== 'incoming' && direction !== 'outgoing')
    throw new CliFailure(`A call is incoming or outgoing, not '${shown(direction)}'.`);
  const other = party === undefined || party === 'anonymous' ? undefined : asUri(party);
  const circumstances = {
    state: options.text('state') as Call['state'], // decide checks it
    ...(options.flag('media') && { media: options.all('media') }),
    roaming: options.flag('roaming'),
    international: options.flag('international'),
    diverted: options.flag('diverted'),
    at: momentOf(options.text('at')),
  };
  const call: Call =
    direction === 'outgoing'
      ? { direction, callee: other, ...circumstances }
      : { direction, caller: other, ...circumstances };
  const { value } = await readServices(run);
  const decision = value.decide(call);
  if (options.flag('json')) return printJson(decision);
  await print(`${shown(other ?? 'An unknown party')}: ${styled(COLOURS[decision.action], describe(decision))}`);
  await print(`  ${shown(decision.reason)}`);
  for (const { service, id, applies, reason } of decision.rules) {
    const line = `  ${service}, rule ${id ?? '?'}: ${applies ? 'applies, ' : ''}${reason}`;
    await print(applies ? shown(line) : styled('dim', shown(line)));
  }
}

function describe({ action, target, after }: CallDecision): string {
  if (action !== 'forward') return action;
  return shown(`forward to ${target}${after === undefined ? '' : ` after ${after} s`}`);
}

/** Shows settings that are probably a mistake. Returns whether there are none. */
export async function lintServices(run: Run): Promise<boolean> {
  const at = momentOf(run.options.text('at'));
  const { value } = await readServices(run);
  const warnings = value.lint({ user: run.account().user, at });
  const isFine = warnings.length === 0;
  if (!isFine) process.exitCode = 1;
  if (run.options.flag('json')) await printJson(warnings.map((w) => ({ ...w, selector: String(w.selector) })));
  else if (isFine) await print('No warnings.');
  else
    for (const { selector, rule, message } of warnings)
      await print(`${styled('yellow', rule)}  ${shown(String(selector))}\n  ${shown(message)}`);
  return isFine;
}

/** Reads the supplementary services of the subscriber. */
export async function readServices(run: Run) {
  const { simservs } = await import('../../documents/usages/simservs/usage.ts');
  return readDocument(run, simservs, 'ask the operator to provision one');
}

function momentOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const moment = new Date(text);
  if (!Number.isNaN(moment.getTime())) return moment;
  throw new CliFailure(`'${text}' of --at is not a time such as 2026-03-01T12:00:00Z.`);
}
