import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FileStore } from '../../src/client/stores/file.ts';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { Random } from '../chaos/random.ts';
import { friends, startServer, type TestServer } from '../support/fixtures.ts';

const KILLS = 208;
const LANES = 4;
/** Latest kill, in milliseconds after a line: about the time of an edit with its save. */
const LATEST = 8;
const isBuilt = existsSync(join(import.meta.dirname, '../../dist/index.js'));
if (!isBuilt) console.warn('test/crash skipped: the killed programs need the build; run npm run build');

/** Output of a program until it was killed or finished. */
interface Run {
  readonly kept: readonly string[];
  readonly saved: readonly string[];
  readonly finished: boolean;
  readonly errors: string;
}

/** When to kill a program: milliseconds after it has printed a number of lines. */
interface Kill {
  readonly lines: number;
  readonly milliseconds: number;
}

/** Runs a program that edits and saves, until it is killed or finishes. */
function live(args: readonly string[], kill?: Kill): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'child.mjs'), ...args]);
    let [out, errors] = ['', ''];
    let isTimed = false;
    child.stdout.on('data', (data) => {
      out += data;
      if (isTimed || !kill || out.split('\n').length <= kill.lines) return;
      isTimed = true;
      setTimeout(() => child.kill('SIGKILL'), kill.milliseconds);
    });
    child.stderr.on('data', (data) => {
      errors += data;
    });
    child.on('error', reject);
    child.on('close', () => {
      const lines = out.split('\n').slice(0, -1);
      const said = (what: string) =>
        lines.flatMap((line) => (line.startsWith(`${what} `) ? [line.slice(what.length + 1)] : []));
      resolve({ kept: said('kept'), saved: said('saved'), finished: lines.includes('finished'), errors });
    });
  });
}

/** Kills the program of one user repeatedly. Returns the number of kills during edits. */
async function lane(server: TestServer, name: string, kills: number, random: Random): Promise<number> {
  const user = `sip:${name}@example.com`;
  const directory = await mkdtemp(join(tmpdir(), 'xcap-crash-'));
  const client = server.client({ user, password: undefined });
  const kept: string[] = [];
  let hits = 0;
  try {
    for (let run = 0; run < kills; run++) {
      const kill = { lines: 1 + random.below(6), milliseconds: random.next() * LATEST };
      const died = await live([server.root, user, directory, String(run), '100000'], kill);
      expect(died).toMatchObject({ errors: '', finished: false });
      if (died.kept.length > 0) hits++;
      kept.push(...died.kept);

      // The store contains the old state or the new one: every edit it confirmed, and at most one more.
      const store = new FileStore(directory);
      const state = await store.load(`${server.root}/resource-lists/users/${user}/index`);
      if (!state) {
        expect(kept).toEqual([]);
        continue;
      }
      const working = resourceLists
        .parse(state.working)
        .entries(friends)
        .map(({ uri }) => uri);
      expect(working.slice(0, kept.length)).toEqual(kept);
      expect(working.length - kept.length).toBeLessThanOrEqual(1);
      kept.splice(0, kept.length, ...working.map((uri = '') => uri));

      // The server contains whole saves: every confirmed edit, in order, and none twice.
      const there = await client.get(resourceLists).then(
        ({ value }) => value.entries(friends).map(({ uri }) => uri),
        () => [],
      );
      expect(there).toEqual(kept.slice(0, there.length));
      for (const uri of died.saved) expect(there).toContain(uri);
    }
    const last = await live([server.root, user, directory, 'last', '1']);
    expect(last).toMatchObject({ errors: '', finished: true });
    const { value } = await client.get(resourceLists);
    expect(value.entries(friends).map(({ uri }) => uri)).toEqual([...kept, ...last.kept]);
    expect((await readdir(directory)).filter((file) => file.includes('corrupt'))).toEqual([]);
    return hits;
  } finally {
    await rm(directory, { recursive: true });
  }
}

it.skipIf(!isBuilt)(
  `a program killed ${KILLS} times during saves loses no edit that it kept, and saves none twice`,
  async () => {
    const seed = Date.now() % 1_000_000;
    console.log(`crash: seed ${seed}`);
    await using server = await startServer({ users: undefined, auth: 'none' });
    const lanes = Array.from({ length: LANES }, (_, index) =>
      lane(server, `lane${index}`, KILLS / LANES, new Random(seed + index)),
    );
    const hits = (await Promise.all(lanes)).reduce((sum, count) => sum + count, 0);
    console.log(`crash: ${KILLS} kills, ${hits} of them during edits`);
  },
  240_000,
);
