import { xuiOf } from '../../selector/document-uri.ts';
import { settleAccount } from '../account/account.ts';
import type { Session } from '../account/session.ts';
import type { Command, Run } from '../command.ts';
import { CliFailure, EXIT } from '../failure.ts';
import { accountOptions, documentOptions, dryRunOption, extraOptions, jsonOption } from '../options/global-options.ts';
import { Options } from '../options/options.ts';
import { note } from '../output/terminal.ts';
import { performAction } from '../requests/action.ts';
import { type Application, applicationOf, applications } from '../requests/applications.ts';
import { type PlannedRequest, printPlan } from '../requests/dry-run.ts';
import { type Target, targetFor } from '../requests/target.ts';

/** `xcap cp`. */
export const command: Command = {
  name: 'cp',
  synopsis: ['cp [OPTIONS] FROM TO'],
  description: [
    'Copies documents from one user to another: that of --app, else of every known application usage that FROM has one of.',
    'FROM and TO are SIP addresses on the same server, reached with the same password; or @NAME for an account of the configuration file, with its own root and password. @ alone is the section [Account].',
    'What TO has already is left as it is, and told, unless --force overwrites it.',
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
    else if (copied + kept === 0) throw new CliFailure(`${source.user} has no such document to copy.`, EXIT.refused);
    return kept > 0 ? EXIT.refused : EXIT.ok;
  },
};

interface End {
  readonly session: Session;
  readonly user: string;
}

async function endOf(run: Run, text: string): Promise<End> {
  if (!text.startsWith('@')) return { session: await run.session(), user: xuiOf(text) };
  const name = text.slice(1);
  const given = new Map(run.options.names.map((option) => [option, run.options.all(option)] as const));
  for (const own of ['account-name', 'xcap-root', 'sip-address', 'password']) given.delete(own);
  if (name !== '') given.set('account-name', [name]);
  const account = settleAccount(new Options(given));
  return { session: await run.open(account), user: account.user };
}

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
  const found = await performAction(from.session, {
    action: 'get',
    target: source,
    body: undefined,
    etag: undefined,
    headers: {},
  });
  if ('exists' in found || found.status === 404) return 'none';
  // A server says the same of an application that it does not serve, in other words.
  if (found.status === 400 || found.status === 405) return 'none';
  if (found.status !== 200) throw refused('GET', source.url, found.status);
  const body = Buffer.from(found.body);
  const force = run.options.flag('force');
  if (run.options.flag('dry-run')) {
    const headers = {
      'Content-Type': target.contentType,
      'Content-Length': String(body.length),
      ...(!force && { 'If-None-Match': '*' }),
    };
    plan.push({ method: 'PUT', url: target.url, writes: 'document', headers, body: body.toString('utf8') });
    return 'copied';
  }
  const answer = await performAction(to.session, {
    action: force ? 'put' : 'insert',
    target,
    body,
    etag: undefined,
    headers: {},
  });
  if ('exists' in answer || answer.status === 412) {
    note(`${target.url} exists already and was left as it is; overwrite it with --force.`);
    return 'kept';
  }
  if (answer.status < 200 || answer.status > 299) throw refused('PUT', target.url, answer.status);
  note(`${source.url} -> ${target.url}`);
  return 'copied';
}

function refused(method: string, url: string, status: number): CliFailure {
  const why =
    status === 401 || status === 403
      ? 'check the password, and whose document it is'
      : 'run it again with -v to see why';
  return new CliFailure(`${method} ${url}: the server answered ${status}; ${why}.`, EXIT.refused);
}
