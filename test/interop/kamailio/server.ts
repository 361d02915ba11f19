import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { XcapClient } from '../../../src/client/client.ts';
import type { XcapClientOptions } from '../../../src/client/options.ts';

const run = promisify(execFile);
const script = (name: string): string => join(import.meta.dirname, name);

const NEEDED = ['/usr/sbin/kamailio', '/usr/share/kamailio/db_sqlite', '/usr/bin/sqlite3', '/usr/bin/curl'];
const missing = NEEDED.filter((path) => !existsSync(path));

/** Why these tests cannot run here; `undefined` where they can. */
export const skipReason =
  missing.length > 0
    ? `no Kamailio here (${missing.join(', ')} missing): apt-get install kamailio kamailio-presence-modules kamailio-xml-modules kamailio-sqlite-modules sqlite3 curl`
    : undefined;

if (skipReason) console.warn(`test/interop/kamailio skipped: ${skipReason}`);

/** Settings of `start.sh`. */
export interface KamailioSettings {
  readonly KAMAILIO_WORKERS?: string;
  readonly KAMAILIO_NONCE_COUNT?: string;
  readonly KAMAILIO_ONE_TIME_NONCE?: string;
  readonly KAMAILIO_NONCE_EXPIRE?: string;
  readonly KAMAILIO_ALGORITHM?: string;
}

/** A Kamailio of the test's own, with Alice, Bob and Carol on it. */
export interface Kamailio extends AsyncDisposable {
  readonly root: string;
  /** A client of Alice's with the automatic profile, unless the options say otherwise. */
  client(options?: Partial<XcapClientOptions>): XcapClient;
}

/** Starts a fresh, empty server. */
export async function startKamailio(settings: KamailioSettings = {}): Promise<Kamailio> {
  const directory = await mkdtemp(join(tmpdir(), 'xcap-kamailio-'));
  const port = await freePort();
  const env = { ...process.env, ...settings };
  const { stdout } = await run(script('start.sh'), [String(port), directory], { env });
  const root = stdout.trim();
  const clients: XcapClient[] = [];
  return {
    root,
    client(options = {}) {
      const client = new XcapClient({
        root,
        user: 'sip:alice@example.com',
        password: '123',
        ...options,
      });
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((client) => client.close()));
      await run(script('stop.sh'), [directory]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
