import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { rolldown } from 'rolldown';

const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Why there can be no browser here; `false` when there can. */
export const skipReason = existsSync(EXECUTABLE)
  ? false
  : `${EXECUTABLE} is missing; install Debian's chromium or set CHROMIUM`;
if (skipReason) console.warn(`test/browser skipped: ${skipReason}`);

/** Starts Chromium without a window and without network traffic of its own. Hosts below `.test` are the loopback host. */
export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP *.test 127.0.0.1',
    ],
  });

/** A folder on loopback. */
export interface Site extends AsyncDisposable {
  readonly url: string;
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' };

/**
 * Serves the files of a folder, by name.
 *
 * @param tls - key and certificate in PEM. Default: plain HTTP.
 */
export async function serve(folder: string, tls?: { readonly key: string; readonly cert: string }): Promise<Site> {
  const answer: RequestListener = ({ url = '/' }, response) => {
    const name = url === '/' ? 'index.html' : (/^\/([\w.-]+)/.exec(url)?.[1] ?? '');
    const type = TYPES[extname(name)];
    if (type === undefined || !existsSync(join(folder, name))) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(readFileSync(join(folder, name)));
  };
  const server = tls ? createSecureServer(tls, answer) : createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Makes a folder with a page that has the package as the global `xcap`. */
export async function makePage(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const build = await rolldown({ input: 'dist/index.js', platform: 'browser', logLevel: 'silent' });
  await build.write({ file: `${folder}/xcap.js` });
  await build.close();
  writeFileSync(
    `${folder}/index.html`,
    `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>xcap</title>
<script type="module">import * as xcap from './xcap.js'; window.xcap = xcap;</script>`,
  );
}
