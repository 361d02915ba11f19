import type { AnyUsage } from '../../documents/usage.ts';
import { xuiOf } from '../../selector/document-uri.ts';
import type { Command, Run } from '../command.ts';
import { describeError } from '../describe-error.ts';
import { numberOf } from '../document-access.ts';
import { printPlan } from '../dry-run.ts';
import { CliFailure, EXIT } from '../failure.ts';
import { accountOptions, dryRunOption, extraOptions, jsonOption, profileOption } from '../global-options.ts';
import { readBody } from '../input.ts';
import type { Job } from '../jobs.ts';
import { ProgressBar } from '../progress-bar.ts';
import { complain, note, print, shown } from '../terminal.ts';

/** `xcap provision`. */
export const command: Command = {
  name: 'provision',
  synopsis: ['provision [OPTIONS] JOBS.jsonl'],
  description: [
    'Runs many edits, for many users. Each line of the file is a JSON object with the user, and one verb: add (a list; with uri and name a buddy in it), remove (the same), allow, block, politeBlock, confirm (a URI or a domain), put (XML; with selector a node, else the document of app) or delete (a selector). id names a job; else its line does.',
    'The whole file is checked before anything is sent; mistakes are told by line. A failed job stops no other. Finished jobs are noted in a journal, so that the same call goes on after an interruption.',
    'Ends with status 1 when a job failed.',
  ],
  options: [extraOptions.concurrency, extraOptions.journal, dryRunOption, jsonOption, profileOption, ...accountOptions],
  examples: [
    { line: 'xcap provision jobs.jsonl', does: 'runs the jobs of a file' },
    { line: 'xcap provision jobs.jsonl --dry-run', does: 'checks the file and shows what would be sent' },
  ],
  async run(run) {
    const [file, ...more] = run.args;
    if (file === undefined || more.length > 0)
      throw new CliFailure('Please name one file of jobs, one JSON object a line.');
    const { readJobs } = await import('../jobs.ts');
    const { jobs, mistakes } = await readJobs((await readBody(file, 'the jobs')).bytes.toString('utf8'));
    for (const { line, problem } of mistakes) complain(`${file}, line ${line}: ${shown(problem)}`);
    if (mistakes.length > 0)
      throw new CliFailure(
        `Nothing was sent: ${mistakes.length === 1 ? 'one line is' : `${mistakes.length} lines are`} wrong; correct and run it again.`,
      );
    if (run.options.flag('dry-run')) return plan(run, jobs);
    return provision(run, jobs, run.options.text('journal') ?? `${file}.done`);
  },
};

async function provision(run: Run, jobs: readonly Job[], journal: string): Promise<number> {
  const client = await (await run.session()).client();
  const bar = new ProgressBar(jobs.length);
  const ending = new AbortController();
  process.once('SIGINT', () => ending.abort());
  const report = await client.provision(
    jobs.map(({ id, user, usage, document, change }) => ({
      id,
      user: user === undefined ? undefined : xuiOf(user),
      usage,
      document,
      change,
    })),
    {
      concurrency: Math.ceil(numberOf(run.options, 'concurrency', 16)),
      journal,
      signal: ending.signal,
      onProgress: ({ finished, failed }) => bar.update(finished, failed),
    },
  );
  bar.end();
  const failures = report.results.filter(({ status }) => status === 'failed');
  for (const { index, user, error } of failures)
    complain(
      `line ${jobs[index]?.line ?? index + 1}${user === undefined ? '' : ` (${shown(user)})`}: ${describeError(error, run.program).message}`,
    );
  const counts = {
    done: count('done'),
    failed: failures.length,
    skipped: count('skipped'),
    notDone: count('not-done'),
  };
  function count(status: string): number {
    return report.results.filter((result) => result.status === status).length;
  }
  if (run.options.flag('json')) await print(JSON.stringify(counts));
  else
    note(
      `${counts.done} done, ${counts.failed} failed, ${counts.skipped} done before, ${counts.notDone} not begun; journal: ${journal}`,
    );
  if (counts.failed + counts.notDone > 0) note('Run it again to try what is left.');
  return counts.failed + counts.notDone > 0 ? EXIT.failed : EXIT.ok;
}

/** What each job would send, were it the only one. */
async function plan(run: Run, jobs: readonly Job[]): Promise<number> {
  const client = await (await run.session()).client();
  const requests = [];
  for (const { user, usage, document, change } of jobs) {
    const call = { document, ...(user !== undefined && { user: xuiOf(user) }) };
    const synced = await client.open<AnyUsage['definition'], ReturnType<AnyUsage['create']>>(usage, call);
    change(synced.document);
    for (const { method, url, contentType = '', body = '', ifMatch, ifNoneMatch } of synced.plan())
      requests.push({
        method,
        url,
        writes: 'document' as const,
        headers: {
          'Content-Type': contentType,
          'Content-Length': String(Buffer.byteLength(body)),
          ...(ifMatch !== undefined && { 'If-Match': ifMatch }),
          ...(ifNoneMatch !== undefined && { 'If-None-Match': ifNoneMatch }),
        },
        body,
      });
  }
  await printPlan(requests, run.options.flag('json'));
  return EXIT.ok;
}
