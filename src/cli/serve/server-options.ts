/** The options of the server, from those of the command line. */

import type { QuirkName, ServerLimits, UserSecret, XcapServerOptions } from '../../server/index.ts';
import { UsageFailure } from '../failure.ts';
import { readInput } from '../files/read.ts';
import type { Options } from '../options/options.ts';

/** The module of the server, which is loaded when it is needed. */
export type ServerModule = typeof import('../../server/index.ts');

/** Reads everything but store, users, address and log. */
export function serverOptions(options: Options, module: ServerModule): XcapServerOptions {
  const cors = options.all('cors');
  return {
    auth: choiceOf(options, 'auth', ['digest', 'basic', 'none']),
    allowBasic: options.flag('allow-basic'),
    ...(options.flag('algorithm') && {
      algorithms: options.all('algorithm').map((name) => choose('algorithm', name, module.DIGEST_ALGORITHMS)),
    }),
    realm: options.text('realm'),
    tls: tlsOf(options),
    publicRoot: publicRootOf(options.text('public-root')),
    cors: cors.includes('*') ? true : cors,
    quirks: options.all('quirks').flatMap((name) => quirksOf(name, module)),
    compat: choiceOf(options, 'compat', ['python-xcaplib']),
    health: options.flag('health'),
    metrics: options.flag('metrics'),
    limits: limitsOf(options.all('limit')),
    permissive: options.flag('permissive'),
    createFolders: options.flag('create-folders'),
  };
}

/** Reads the users of the file and of the command line; `undefined` when neither was given. */
export function usersOf(options: Options, { parseUsersFile }: ServerModule): Record<string, UserSecret> | undefined {
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

/** The server refuses names that it does not know, and numbers that are not above 0. */
function limitsOf(given: readonly string[]): Partial<ServerLimits> {
  const limits = given.map((text): [string, number] => {
    const [, name = '', number = ''] = /^([A-Za-z]+)=(\d+)$/.exec(text) ?? [];
    if (name === '') throw new UsageFailure(`option --limit: '${text}' is not NAME=NUMBER, such as userDocuments=20`);
    return [name, Number(number)];
  });
  return Object.fromEntries(limits);
}

function publicRootOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (/^https?:\/\/[^/?#@]+(?:\/[^?#]*)?$/i.test(text) && URL.canParse(text)) return text;
  throw new UsageFailure(`option --public-root: '${text}' is not the URL of an XCAP root`);
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
