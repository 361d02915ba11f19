import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireLock, type Lock } from '../../src/platform/lock-file.ts';
import { ownIdentity } from '../../src/platform/process-identity.ts';
import { Random } from '../chaos/random.ts';

const isLinux = process.platform === 'linux';
/** Above every process id that Linux gives out. */
const NO_PROCESS = 2 ** 22 + 1;

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'xcap-lock-'));
  path = join(directory, 'document.json.lock');
});
afterEach(() => rm(directory, { recursive: true }));

const taken = async (patience?: number): Promise<Lock> => {
  const result = await acquireLock(path, patience);
  return 'lock' in result ? result.lock : expect.unreachable(`held by ${JSON.stringify(result.holder)}`);
};
const held = async (file: string, holder: object, age = 0): Promise<void> => {
  await writeFile(file, JSON.stringify(holder));
  const time = Date.now() / 1000 - age;
  await utimes(file, time, time);
};

describe('acquireLock', () => {
  it('creates a private file and removes it on release', async () => {
    const lock = await taken();
    expect(await lock.isHeld()).toBe(true);
    expect(await readdir(directory)).toEqual(['document.json.lock']);
    expect((await stat(path)).mode & 0o077).toBe(0);
    await lock.release();
    expect(await readdir(directory)).toEqual([]);
  });

  it('names the holder that does not release the lock in time', async () => {
    await taken();
    const { pid, host } = await ownIdentity();
    expect(await acquireLock(path, 10)).toMatchObject({ holder: { pid, host } });
    expect(await readdir(directory)).toEqual(['document.json.lock']);
  });

  it('waits until the holder releases the lock', async () => {
    const first = await taken();
    const second = acquireLock(path, 10_000);
    await first.release();
    expect(await second).toHaveProperty('lock');
  });

  it('takes over from a process that has ended', async () => {
    await held(path, { ...(await ownIdentity()), pid: NO_PROCESS, id: 'dead' });
    const lock = await taken(0);
    expect(await lock.isHeld()).toBe(true);
    await lock.release();
    expect(await readdir(directory)).toEqual([]);
  });

  it.runIf(isLinux)('takes over from a process that has ended and left its process id to another', async () => {
    await held(path, { ...(await ownIdentity()), started: '1', id: 'dead' });
    await (await taken(0)).release();
  });

  it('takes over from a successor that has ended before it had the lock', async () => {
    const dead = { ...(await ownIdentity()), pid: NO_PROCESS };
    await held(path, { ...dead, id: 'first' });
    await held(`${path}.after-first`, { ...dead, id: 'second' });
    await held(`${path}.after-second`, { ...dead, id: 'third' });
    await held(`${path}.by-fourth`, { ...dead, id: 'fourth' });
    await (await taken(0)).release();
    expect(await readdir(directory)).toEqual([]);
  });

  it('does not take over from a process of another machine or container', async () => {
    const self = await ownIdentity();
    for (const other of [{ host: 'elsewhere' }, { boot: 'other' }, { namespace: 'other' }]) {
      await held(path, { ...self, pid: NO_PROCESS, ...other, id: 'other' });
      expect(await acquireLock(path, 0)).toMatchObject({ holder: { id: 'other' } });
    }
  });

  it('takes over from a process of another machine after a minute', async () => {
    await held(path, { ...(await ownIdentity()), host: 'elsewhere', id: 'other' }, 61);
    await (await taken(0)).release();
  });

  it.runIf(isLinux)('does not take over from a running process, however long it holds the lock', async () => {
    await held(path, { ...(await ownIdentity()), id: 'slow' }, 3600);
    expect(await acquireLock(path, 0)).toMatchObject({ holder: { id: 'slow' } });
  });

  it.each(['', '{"id":', '{"id":"../../x"}', '[]', 'null'])(
    'takes over from a holder that left %j, after a minute only',
    async (text) => {
      await writeFile(path, text);
      expect(await acquireLock(path, 0)).toHaveProperty('holder');
      const time = Date.now() / 1000 - 61;
      await utimes(path, time, time);
      await (await taken(0)).release();
    },
  );

  it('gives a lock to one of many that take it over at once', async () => {
    for (let round = 0; round < 20; round++) {
      await held(path, { ...(await ownIdentity()), pid: NO_PROCESS, id: `dead${round}` });
      const results = await Promise.all(Array.from({ length: 10 }, () => acquireLock(path, 0)));
      const locks = results.flatMap((result) => ('lock' in result ? [result.lock] : []));
      expect(locks).toHaveLength(1);
      await locks[0]?.release();
    }
  });

  it('tells a holder that its lock was taken over', async () => {
    const lock = await taken();
    await held(path, { ...(await ownIdentity()), id: 'other' });
    expect(await lock.isHeld()).toBe(false);
    await lock.release();
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ id: 'other' });
  });
});

it('has one holder at a time among processes that are killed', async () => {
  const [LANES, KILLS, ROUNDS] = [4, 60, 100_000];
  const random = new Random(Date.now());
  const log = join(directory, 'log');
  await writeFile(log, '');
  const program = join(directory, 'lock-child.mjs');
  const bundle = await rolldown({ input: join(import.meta.dirname, 'lock-child.mjs'), platform: 'node' });
  await bundle.write({ file: program });
  await bundle.close();
  const run = (rounds: number, life?: number) =>
    new Promise<string>((resolve, reject) => {
      const child = spawn(process.execPath, [program, path, log, String(rounds)]);
      let errors = '';
      child.stderr.on('data', (data) => {
        errors += data;
      });
      child.on('error', reject);
      child.on('close', () => resolve(errors));
      // Each program has held the lock once before it is killed, however slow the machine is.
      child.stdout.once('data', () => {
        if (life !== undefined) setTimeout(() => child.kill('SIGKILL'), life);
      });
    });
  const lane = async (): Promise<void> => {
    for (let kill = 0; kill < KILLS / LANES; kill++) expect(await run(ROUNDS, random.below(60))).toBe('');
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  expect(await run(1)).toBe('');

  const lines = (await readFile(log, 'utf8')).split('\n').slice(0, -1);
  const left = new Set(lines.filter((line) => line.startsWith('leave ')).map((line) => line.slice(6)));
  let inside: string | undefined;
  for (const line of lines) {
    const [what, id] = line.split(' ');
    // A holder that was killed never leaves.
    if (what === 'enter')
      expect(inside === undefined || !left.has(inside), `${id} entered beside ${inside}`).toBe(true);
    else expect(inside).toBe(id);
    inside = what === 'enter' ? id : undefined;
  }
  expect(left.size).toBeGreaterThan(KILLS);
  const leftovers = (await readdir(directory)).filter((name) => name !== 'log');
  expect(leftovers.length, leftovers.join()).toBeLessThan(KILLS);
}, 120_000);
