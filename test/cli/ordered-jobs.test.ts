import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Job } from '../../src/cli/jobs/jobs.ts';
import { OrderedJobs } from '../../src/cli/jobs/ordered-jobs.ts';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';

const jobOf = (user: string, line: number): Job => ({
  line,
  id: String(line),
  user,
  usage: resourceLists,
  document: undefined,
  change: () => {},
});

it('gives out the jobs of each document one after the other, in the order of the file', async () => {
  const users = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(users, fc.integer({ min: 1, max: 4 }), fc.infiniteStream(fc.nat()), async (names, most, picks) => {
      const jobs = names.map((name, index) => jobOf(name, index + 1));
      const queue = new OrderedJobs(jobs, new AbortController().signal);
      const source = queue[Symbol.asyncIterator]();
      const underWay: Job[] = [];
      const finishOne = (): void => {
        const pick = (picks.next().value ?? 0) % underWay.length;
        for (const job of underWay.splice(pick, 1)) queue.finish(job);
      };
      for (;;) {
        const next = source.next();
        // The source waits while every job that is left belongs to a document with a job under way.
        while (underWay.length >= most || (underWay.length > 0 && !(await isSettled(next)))) finishOne();
        const { value: job } = await next;
        if (!job) break;
        expect(underWay.filter(({ user }) => user === job.user)).toEqual([]);
        underWay.push(job);
      }
      expect(queue.given).toHaveLength(jobs.length);
      for (const name of new Set(names))
        expect(queue.given.filter(({ user }) => user === name)).toEqual(jobs.filter(({ user }) => user === name));
    }),
  );
});

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(() => (settled = true));
  for (let turn = 0; turn < 10; turn++) await undefined;
  return settled;
}

it('lets the jobs of other documents overtake one that waits', async () => {
  const queue = new OrderedJobs([jobOf('a', 1), jobOf('a', 2), jobOf('b', 3)], new AbortController().signal);
  const source = queue[Symbol.asyncIterator]();
  expect((await source.next()).value).toMatchObject({ line: 1 });
  expect((await source.next()).value).toMatchObject({ line: 3 });
});

it('ends when it is aborted, although a job under way never finishes', async () => {
  const ending = new AbortController();
  const source = new OrderedJobs([jobOf('a', 1), jobOf('a', 2)], ending.signal)[Symbol.asyncIterator]();
  await source.next();
  const next = source.next();
  ending.abort();
  expect(await next).toEqual({ done: true, value: undefined });
});
