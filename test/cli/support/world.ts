import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { it as base, inject, vi } from 'vitest';
import { XcapClient } from '../../../src/client/client.ts';
import type { AnyUsage } from '../../../src/documents/usage.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { createXcapServer } from '../../../src/server/index.ts';

// Each step starts a process, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 300_000 });

/** How a process ended. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a person at a shell has: a home with a configuration, a folder with files, a server. */
export interface World {
  readonly root: string;
  readonly home: string;
  readonly folder: string;
  /** Runs a line in bash, where both programs can be found. */
  sh(line: string, env?: Readonly<Record<string, string>>): Promise<Outcome>;
  /** Runs it with this standard input. */
  feed(stdin: string, line: string): Promise<Outcome>;
  /** Talks to a program on a pseudo-terminal. */
  terminal(
    command: readonly string[],
    steps: readonly Step[],
    env?: Readonly<Record<string, string>>,
    columns?: number,
  ): Promise<Talk>;
  write(name: string, text: string): Promise<void>;
  /** Returns the lists of Alice on the server, read without a process. */
  stored(): Promise<string>;
  /** Stores documents of Alice, without a process. */
  store(...documents: readonly [usage: AnyUsage, text: string][]): Promise<void>;
}

/** What to wait for, and what to type then. */
export interface Step {
  readonly expect: string;
  readonly send: string;
}

/** What a pseudo-terminal saw. */
export interface Talk {
  readonly output: string;
  readonly status: number;
  /** How many steps were done. */
  readonly matched: number;
}

export const FRIENDS = `<?xml version="1.0" encoding="UTF-8"?>
<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">
  <list name="friends">
    <display-name>Friends</display-name>
    <entry uri="sip:bob@example.com"><display-name>Bob</display-name></entry>
    <entry uri="sip:carol@example.com"><display-name>Cärol O'Neil</display-name></entry>
    <list name="close friends"><entry uri="sip:dave@example.com"/></list>
  </list>
</resource-lists>
`;

const ini = (root: string): string => `# the accounts of the tests
[Account]
xcap_root = ${root}
sip_address = alice@example.com
password = s#cret; %20
[Account_bob]
xcap_root: ${root}
sip_address: sip:bob@example.com
password: bob's
`;

/** Each test gets a world of its own; alice has the FRIENDS on the server. */
export const it = base.extend<{ world: World }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants a pattern
  world: async ({}, use) => {
    const server = await createXcapServer({
      users: { 'sip:alice@example.com': 's#cret; %20', 'sip:bob@example.com': "bob's" },
    });
    const home = await mkdtemp(join(tmpdir(), 'xcap-cli-'));
    const folder = join(home, 'work');
    await mkdir(folder);
    await writeFile(join(home, '.xcapclient.ini'), ini(server.root), { mode: 0o600 });
    const client = new XcapClient({ root: server.root, user: 'alice@example.com', password: 's#cret; %20' });
    const world = worldAt(server.root, client, home, folder);
    await Promise.all([world.write('friends.xml', FRIENDS), world.store([resourceLists, FRIENDS])]);
    await use(world);
    await client.close();
    await server.close();
    await rm(home, { recursive: true });
  },
});

function worldAt(root: string, client: XcapClient, home: string, folder: string): World {
  const bin = inject('cliBin');
  const base = { HOME: home, PATH: `${bin}:${process.env['PATH'] ?? ''}`, TERM: 'xterm', LANG: 'C.UTF-8' };
  const bash = (line: string, env: Readonly<Record<string, string>> = {}, stdin = ''): Promise<Outcome> =>
    run(['bash', '-c', line], { cwd: folder, env: { ...base, ...env }, stdin });
  return {
    root,
    home,
    folder,
    sh: (line, env) => bash(line, env),
    feed: (stdin, line) => bash(line, {}, stdin),
    write: (name, text) => writeFile(join(folder, name), text),
    stored: async () => (await client.get(resourceLists)).text,
    async store(...documents) {
      for (const [usage, text] of documents) await client.put(usage, text);
    },
    async terminal(command, steps, env = {}, columns = 200) {
      const task = JSON.stringify({ command, cwd: folder, steps, columns });
      const { stdout, stderr } = await run(['python3', resolve('test/support/pseudo-terminal.py'), task], {
        cwd: folder,
        env: { ...process.env, ...base, NO_COLOR: '', ...env },
        stdin: '',
      });
      if (stdout === '') throw new TypeError(`the pseudo-terminal failed: ${stderr}`);
      return JSON.parse(stdout) as Talk; // printed by our own script
    },
  };
}

function run(
  [command = '', ...args]: readonly string[],
  { cwd, env, stdin }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly stdin: string },
): Promise<Outcome> {
  return new Promise((resolved, reject) => {
    const child = spawn(command, args, { cwd, env });
    const [out, err]: Buffer[][] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => out?.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err?.push(chunk));
    child.on('error', reject);
    child.on('close', (status) => {
      resolved({ status, stdout: Buffer.concat(out ?? []).toString(), stderr: Buffer.concat(err ?? []).toString() });
    });
    // A program that reads nothing may be gone already.
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
  });
}

/** Whether a program is there; if not, says which tests are left out. */
export function has(program: string): boolean {
  const found = spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
  if (!found) console.warn(`skipped: no ${program} here, which these tests drive`);
  return found;
}
