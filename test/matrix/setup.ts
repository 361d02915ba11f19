import { cpSync, writeFileSync } from 'node:fs';
import { createXcapServer, type XcapServer } from '../../src/server/server.ts';
import { makeProject, type Project } from '../package/installed.ts';

/** Where `npm ci --prefix tools/matrix` has put bundlers and runtimes. */
export const TOOLS = 'tools/matrix/node_modules';

/** The account that the tests use. */
export const ACCOUNT = { user: 'sip:alice@example.com', password: 'wonderland' };

/** Starts the server that the tests in `checks.mjs` expect. */
export async function startServer(algorithm: 'MD5' | 'SHA-256', cors: readonly string[] = []): Promise<XcapServer> {
  return createXcapServer({
    users: { [ACCOUNT.user]: ACCOUNT.password },
    algorithms: [algorithm],
    cors,
    faults: [
      { target: '/hanging', silence: 'hang' },
      { target: '/large', status: 200, body: 'x'.repeat(10_000) },
    ],
  });
}

/** Makes a project that has installed the package and contains the tests. */
export async function makeMatrixProject(name: string): Promise<Project> {
  const project = await makeProject(name);
  for (const file of ['checks.mjs', 'program.mjs', 'page.js', 'index.html'])
    cpSync(`test/matrix/${file}`, `${project.folder}/${file}`);
  // Without one of its own, Bun would follow the paths of this repository's tsconfig.json to the sources.
  writeFileSync(`${project.folder}/tsconfig.json`, '{}');
  return project;
}

/** Returns the tests that failed, each with what is wrong; `no results` if none ran. */
export function failuresIn(json: string): string[] {
  const results: Record<string, string> = JSON.parse(json);
  const entries = Object.entries(results);
  return entries.length > 0
    ? entries.flatMap(([name, text]) => (text === 'ok' ? [] : [`${name}: ${text}`]))
    : ['no results'];
}
