import type { Command } from '../command.ts';
import { CliFailure, EXIT, UsageFailure } from '../failure.ts';
import { interrupted } from '../interrupt.ts';
import { extraOptions } from '../options/global-options.ts';
import { note, print } from '../output/terminal.ts';

/** `xcap serve`. */
export const command: Command = {
  name: 'serve',
  synopsis: ['serve [OPTIONS]'],
  description: [
    'Runs an XCAP server (RFC 4825) for development and tests, until it is interrupted with CTRL-C, and prints its root.',
    'Without --user everybody may read and write every document.',
  ],
  options: [
    extraOptions.port,
    extraOptions.host,
    extraOptions.user,
    extraOptions.auth,
    extraOptions.store,
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
    const { createXcapServer } = await import('../../server/index.ts');
    const port = Number(options.text('port') ?? 8000);
    if (!Number.isInteger(port) || port < 0 || port > 65535)
      throw new UsageFailure(`option --port: '${options.text('port')}' is no port`);
    const users = Object.fromEntries(options.all('user').map(userOf));
    const server = await createXcapServer({
      port,
      host: options.text('host'),
      users: options.flag('user') ? users : undefined,
      auth: authOf(options.text('auth')),
      store: options.text('store'),
      permissive: options.flag('permissive'),
    }).catch((error: unknown) => {
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
    return EXIT.ok;
  },
};

function userOf(text: string): [string, string] {
  const cut = text.indexOf(':', text.indexOf('@'));
  if (!text.includes('@') || cut < 0)
    throw new UsageFailure('option --user: it wants ADDR:PW, such as alice@example.com:secret');
  return [text.slice(0, cut), text.slice(cut + 1)];
}

function authOf(text: string | undefined): 'digest' | 'basic' | 'none' | undefined {
  if (text === undefined || text === 'digest' || text === 'basic' || text === 'none') return text;
  throw new UsageFailure(`option --auth: invalid choice: '${text}' (choose from digest, basic, none)`);
}
