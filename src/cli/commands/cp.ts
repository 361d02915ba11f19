import { AlreadyExistsError } from '../../client/errors.ts';
import { xuiOf } from '../../selector/document-uri.ts';
import { resolveAccount } from '../account/account.ts';
import type { Session } from '../account/session.ts';
import type { Command, Run } from '../command.ts';
import { CliFailure, EXIT, WrongAccountFailure } from '../failure.ts';
import { accountOptions, documentOptions, dryRunOption, extraOptions, jsonOption } from '../options/global-options.ts';
import { Options } from '../options/options.ts';
import { note } from '../output/terminal.ts';
import { type ActionAnswer, performAction, succeeded } from '../requests/action.ts';
import { type Application, applicationOf, applications } from '../requests/applications.ts';
import { type PlannedRequest, plannedRequests, printPlan } from '../requests/dry-run.ts';
import { type Target, targetFor } from '../requests/target.ts';

/** `xcap cp`. */
export const command: Command = {
  name: 'cp',
  synopsis: ['cp [OPTIONS] FROM TO'],
  description: [
    'Copies documents from one user to another: the one of --app, else one of every known application usage that FROM has.',
    'FROM and TO are SIP addresses on the same server, with the same password; or @NAME for an account of the configuration file, with its own root and password. @ alone is the section [Account].',
    'A document that TO has already is reported and left as it is, unless --force overwrites it.',
  ],
  options: [
    extraOptions.force,
    dryRunOption,
    jsonOption,
    ...documentOptions.filter(({ name }) => name !== 'context'),
    ...accountOptions,
  ],
  examples: [
    { line: 'xcap cp --app resource-lists @ @bob', does: 'copies the buddy lists to the account bob' },
    { line: 'xcap cp --dry-run --force @ @bob', does: 'shows what copying everything would send' },
  ],
  async run(run) {
    const [from, to, ...more] = run.args;
    if (from === undefined || to === undefined || more.length > 0) throw new CliFailure('The form is: xcap cp FROM TO');
    const [source, goal] = [await endOf(run, from), await endOf(run, to)];
    const app = run.options.text('app');
    const wanted = app === undefined ? applications.filter(({ readOnly }) => !readOnly) : [applicationOf(app)];
    const plan: PlannedRequest[] = [];
    let [copied, kept] = [0, 0];
    for (const application of wanted) {
      const done = await copy(run, application, source, goal, plan);
      if (done === 'copied') copied++;
      if (done === 'kept') kept++;
    }
    if (run.options.flag('dry-run')) await printPlan(plan, run.options.flag('json'));
    else if (copied + kept === 0) await reportNothing(source);
    return kept > 0 ? EXIT.refused : EXIT.ok;
  },
};

/** Options of one account that are not those of another. */
const OWN = ['account-name', 'xcap-root', 'sip-address', 'xui', 'password', 'password-file'];

interface End {
  readonly session: Session;
  readonly user: string;
}

async function endOf(run: Run, text: string): Promise<End> {
  if (!text.startsWith('@')) return { session: await run.session(), user: xuiOf(text) };
  const name = text.slice(1);
  const given = new Map(run.options.names.map((option) => [option, run.options.all(option)] as const));
  for (const own of OWN) given.delete(own);
  if (name !== '') given.set('account-name', [name]);
  const account = resolveAccount(new Options(given));
  return { session: await run.open(account), user: account.user };
}

async function reportNothing({ session, user }: End): Promise<never> {
  const { diagnoseRoot } = await import('../requests/diagnose-root.ts');
  const diagnosis = await diagnoseRoot({ ...session.account, user });
  throw new WrongAccountFailure(
    `${user} has no such document to copy.${diagnosis ? ` ${diagnosis}` : ''}`,
    EXIT.refused,
  );
}

/** Statuses that mean "no such document": 400 and 405 are those of servers that do not have the application usage. */
const ABSENT: ReadonlySet<number> = new Set([400, 404, 405]);

async function copy(
  run: Run,
  application: Application,
  from: End,
  to: End,
  plan: PlannedRequest[],
): Promise<'copied' | 'kept' | 'none'> {
  const at = ({ session, user }: End): Target =>
    targetFor({ root: session.account.root, user }, application, run.options, undefined);
  const [source, target] = [at(from), at(to)];
  const found = await performAction(from.session, { action: 'get', target: source, body: undefined, etag: undefined });
  if (ABSENT.has(found.status)) return 'none';
  if (found.status !== 200) throw refused('GET', source.url, found);
  const body = Buffer.from(found.body);
  const force = run.options.flag('force');
  if (run.options.flag('dry-run')) {
    const { url, contentType } = target;
    const request = { method: 'PUT' as const, url, contentType, body: body.toString('utf8') };
    plan.push(...plannedRequests([{ ...request, ...(!force && { ifNoneMatch: '*' }) }], to.session.account.headers));
    return 'copied';
  }
  try {
    const action = force ? 'put' : 'insert';
    const answer = await performAction(to.session, { action, target, body, etag: undefined });
    if (!succeeded(answer)) throw refused('PUT', target.url, answer);
  } catch (error) {
    if (!(error instanceof AlreadyExistsError)) throw error;
    note(`${target.url} exists already and was left as it is; overwrite it with --force.`);
    return 'kept';
  }
  note(`${source.url} -> ${target.url}`);
  return 'copied';
}

function refused(method: string, url: string, { status }: ActionAnswer): CliFailure {
  const why =
    status === 401 || status === 403
      ? 'check the password, and the user'
      : 'run it again with -v to see the answer of the server';
  return new CliFailure(`${method} ${url}: the server answered ${status}; ${why}.`, EXIT.refused);
}
