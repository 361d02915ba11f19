/** Runs a server in this process until it is asked to end. */

import type { XcapServer } from '../../server/index.ts';
import { CliFailure } from '../failure.ts';
import { aborted } from '../interrupt.ts';
import type { Options } from '../options/options.ts';
import { shown } from '../output/escape.ts';
import { complain, note } from '../output/terminal.ts';
import { checkStorage, openStorage } from './database.ts';
import { type ListenAddress, listenAddress } from './listen-address.ts';
import { LogFile } from './log-file.ts';
import { type ServerModule, serverOptions, usersOf } from './server-options.ts';
import { Colleagues, isWorker } from './worker.ts';

/** Milliseconds in which clients are told to use another connection, and then for requests under way. */
const CLOSING = { drain: 1000, grace: 10_000 };

/** Runs a server. @param onStart - called when it accepts connections */
export async function runServer(
  options: Options,
  module: ServerModule,
  signal: AbortSignal,
  onStart: (server: XcapServer) => void | Promise<void>,
): Promise<void> {
  const isOneOfSeveral = isWorker();
  const colleagues = new Colleagues();
  const given = serverOptions(options, module);
  const users = usersOf(options, module);
  const file = options.text('access-log');
  const storage = await openStorage(options);
  const log = file === undefined ? undefined : new LogFile(file);
  try {
    // The first process has checked it. A worker starts while the database is away, too.
    if (!isOneOfSeveral) await checkStorage(storage);
    const { host, port } = listenAddress(options);
    const server = await module
      .createXcapServer({
        ...given,
        ...(given.metrics && isOneOfSeveral && { metrics: (own) => colleagues.collect(own) }),
        host,
        port,
        store: storage.store,
        users: storage.users ?? users,
        accessLog: log && ((entry) => log.write(entry)),
      })
      .catch((error: unknown) => {
        throw explained(error, { host, port });
      });
    const stopReloading = reloadOnHangup(() => {
      // The file of users may be wrong: then nothing is changed.
      const renewed = options.flag('users') ? usersOf(options, module) : undefined;
      log?.reopen();
      if (renewed) server.replaceUsers(renewed);
    });
    if (isOneOfSeveral) colleagues.join(server);
    await onStart(server);
    await aborted(AbortSignal.any([signal, colleagues.retired]));
    // Another worker accepts connections in place of one that is retired.
    await server.close({ ...CLOSING, accept: !colleagues.retired.aborted });
    stopReloading();
  } finally {
    await storage.close();
    log?.close();
  }
}

/** The advice for each system error of an address that cannot be listened on. */
const ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'choose another port, or 0 for any free one',
  EACCES: 'choose a port above 1023, or 0 for any free one',
  EADDRNOTAVAIL: 'choose an address of this machine',
  ENOTFOUND: 'no host has this name; choose an address of this machine, such as 127.0.0.1',
  EAI_AGAIN: 'the name of the host cannot be looked up; choose an address of this machine, such as 127.0.0.1',
};

function explained(error: unknown, { host, port }: ListenAddress): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const advice = ADVICE[code];
  if (advice === undefined) return error;
  const where = `port ${port}${host === undefined ? '' : ` of ${shown(host)}`}`;
  return new CliFailure(`The server cannot listen on ${where} (${code}): ${advice}.`, undefined, { cause: error });
}

/** Runs `reload` at each SIGHUP. On a terminal the signal ends the program as usual: the terminal was closed. */
function reloadOnHangup(reload: () => void): () => void {
  if (process.stdout.isTTY) return () => undefined;
  const onHangup = (): void => {
    try {
      reload();
      note('users and log file were read again');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      complain(`Users and log file stay as they were: ${reason}`);
    }
  };
  process.on('SIGHUP', onHangup);
  return () => process.off('SIGHUP', onHangup);
}
