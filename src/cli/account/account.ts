import type { BuiltInProfile } from '../../client/profiles/built-in.ts';
import type { ServerProfile } from '../../client/profiles/profile.ts';
import type { TlsOptions } from '../../client/transport/transport.ts';
import { xuiOf } from '../../selector/document-uri.ts';
import { CliFailure, UsageFailure } from '../failure.ts';
import { readInput } from '../files/read.ts';
import type { Options } from '../options/options.ts';
import { note } from '../output/terminal.ts';
import { configFile, readAccount } from './config.ts';

/** Who talks to which server: the command line over the configuration file. */
export interface Account {
  readonly root: string;
  readonly user: string;
  readonly username: string;
  readonly password: string | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  readonly tls: TlsOptions;
  readonly profile: ServerProfile | BuiltInProfile | undefined;
}

/**
 * Settles the account.
 *
 * @throws CliFailure when the root or the address is missing, or a file cannot be read
 */
export function settleAccount(options: Options, warn: (text: string) => void = note): Account {
  const settings = readAccount(options.text('account-name'), warn);
  const root = options.text('xcap-root') || settings.xcap_root;
  const address = options.text('sip-address') || settings.sip_address;
  const hint = (what: string) => `You can also put the default ${what} in ${configFile()}.`;
  if (!root) throw new CliFailure(`Please specify XCAP root with --xcap-root. ${hint('root')}`);
  if (!address) throw new CliFailure(`Please specify --sip-address. ${hint('sip_address')}`);
  checkRoot(root);
  const user = xuiOf(address);
  return {
    root,
    user,
    username: user.replace(/^[a-z][a-z0-9+.-]*:/i, '').split('@')[0] ?? '',
    password: options.text('password') ?? settings.password,
    timeout: timeoutOf(options.text('timeout') ?? settings.timeout),
    tls: tlsOf(options, settings),
    profile: profileOf(options.text('profile') ?? settings.profile),
  };
}

function checkRoot(root: string): void {
  if (/^https?:\/\/[^/?#]*@/i.test(root))
    throw new CliFailure(
      'The XCAP root must not hold a user or password; give them with --sip-address and --password.',
    );
  if (!/^https?:\/\/[^/?#]+/i.test(root) || !URL.canParse(root))
    throw new CliFailure(
      `The XCAP root must be an http or https URL such as https://xcap.example.com/xcap-root, not '${root}'; check --xcap-root.`,
    );
}

function timeoutOf(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const seconds = /^(?:\d+(?:\.\d*)?|\.\d+)$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(seconds > 0)) throw new UsageFailure(`option --timeout: invalid number of seconds: '${text}'`);
  return seconds * 1000;
}

function tlsOf(options: Options, settings: { ca?: string; cert?: string; key?: string }): TlsOptions {
  const [ca, cert, key] = (['ca', 'cert', 'key'] as const).map((name) => options.text(name) ?? settings[name]);
  if ((cert === undefined) !== (key === undefined))
    throw new CliFailure(
      'A client certificate needs its key, and the key its certificate: give both --cert and --key.',
    );
  return {
    ...(ca !== undefined && { ca: pem('--ca', ca) }),
    ...(cert !== undefined && { cert: pem('--cert', cert) }),
    ...(key !== undefined && { key: pem('--key', key) }),
    ...(options.flag('insecure') && { rejectUnauthorized: false }),
  };
}

const BUILT_IN: readonly BuiltInProfile[] = ['rfc4825', 'kamailio', 'openxcap'];

function profileOf(text: string | undefined): ServerProfile | BuiltInProfile | undefined {
  if (text === undefined) return undefined;
  const builtIn = BUILT_IN.find((name) => name === text);
  if (builtIn) return builtIn;
  const content = readInput(text, '--profile, which takes rfc4825, kamailio, openxcap or a file').toString('utf8');
  try {
    const profile: unknown = JSON.parse(content);
    if (typeof profile === 'object' && profile !== null && 'conditions' in profile && 'nodes' in profile)
      return profile as ServerProfile; // written by doctor; the client checks its members as it uses them
  } catch {
    // told below
  }
  throw new CliFailure(`${text} is no server profile; make one with xcap doctor --save ${text}.`);
}

function pem(option: string, file: string): Buffer {
  const content = readInput(file, option);
  if (content.includes('-----BEGIN ')) return content;
  throw new CliFailure(
    `${file} of ${option} holds nothing in PEM form (-----BEGIN ...); convert it, for instance with openssl.`,
  );
}
