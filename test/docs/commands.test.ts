import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { XcapClient } from '../../src/client/client.ts';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { createXcapServer } from '../../src/server/index.ts';

const run = promisify(execFile);
/** The lines of README's shell blocks that call our programs. */
const commands = [...readFileSync('README.md', 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap(([, block]) => (block ?? '').split('\n'))
  .filter((line) => /^xcap(?:client)? /.test(line));

let server: Awaited<ReturnType<typeof createXcapServer>>;
let home: string;

beforeAll(async () => {
  server = await createXcapServer({ users: { 'sip:alice@example.com': 'secret' } });
  const client = new XcapClient({ root: server.root, user: 'alice@example.com', auth: { password: 'secret' } });
  await client.edit(resourceLists, (doc) => void doc.addList('friends'));
  await client.close();
  home = mkdtempSync(join(tmpdir(), 'xcap-home-'));
  const account = `[Account]\nxcap_root = ${server.root}\nsip_address = alice@example.com\npassword = secret\n`;
  writeFileSync(join(home, '.xcapclient.ini'), account, { mode: 0o600 });
  for (const name of ['xcap', 'xcapclient']) symlinkSync(resolve('dist/cli/bin.js'), join(home, name));
});
afterAll(async () => {
  rmSync(home, { recursive: true });
  await server.close();
});

describe("README's commands", () => {
  it('there are some', () => expect(commands.length).toBeGreaterThan(1));

  it.each(commands)('%s', async (line) => {
    const local = line.replace('https://xcap.example.com/xcap-root', server.root);
    const env = { ...process.env, HOME: home, PATH: `${home}:${process.env['PATH']}` };
    const { stdout } = await run('sh', ['-c', local.replace(/^(\S+)/, `'${process.execPath}' "${home}/$1"`)], { env });
    expect(stdout.trim()).not.toBe('');
  });
});
