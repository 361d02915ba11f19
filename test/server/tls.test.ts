import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { describe, expect, it } from 'vitest';
import { createXcapServer } from '../../src/server/index.ts';

const pem = (name: string): Promise<string> => readFile(new URL(`../cli/tls/${name}.pem`, import.meta.url), 'utf8');

/** The status of the capabilities over TLS. */
async function statusOf(root: string, client: { readonly cert?: string; readonly key?: string } = {}): Promise<number> {
  const ca = await pem('ca');
  return new Promise((resolve, reject) => {
    request(`${root}/xcap-caps/global/index`, { ca, ...client, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe('a server with a certificate', () => {
  it('serves https, and says so in its root', async () => {
    await using server = await createXcapServer({ tls: { key: await pem('server-key'), cert: await pem('server') } });
    expect(server.root).toBe(`https://127.0.0.1:${server.port}/xcap-root`);
    expect(await statusOf(server.root)).toBe(200);
  });

  it('refuses clients without a certificate of its authorities', async () => {
    const tls = { key: await pem('server-key'), cert: await pem('server'), ca: await pem('ca') };
    await using server = await createXcapServer({ tls });
    await expect(statusOf(server.root)).rejects.toThrow();
    expect(await statusOf(server.root, { cert: await pem('client'), key: await pem('client-key') })).toBe(200);
  });

  it('refuses a key that is not PEM', async () => {
    const cert = await pem('server');
    await expect(createXcapServer({ tls: { key: 'nonsense', cert } })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('tls: the key and the certificate cannot be used'),
    });
  });
});

describe('Basic authentication', () => {
  const users = { 'ann@x.example': 'pw' };

  it('is refused over plain HTTP on an address that others can reach', async () => {
    await expect(createXcapServer({ users, auth: 'basic', host: '0.0.0.0' })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('allowBasic'),
    });
  });

  it.each([
    { where: 'on a loopback address', options: {} },
    { where: 'when it is allowed by name', options: { host: '0.0.0.0', allowBasic: true } },
    { where: 'behind a proxy with TLS', options: { host: '0.0.0.0', publicRoot: 'https://xcap.example.com/root' } },
  ])('is accepted $where', async ({ options }) => {
    await using server = await createXcapServer({ users, auth: 'basic', ...options });
    expect(server.port).toBeGreaterThan(0);
  });
});
