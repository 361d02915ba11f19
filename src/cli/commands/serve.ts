import type { QuirkName, UserSecret, XcapServerOptions } from '../../server/index.ts';
import type { PostgresStore } from '../../server/postgres/index.ts';
import type { Command } from '../command.ts';
import { CliFailure, EXIT, UsageFailure } from '../failure.ts';
import { readInput } from '../files/read.ts';
import { interrupted } from '../interrupt.ts';
import { extraOptions } from '../options/global-options.ts';
import type { Options } from '../options/options.ts';
import { note, print } from '../output/terminal.ts';

type ServerModule = typeof import('../../server/index.ts');

/** `xcap serve`. */
export const command: Command = {
  name: 'serve',
  synopsis: ['serve [OPTIONS]'],
  description: [
    'Runs an XCAP server (RFC 4825) for development and tests, until it is interrupted with CTRL-C, and prints its root.',
    'Without users, every document can be read and written without a password.',
  ],
  options: [
    extraOptions.port,
    extraOptions.host,
    extraOptions.user,
    extraOptions.users,
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
    extraOptions.health,
    extraOptions.permissive,
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
    const module = await import('../../server/index.ts');
    const { port, ...others } = serverOptions(options, module);
    const store = await storeOf(options.text('store'));
    const server = await module.createXcapServer({ port, store, ...others }).catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw error;
      throw new CliFailure(
        `The server cannot listen on port ${port} (${code}); choose another with --port, or 0 for any free one.`,
        undefined,
        { cause: error },
      );
    });
    const signal = interrupted();
    await print(server.root);
    note('end it with CTRL-C');
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    await server.close();
    if (typeof store === 'object') await store.close();
    return EXIT.ok;
  },
};

function serverOptions(options: Options, module: ServerModule): XcapServerOptions {
  const cors = options.all('cors');
  return {
    port: portOf(options.text('port')),
    host: options.text('host'),
    users: usersOf(options, module),
    auth: choiceOf(options, 'auth', ['digest', 'basic', 'none']),
    allowBasic: options.flag('allow-basic'),
    ...(options.flag('algorithm') && {
      algorithms: options.all('algorithm').map((name) => choose('algorithm', name, module.DIGEST_ALGORITHMS)),
    }),
    realm: options.text('realm'),
    tls: tlsOf(options),
    cors: cors.includes('*') ? true : cors,
    quirks: options.all('quirks').flatMap((name) => quirksOf(name, module)),
    compat: choiceOf(options, 'compat', ['python-xcaplib']),
    health: options.flag('health'),
    permissive: options.flag('permissive'),
  };
}

/** A store in PostgreSQL, which is prepared now so that a wrong URL is reported at once, or a directory. */
async function storeOf(text: string | undefined): Promise<string | PostgresStore | undefined> {
  if (text === undefined || !/^postgres(?:ql)?:/.test(text)) return text;
  const { PostgresStore } = await import('../../server/postgres/index.ts').catch((error: unknown) => {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    if (!isMissing) throw error;
    const advice = 'A store in PostgreSQL needs the package pg: npm install pg.';
    throw new CliFailure(advice, undefined, { cause: error });
  });
  const store = new PostgresStore({ url: text });
  try {
    await store.prepare();
  } catch (error) {
    await store.close();
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliFailure(`The database cannot be used: ${reason}`, undefined, { cause: error });
  }
  return store;
}

function portOf(text: string | undefined): number {
  const port = Number(text ?? 8000);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new UsageFailure(`option --port: '${text}' is no port`);
}

/** The users of the file and of the command line; `undefined` when neither was given. */
function usersOf(options: Options, { parseUsersFile }: ServerModule): Record<string, UserSecret> | undefined {
  const file = options.text('users');
  if (file === undefined && !options.flag('user')) return undefined;
  const listed = file === undefined ? {} : parseUsersFile(readInput(file, 'the users').toString('utf8'));
  return { ...listed, ...Object.fromEntries(options.all('user').map(userOf)) };
}

function userOf(text: string): [string, string] {
  const cut = text.indexOf(':', text.indexOf('@'));
  if (!text.includes('@') || cut < 0)
    throw new UsageFailure('option --user: it wants ADDR:PW, such as alice@example.com:secret');
  return [text.slice(0, cut), text.slice(cut + 1)];
}

function tlsOf(options: Options): XcapServerOptions['tls'] {
  const [cert, key, ca] = ['cert', 'key', 'ca'].map((name) => options.text(name));
  if (cert === undefined && key === undefined && ca === undefined) return undefined;
  if (cert === undefined || key === undefined) throw new UsageFailure('https needs --cert and --key');
  return {
    cert: readInput(cert, 'the certificate'),
    key: readInput(key, 'the private key'),
    ...(ca !== undefined && { ca: readInput(ca, 'the certificate authorities') }),
  };
}

function quirksOf(name: string, { QUIRK_BUNDLES, QUIRKS }: ServerModule): readonly QuirkName[] {
  const bundles = Object.keys(QUIRK_BUNDLES) as (keyof typeof QUIRK_BUNDLES)[]; // its own keys
  const bundle = bundles.find((known) => known === name);
  if (bundle) return QUIRK_BUNDLES[bundle];
  const quirk = (Object.keys(QUIRKS) as QuirkName[]).find((known) => known === name); // its own keys
  if (quirk) return [quirk];
  throw new UsageFailure(`option --quirks: no quirk '${name}' (choose from ${bundles.join(', ')}, or a single quirk)`);
}

const choiceOf = <Choice extends string>(options: Options, name: string, choices: readonly Choice[]) => {
  const text = options.text(name);
  return text === undefined ? undefined : choose(name, text, choices);
};

function choose<Choice extends string>(name: string, text: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((known) => known === text);
  if (choice !== undefined) return choice;
  throw new UsageFailure(`option --${name}: invalid choice: '${text}' (choose from ${choices.join(', ')})`);
}
