import type { BuiltInProfile } from '../../client/profiles/built-in.ts';
import type { ServerProfile } from '../../client/profiles/profile.ts';
import { IDENTITY_FIELDS } from '../../client/request/identity.ts';
import type { TlsOptions } from '../../client/transport/connection-options.ts';
import { quoteString } from '../../http/challenge.ts';
import { xuiOf } from '../../selector/document-uri.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { CliFailure, UsageFailure } from '../failure.ts';
import type { Options } from '../options/options.ts';
import { note } from '../output/terminal.ts';
import { configFile, readAccount } from './config.ts';
import { type AccountHeaders, headersOf } from './headers.ts';
import { passwordOf } from './password.ts';
import { profileOf } from './profile.ts';
import { tlsOf } from './tls.ts';

/** The user and the server, from the command line, the environment and the configuration file, in this order. */
export interface Account extends AccountHeaders {
  readonly root: string;
  /** The XUI, as it is sent. */
  readonly user: string;
  readonly username: string;
  readonly password: string | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  readonly tls: TlsOptions;
  /** Whether Basic is answered over plain HTTP to any host. */
  readonly allowBasic: boolean;
  readonly profile: ServerProfile | BuiltInProfile | undefined;
  /** The identity that the client sends with each call; requests without the client send that of `user`. */
  readonly identity: 'intended' | 'asserted' | undefined;
}

/**
 * Resolves the account of a command line.
 *
 * @param warn - receives warnings about the configuration
 * @throws CliFailure when the root or the address is missing, or a file cannot be read
 */
export function resolveAccount(options: Options, warn: (text: string) => void = note): Account {
  const settings = readAccount(options.text('account-name'), warn);
  const root = options.text('xcap-root') || settings.xcap_root;
  const xui = options.text('xui') || (options.flag('sip-address') ? undefined : settings.xui);
  const address = xui ?? (options.text('sip-address') || settings.sip_address);
  const hint = (what: string) => `You can also put the default ${what} in ${configFile()}.`;
  if (!root) throw new CliFailure(`Please specify XCAP root with --xcap-root. ${hint('root')}`);
  if (!address) throw new CliFailure(`Please specify --sip-address. ${hint('sip_address')}`);
  checkRoot(root);
  const user = xui ?? userOf(address);
  const identity = identityOf(options.text('identity') ?? settings.identity);
  // The password belongs to the SIP address, which may be another name than the XUI.
  const owner = options.text('sip-address') || settings.sip_address || user;
  return {
    root,
    user,
    username: owner.replace(/^[a-z][a-z0-9+.-]*:/i, '').split('@')[0] ?? '',
    password: passwordOf(options, settings, warn),
    identity,
    ...headersOf([
      ...identityFields(identity, user),
      ...(settings.header ?? []),
      ...options.all('header'),
      ...options.all('add-header'),
    ]),
    timeout: timeoutOf(options.text('timeout') ?? settings.timeout),
    tls: tlsOf(options, settings),
    allowBasic: options.flag('allow-basic') || isYes('allow_basic', settings.allow_basic),
    profile: profileOf(options.text('profile') ?? settings.profile),
  };
}

function identityOf(text: string | undefined): Account['identity'] {
  if (text === undefined || text === 'intended' || text === 'asserted') return text;
  throw new UsageFailure(`option --identity: invalid choice: '${text}' (choose from intended, asserted)`);
}

const identityFields = (identity: Account['identity'], user: string): string[] =>
  identity === undefined ? [] : [`${IDENTITY_FIELDS[identity]}: ${quoteString(user)}`];

function userOf(address: string): string {
  try {
    return xuiOf(address);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new CliFailure(
      `'${address}' is not a SIP address such as alice@example.com; check --sip-address, or give any other name of a user with --xui.`,
      undefined,
      { cause: error },
    );
  }
}

function checkRoot(root: string): void {
  if (/^https?:\/\/[^/?#]*@/i.test(root))
    throw new CliFailure(
      'The XCAP root must not contain a user or password; give them with --sip-address and --password-file.',
    );
  if (!/^https?:\/\/[^/?#]+/i.test(root) || !URL.canParse(root))
    throw new CliFailure(
      `The XCAP root must be an http or https URL such as https://xcap.example.com/xcap-root, not '${root}'; check --xcap-root.`,
    );
}

function isYes(key: string, text = 'no'): boolean {
  if (/^(?:yes|true|on|1)$/i.test(text)) return true;
  if (/^(?:no|false|off|0)$/i.test(text)) return false;
  throw new CliFailure(`${configFile()}: ${key} is yes or no, not '${text}'.`);
}

function timeoutOf(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const seconds = /^(?:\d+(?:\.\d*)?|\.\d+)$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(seconds > 0)) throw new UsageFailure(`option --timeout: invalid number of seconds: '${text}'`);
  return seconds * 1000;
}
