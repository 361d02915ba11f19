import { readFile } from 'node:fs/promises';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { describe, expect } from 'vitest';
import { it } from './support/world.ts';

const pem = (name: string): string => resolve('test/cli/tls', `${name}.pem`);

/** An https server with a certificate of the test authority. */
async function startTls(name: 'server' | 'expired', options: ServerOptions = {}) {
  const [cert, key] = await Promise.all([readFile(pem(name)), readFile(pem(`${name}-key`))]);
  const server = createServer({ cert, key, ...options }, (_, response) => response.end('<x/>'));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    // listen() on a port always gives an AddressInfo.
    root: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

describe.concurrent('the certificate of the server', () => {
  it('is verified: an unknown authority is refused, and --ca names it', async ({ world }) => {
    await using server = await startTls('server');
    const refused = await world.sh(`xcapclient get --app x --xcap-root ${server.root}`);
    expect(refused.stderr).toMatch(/FATAL: the server's certificate comes from an unknown authority; .*--ca FILE/);
    expect(refused.status).toBe(1);
    expect((await world.sh(`xcapclient get --app x --xcap-root ${server.root} --ca ${pem('ca')}`)).status).toBe(0);
  });

  it('is told when it has expired, and --insecure goes on', async ({ world }) => {
    await using server = await startTls('expired');
    const refused = await world.sh(`xcap get --app x --xcap-root ${server.root} --ca ${pem('ca')}`);
    expect(refused.stderr).toContain("the server's certificate has expired");
    expect((await world.sh(`xcap get --app x --xcap-root ${server.root} --insecure`)).status).toBe(0);
  });
});

describe.concurrent('a certificate of the client', () => {
  it('is shown with --cert and --key', async ({ world }) => {
    await using server = await startTls('server', { requestCert: true, ca: await readFile(pem('ca')) });
    const call = `xcapclient get --app x --xcap-root ${server.root} --ca ${pem('ca')}`;
    expect((await world.sh(call)).status).toBe(1);
    expect((await world.sh(`${call} --cert ${pem('client')} --key ${pem('client-key')}`)).status).toBe(0);
  });

  it.for([
    [`--cert ${pem('client')}`, 'give both --cert and --key'],
    ['--ca none.pem', 'none.pem cannot be read (no such file)'],
    ['--ca friends.xml', 'friends.xml of --ca contains nothing in PEM form'],
  ])('mistakes in its files are told: %s', async ([options, message], { world }) => {
    const { status, stderr } = await world.sh(`xcapclient get --app x ${options}`);
    expect(stderr).toContain(message);
    expect(status).toBe(1);
  });
});
