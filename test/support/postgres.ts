import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A PostgreSQL server on a socket in a temporary directory. */
export interface PostgresServer extends AsyncDisposable {
  /** The URL of its database, for any schema. */
  readonly url: string;
  /** Starts it again after `stop` or `kill`. */
  start(): Promise<void>;
  /** Ends it in an orderly way; connections are cut. */
  stop(): Promise<void>;
  /** Kills all of it. */
  kill(): Promise<void>;
}

/** Directory of the programs of Debian's newest package; `undefined` where there is none. */
const BIN = ['/usr/lib/postgresql']
  .filter((directory) => existsSync(directory))
  .flatMap((directory) => readdirSync(directory).map((version) => join(directory, version, 'bin')))
  .filter((directory) => existsSync(join(directory, 'initdb')))
  .sort()
  .at(-1);

/** Why there is no PostgreSQL; `undefined` where there is. */
export const missingPostgres: string | undefined =
  BIN === undefined ? 'needs PostgreSQL (postgresql-15 on Debian)' : undefined;

/** Its programs refuse to run as root: they run as the user of the package. */
function runAs(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout.trim());
  return { uid: id('-u'), gid: id('-g') };
}

/** Starts a server of its own for the tests. */
export async function startPostgres(): Promise<PostgresServer> {
  if (BIN === undefined) throw new RangeError('there is no PostgreSQL');
  const bin = BIN;
  const directory = mkdtempSync(join(tmpdir(), 'xcap-pg-'));
  const as = runAs();
  if (as.uid !== undefined && as.gid !== undefined) chownSync(directory, as.uid, as.gid);
  const data = join(directory, 'data');
  const initialized = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'xcap', '-A', 'trust', '-E', 'UTF8', '--locale=C'],
    {
      ...as,
      cwd: directory,
      encoding: 'utf8',
    },
  );
  if (initialized.status !== 0) throw new RangeError(`initdb: ${initialized.stderr}`);
  let child: ReturnType<typeof spawn> | undefined;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  const start = async (): Promise<void> => {
    rmSync(join(data, 'postmaster.pid'), { force: true });
    const options = ['-D', data, '-k', directory, '-c', 'listen_addresses=', '-c', 'max_connections=100'];
    const started = spawn(join(bin, 'postgres'), options, {
      ...as,
      cwd: directory,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    let log = '';
    await new Promise<void>((resolve, reject) => {
      started.stderr.setEncoding('utf8').on('data', (text: string) => {
        log += text;
        if (log.includes('ready to accept connections')) resolve();
      });
      started.once('exit', () => reject(new RangeError(`postgres ended: ${log}`)));
    });
    // The rest is of no interest, but has to be read.
    started.stderr.resume();
  };
  await start();
  return {
    url: `postgres://xcap@localhost/postgres?host=${encodeURIComponent(directory)}`,
    start,
    stop: () => end('SIGINT'),
    kill: () => end('SIGKILL'),
    async [Symbol.asyncDispose]() {
      await end('SIGINT');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
