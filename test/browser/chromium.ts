import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Why there can be no browser here; `false` when there can. */
export const skipReason = existsSync(EXECUTABLE)
  ? false
  : `${EXECUTABLE} is missing; install Debian's chromium or set CHROMIUM`;
if (skipReason) console.warn(`test/browser skipped: ${skipReason}`);

/** Starts Chromium without a window, and without its own talk to the network. */
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
    ],
  });

/** A folder on loopback. */
export interface Site extends AsyncDisposable {
  readonly url: string;
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' };

/** Serves the files of a folder, by name. */
export async function serve(folder: string): Promise<Site> {
  const server = createServer(({ url = '/' }, response) => {
    const name = url === '/' ? 'index.html' : (/^\/([\w.-]+)/.exec(url)?.[1] ?? '');
    const type = TYPES[extname(name)];
    if (type === undefined || !existsSync(join(folder, name))) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(readFileSync(join(folder, name)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
