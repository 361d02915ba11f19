/** Takes and releases a lock for as long as it lives, and writes to a log when it has the lock and when it gives it up. */
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { argv } from 'node:process';
import { acquireLock } from '../../src/platform/lock-file.ts';

const [, , path, log, rounds] = argv;
for (let round = 0; round < Number(rounds); round++) {
  const id = randomUUID();
  const result = await acquireLock(path);
  if ('holder' in result) throw new Error(`the lock was not released: ${JSON.stringify(result.holder)}`);
  appendFileSync(log, `enter ${id}\n`);
  if (Math.random() < 0.5) await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
  appendFileSync(log, `leave ${id}\n`);
  if (round === 0) process.stdout.write('left\n');
  await result.lock.release();
}
