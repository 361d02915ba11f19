import type { Command } from '../command.ts';
import { CliFailure, EXIT, UsageFailure } from '../failure.ts';
import { interrupted } from '../interrupt.ts';
import { extraOptions } from '../options/global-options.ts';
import type { Options } from '../options/options.ts';
import { note, print } from '../output/terminal.ts';
import { isShared } from '../serve/database.ts';
import { runServer } from '../serve/run-server.ts';
import { isWorker, leave } from '../serve/worker.ts';

/** `xcap serve`. */
export const command: Command = {
  name: 'serve',
  synopsis: ['serve [OPTIONS]'],
  description: [
    'Runs an XCAP server (RFC 4825) until it is interrupted with CTRL-C, and prints its root. Without users, every document can be read and written without a password.',
    'SIGTERM ends the server when the requests under way are answered. SIGHUP reads the file of users again, and opens the access log again; with --workers, SIGUSR2 replaces one worker after the other.',
  ],
  options: [
    extraOptions.port,
    extraOptions.host,
    extraOptions.listen,
    extraOptions.publicRoot,
    extraOptions.user,
    extraOptions.users,
    extraOptions.usersTable,
    extraOptions.auth,
    extraOptions.allowBasic,
    extraOptions.algorithm,
    extraOptions.realm,
    extraOptions.serverCert,
    extraOptions.serverKey,
    extraOptions.clientCa,
    extraOptions.cors,
    extraOptions.quirks,
    extraOptions.compat,
    extraOptions.store,
    extraOptions.workers,
    extraOptions.health,
    extraOptions.metrics,
    extraOptions.accessLog,
    extraOptions.limit,
    extraOptions.permissive,
    extraOptions.createFolders,
  ],
  examples: [
    {
      line: 'timeout --foreground --preserve-status --signal=INT 3 xcap serve --port 0 --user alice@example.com:secret',
      does: 'serves one user with a password, on any free port',
    },
    {
      line: 'timeout --foreground --preserve-status --signal=INT 3 xcap serve --port 0 --store documents --permissive',
      does: 'keeps the documents, of any application, in a folder',
    },
  ],
  async run({ options, args }) {
    if (args.length > 0) throw new CliFailure('serve takes no arguments; see xcap serve --help.');
    const workers = workersOf(options);
    if (workers > 1 && !isWorker()) {
      const { runWorkers } = await import('../serve/run-workers.ts');
      return runWorkers(options, workers, announce);
    }
    try {
      const module = await import('../../server/index.ts');
      await runServer(options, module, interrupted(), ({ root }) => (isWorker() ? undefined : announce(root)));
      return EXIT.ok;
    } finally {
      if (isWorker()) leave();
    }
  },
};

async function announce(root: string): Promise<void> {
  await print(root);
  note('end it with CTRL-C');
}

function workersOf(options: Options): number {
  const text = options.text('workers') ?? '1';
  const workers = Number(text);
  if (!Number.isInteger(workers) || workers < 1 || workers > MOST_WORKERS)
    throw new UsageFailure(`option --workers: '${text}' is not a number from 1 to ${MOST_WORKERS}`);
  if (workers > 1 && !isShared(options))
    throw new UsageFailure(
      'option --workers: documents in files or in memory belong to one process; several need --store postgres://USER@HOST/DATABASE',
    );
  return workers;
}

const MOST_WORKERS = 256;
