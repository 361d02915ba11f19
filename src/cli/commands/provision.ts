import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { XcapClient } from '../../client/client.ts';
import { FileJournal } from '../../client/provision/file-journal.ts';
import { xuiOf } from '../../selector/document-uri.ts';
import type { Command, Run } from '../command.ts';
import { describeError } from '../describe-error.ts';
import { numberOf } from '../documents/document-access.ts';
import { CliFailure, EXIT } from '../failure.ts';
import { readBody } from '../files/input.ts';
import { readText, textOf } from '../files/read.ts';
import { interrupted } from '../interrupt.ts';
import type { Job } from '../jobs/jobs.ts';
import { OrderedJobs } from '../jobs/ordered-jobs.ts';
import { accountOptions, dryRunOption, extraOptions, jsonOption } from '../options/global-options.ts';
import type { OptionSpec } from '../options/options.ts';
import { shown } from '../output/escape.ts';
import { ProgressBar } from '../output/progress-bar.ts';
import { complain, note, printJson } from '../output/terminal.ts';
import { warnOfRoot } from '../requests/diagnose-root.ts';
import { printPlan } from '../requests/dry-run.ts';

const usersOption: OptionSpec = {
  name: 'users',
  value: 'FILE',
  help: 'the passwords of the users, one per line: alice@example.com:password',
};

/** `xcap provision`. */
export const command: Command = {
  name: 'provision',
  synopsis: ['provision [OPTIONS] JOBS.jsonl'],
  description: [
    'Runs many edits, for many users. Each line of the file is a JSON object with the user (user, or xui for one who has no SIP address), and one verb: add (a list; with uri and name a buddy in it), remove (the same), allow, block, politeBlock, confirm (a URI or a domain), put (XML; with selector a node, else the document of app) or delete (a selector). The usual prefixes of the application need no binding in a selector. For example:',
    '{"user": "alice@example.com", "add": "friends", "uri": "sip:bob@example.com", "name": "Bob"}',
    'Supplementary services have the verbs of xcap ut: forward (a condition, with target and after), stop, timer, bar and unbar (a condition, with direction), identity (restricted or not-restricted) and waiting (on or off); media and addRules ("true") as well. They go with --profile ut:',
    '{"user": "tel:+15555550100", "forward": "no-answer", "target": "tel:+15555550123", "after": "25"}',
    'The whole file is checked before anything is sent; mistakes are reported by line. A failed job stops no other. Finished jobs are recorded in a journal, so that the same command resumes an interrupted run. The journal knows a job by its content, wherever its line is: a job that was changed runs again. Two lines with the same job are refused, unless each has an id. A terminal shows the progress, the jobs per second and the time left.',
    'Where each user has a password, a line has it (password, and username if it is not the user part of the address), or the file of --users. Other jobs use the password of the account.',
    'Ends with status 1 when a job failed.',
  ],
  options: [extraOptions.concurrency, extraOptions.journal, usersOption, dryRunOption, jsonOption, ...accountOptions],
  examples: [
    { line: 'xcap provision jobs.jsonl', does: 'runs the jobs of a file' },
    { line: 'xcap provision jobs.jsonl --dry-run', does: 'checks the file and shows what would be sent' },
  ],
  async run(run) {
    const [file, ...more] = run.args;
    if (file === undefined || more.length > 0)
      throw new CliFailure('Please name one file of jobs, with one JSON object on each line.');
    const { readJobs } = await import('../jobs/jobs.ts');
    const { bytes, name } = await readBody(file, 'the jobs');
    const { jobs, mistakes } = await readJobs(textOf(bytes, name), run.account().user);
    for (const { line, problem } of mistakes.slice(0, MOST_SHOWN)) complain(`${file}, line ${line}: ${shown(problem)}`);
    if (mistakes.length > MOST_SHOWN) complain(`${file}: and ${mistakes.length - MOST_SHOWN} more lines like these`);
    if (mistakes.length > 0) {
      const lines = mistakes.length === 1 ? 'one line is' : `${mistakes.length} lines are`;
      throw new CliFailure(`Nothing was sent: ${lines} wrong; correct them and run it again.`);
    }
    const journal = run.options.text('journal') ?? `${file}.done`;
    return run.options.flag('dry-run') ? rehearse(run, jobs, journal) : provision(run, jobs, journal);
  },
};

/** The largest number of messages of one kind; the others are counted. */
const MOST_SHOWN = 20;

interface Counts {
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly notDone: number;
}

async function provision(run: Run, jobs: readonly Job[], journal: string): Promise<number> {
  const client = await (await run.session()).client();
  const concurrency = Math.ceil(numberOf(run.options, 'concurrency', 16));
  const counts = await runJobs(run, client, jobs, { journal: new FileJournal(journal), concurrency });
  const { done, failed, skipped, notDone } = counts;
  if (failed > 0 && done === 0) await warnOfRoot(run);
  const status = statusOf(counts);
  process.exitCode = status;
  if (run.options.flag('json')) await printJson(counts, 0);
  else note(`${done} done, ${failed} failed, ${skipped} done before, ${notDone} not begun; journal: ${journal}`);
  if (status !== EXIT.ok) note('Run it again to try the remaining jobs.');
  return status;
}

const statusOf = ({ failed, notDone }: Counts): number => (failed + notDone > 0 ? EXIT.failed : EXIT.ok);

/** Runs the jobs with a copy of the journal, and keeps their writes from the server. Prints what would be sent. */
async function rehearse(run: Run, jobs: readonly Job[], journal: string): Promise<number> {
  const { WithheldWrites } = await import('../requests/withheld-writes.ts');
  const withheld = new WithheldWrites(run.account().headers);
  const client = await (await run.session()).client(withheld.interceptor);
  const folder = await mkdtemp(join(tmpdir(), 'xcap-provision-'));
  try {
    const copy = join(folder, 'journal');
    if (existsSync(journal)) await copyFile(journal, copy);
    const counts = await runJobs(run, client, jobs, { journal: new FileJournal(copy), concurrency: 1 });
    await printPlan(withheld.requests, run.options.flag('json'));
    const { done, failed, skipped } = counts;
    note(`${done} would be done, ${failed} would fail, ${skipped} done before; journal: ${journal}`);
    return statusOf(counts);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function runJobs(
  run: Run,
  client: XcapClient,
  jobs: readonly Job[],
  options: { readonly journal: FileJournal; readonly concurrency: number },
): Promise<Counts> {
  const bar = new ProgressBar(jobs.length);
  const signal = interrupted();
  const queue = new OrderedJobs(jobs, signal);
  let skipped = 0;
  const passwords = await passwordsOf(run);
  const report = await client.provision(provisionJobs(queue), {
    ...options,
    signal,
    credentials: (user = '') => passwords.get(user),
    onProgress: ({ finished, failed, last }) => {
      const job = queue.given[last.index];
      if (job) queue.finish(job);
      if (last.status === 'skipped') skipped++;
      if (last.status === 'failed' && failed <= MOST_SHOWN) {
        bar.clear();
        const who = last.user === undefined ? '' : ` (${shown(last.user)})`;
        complain(`line ${job?.line}${who}: ${describeError(last.error, run.program).message}`);
      }
      bar.update(finished, failed, skipped);
    },
  });
  bar.end();
  const { done, failed } = report;
  if (failed > MOST_SHOWN) complain(`and ${failed - MOST_SHOWN} more jobs failed`);
  return { done, failed, skipped, notDone: jobs.length - done - failed - skipped };
}

async function* provisionJobs(queue: OrderedJobs) {
  for await (const { id, user, usage, document, auth, change } of queue)
    yield { id, user: { xui: user }, usage, document, auth, change };
}

/** The credentials in the file of --users, by XUI. */
async function passwordsOf({ options }: Run): Promise<ReadonlyMap<string, { readonly password: string }>> {
  const file = options.text('users');
  const passwords = new Map<string, { readonly password: string }>();
  if (file === undefined) return passwords;
  const { parseUsersFile } = await import('../../server/auth/users-file.ts');
  for (const [user, password] of Object.entries(parseUsersFile(readText(file, '--users')))) {
    if (typeof password !== 'string')
      throw new CliFailure(`${file} has a hash of ${user}'s password; a client needs the password.`);
    passwords.set(xuiOf(user), { password });
  }
  return passwords;
}
