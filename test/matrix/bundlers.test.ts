import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { launch, serve, skipReason } from '../browser/chromium.ts';
import { ACCOUNT, failuresIn, makeMatrixProject, startServer } from './setup.ts';

const execute = promisify(execFile);
const BUNDLE = 'tools/matrix/bundle.mjs';

let browser: Browser;
let folder: string;

/** Opens a page at this address, and returns which tests fail there. */
async function failuresAt(url: string): Promise<string[]> {
  await using server = await startServer('SHA-256', [new URL(url).origin]);
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  const account = { root: server.root, ...ACCOUNT };
  await page.goto(`${url}#${encodeURIComponent(JSON.stringify(account))}`);
  await page
    .waitForFunction("document.querySelector('pre').textContent !== ''", undefined, { timeout: 60_000 })
    .catch(() => complaints.push('the tests did not end'));
  const results = await page.textContent('pre');
  await page.close();
  return [...complaints, ...(results ? failuresIn(results) : [])];
}

/** Returns the first line that a program prints. */
async function firstLine({ stdout, stderr }: ChildProcess): Promise<string> {
  let errors = '';
  stderr?.on('data', (data) => {
    errors += data;
  });
  const [line] = stdout ? await once(stdout, 'data', { signal: AbortSignal.timeout(60_000) }) : [];
  return String(line ?? errors).trim();
}

describe.skipIf(skipReason)('the packed package in Chromium', () => {
  beforeAll(async () => {
    ({ folder } = await makeMatrixProject('bundlers'));
    browser = await launch();
  }, 120_000);
  afterAll(() => browser.close());

  it.each(['esbuild', 'rolldown', 'vite', 'webpack'])('bundled by %s, passes every test', async (bundler) => {
    await execute(process.execPath, [BUNDLE, bundler, folder], { timeout: 90_000 });
    await using site = await serve(`${folder}/out/${bundler}`);
    expect(await failuresAt(site.url)).toEqual([]);
  });

  it("served by Vite's dev server, passes every test", async () => {
    const server = spawn(process.execPath, [BUNDLE, 'vite-dev', folder]);
    onTestFinished(() => {
      server.kill();
    });
    const url = await firstLine(server);
    expect(url).toMatch(/^http:/);
    expect(await failuresAt(url)).toEqual([]);
  });
});
