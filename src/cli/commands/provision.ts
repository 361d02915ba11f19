import type { AnyUsage } from '../../documents/usage.ts';
import { xuiOf } from '../../selector/document-uri.ts';
import type { Command, Run } from '../command.ts';
import { describeError } from '../describe-error.ts';
import { numberOf } from '../documents/document-access.ts';
import type { Job } from '../documents/jobs.ts';
import { CliFailure, EXIT } from '../failure.ts';
import { readBody } from '../files/input.ts';
import { interrupted } from '../interrupt.ts';
import { accountOptions, dryRunOption, extraOptions, jsonOption, profileOption } from '../options/global-options.ts';
import { ProgressBar } from '../output/progress-bar.ts';
import { complain, note, print, shown } from '../output/terminal.ts';
import { printPlan } from '../requests/dry-run.ts';

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
    const { readJobs } = await import('../documents/jobs.ts');
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
  const signal = interrupted();
  const counts = { done: 0, failed: 0, skipped: 0, notDone: 0 };
  for (const wave of wavesOf(jobs)) {
    const before = counts.done + counts.failed + counts.skipped;
    const failedBefore = counts.failed;
    const report = await client.provision(wave.map(asProvisionJob), {
      concurrency: Math.ceil(numberOf(run.options, 'concurrency', 16)),
      journal,
      signal,
      onProgress: ({ finished, failed }) => bar.update(before + finished, failedBefore + failed),
    });
    counts.done += report.done;
    counts.failed += report.failed;
    counts.skipped += report.skipped;
    counts.notDone += report.notDone;
    for (const { index, status, user, error } of report.results) {
      if (status !== 'failed') continue;
      bar.clear();
      complain(
        `line ${wave[index]?.line}${user === undefined ? '' : ` (${shown(user)})`}: ${describeError(error, run.program).message}`,
      );
    }
  }
  bar.end();
  const { done, failed, skipped, notDone } = counts;
  if (run.options.flag('json')) await print(JSON.stringify(counts));
  else note(`${done} done, ${failed} failed, ${skipped} done before, ${notDone} not begun; journal: ${journal}`);
  if (failed + notDone > 0) note('Run it again to try what is left.');
  return failed + notDone > 0 ? EXIT.failed : EXIT.ok;
}

/** Jobs of one document run in the order of the file, one per wave; those of different documents side by side. */
function wavesOf(jobs: readonly Job[]): Job[][] {
  const waves: Job[][] = [];
  const depths = new Map<string, number>();
  for (const job of jobs) {
    const place = JSON.stringify([job.user, job.usage.auid, job.document]);
    const depth = depths.get(place) ?? 0;
    depths.set(place, depth + 1);
    waves[depth] ??= [];
    waves[depth]?.push(job);
  }
  return waves;
}

const asProvisionJob = ({ id, user, usage, document, change }: Job) => ({
  id,
  user: user === undefined ? undefined : xuiOf(user),
  usage,
  document,
  change,
});

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
