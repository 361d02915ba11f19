import { describeValue, refuseUnknownOptions } from '../selector/arguments.ts';
import { InvalidArgumentError } from '../selector/errors.ts';
import { ChangeFeed } from './feed/feed.ts';
import type { AuthOptions, CallOptions, EditOptions, XcapClientOptions } from './options.ts';
import type { ProbeOptions } from './profiles/probe/probe.ts';
import type { ProvisionOptions } from './provision/provision.ts';
import type { OpenOptions } from './sync/open.ts';
import type { WatchOptions } from './sync/watch.ts';
import type { TlsOptions } from './transport/connection-options.ts';

/** A kind of option: what its values are, for the message, and how to recognize one. */
type Kind = readonly [what: string, is: (value: unknown) => boolean, isSecret?: boolean];

/** The options of a function. The compiler reports an option that has no row. */
type Kinds<Options> = { readonly [Name in keyof Options]-?: Kind };

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isText = (value: unknown): boolean => typeof value === 'string';
const isAbove = (value: unknown, least: number): boolean => typeof value === 'number' && value > least;
const oneOf = (...values: readonly string[]): Kind => [
  values.map((value) => `"${value}"`).join(' or '),
  (value) => values.some((each) => each === value),
];

const text: Kind = ['a string', isText];
const user: Kind = [
  'a SIP URI or { xui }',
  (value) => isText(value) || (isObject(value) && isText(Reflect.get(value, 'xui'))),
];
const secret: Kind = ['a string', isText, true];
const flag: Kind = ['true or false', (value) => typeof value === 'boolean'];
const timeout: Kind = ['a number of milliseconds above 0, or Infinity', (value) => isAbove(value, 0)];
const count: Kind = [
  'a whole number of at least 0',
  (value) => value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && isAbove(value, -1)),
];
const positive: Kind = ['a whole number above 0', (value) => Number.isInteger(value) && isAbove(value, 0)];
const callback: Kind = ['a function', isFunction];
const object: Kind = ['an object', isObject];
const feed: Kind = ['a feed that client.feed made', (value) => value instanceof ChangeFeed];
const pem: Kind = ['PEM text or octets', (value) => isText(value) || isObject(value), true];
const has = (...methods: readonly string[]): Kind => [
  `an object with ${methods.join(', ')}`,
  (value) => isObject(value) && methods.every((method) => isFunction(Reflect.get(value, method))),
];

const CALL: Kinds<CallOptions> = {
  user,
  document: text,
  tree: oneOf('users', 'global'),
  ifMatch: text,
  ifNoneMatch: text,
  headers: [
    'an object of strings',
    (value) => isObject(value) && Object.values(value).every((each) => each === undefined || isText(each)),
    true,
  ],
  strategy: oneOf('document', 'nodes', 'auto'),
  prefixes: [
    '"none" or an object of prefixes and namespaces',
    (value) => value === 'none' || (isObject(value) && Object.values(value).every(isText)),
  ],
  signal: ['an AbortSignal', (value) => has('addEventListener')[1](value) && isObject(value) && 'aborted' in value],
  timeout,
};

const EDIT: Kinds<EditOptions> = { ...CALL, retries: count, recreate: flag };

const OPTIONS = {
  get: CALL,
  put: CALL,
  delete: CALL,
  insert: EDIT,
  replace: EDIT,
  directory: CALL,
  capabilities: CALL,
  edit: EDIT,
  open: {
    ...EDIT,
    store: has('load', 'save', 'delete'),
    onConflict: [
      '"mine", "theirs" or a function',
      (value) => value === 'mine' || value === 'theirs' || typeof value === 'function',
    ],
    ifEmptied: oneOf('accept', 'restore'),
    feed,
  } satisfies Kinds<OpenOptions>,
  watch: {
    ...CALL,
    interval: ['a number of milliseconds', (value) => typeof value === 'number' && value >= 0],
    retries: count,
    ifEmptied: oneOf('accept'),
    feed,
  } satisfies Kinds<WatchOptions>,
  provision: {
    concurrency: positive,
    credentials: callback,
    onProgress: callback,
    signal: CALL.signal,
    journal: ['an object with open, such as new FileJournal(path) of xcap/node', has('open')[1]],
    retries: count,
    strategy: CALL.strategy,
    timeout,
  } satisfies Kinds<ProvisionOptions>,
  probe: {
    user,
    tree: CALL.tree,
    signal: CALL.signal,
    timeout,
    usage: has('parse', 'create'),
    readOnly: flag,
    document: text,
    name: text,
    rounds: positive,
  } satisfies Kinds<ProbeOptions>,
};

const CLIENT: Kinds<XcapClientOptions> = {
  root: text,
  user,
  auth: object,
  password: ['a string or a function', (value) => isText(value) || isFunction(value), true],
  headers: [
    'an object of strings and functions',
    (value) => isObject(value) && !Array.isArray(value) && !(value instanceof Map),
    true,
  ],
  identity: oneOf('intended', 'asserted'),
  profile: ['a profile or the name of one', (value) => isText(value) || isObject(value)],
  timeout,
  maxResponseSize: ['a number of octets above 0', (value) => isAbove(value, 0)],
  tls: object,
  fetch: callback,
  dispatcher: has('dispatch'),
  connections: positive,
  validate: flag,
};

const AUTH: Kinds<AuthOptions> = {
  username: text,
  password: CLIENT.password,
  token: secret,
  credentials: callback,
  allowBasic: flag,
};

const TLS: Kinds<TlsOptions> = { ca: pem, cert: pem, key: pem, rejectUnauthorized: flag };

/** A verb of the client that takes options. */
export type VerbWithOptions = keyof typeof OPTIONS;

/**
 * Checks the options of a call.
 *
 * @throws InvalidArgumentError for an unknown option, which names the one that was probably meant, and for a wrong value
 */
export const checkCallOptions = (verb: VerbWithOptions, options: unknown): void =>
  check(`client.${verb}`, options, OPTIONS[verb]);

/**
 * Checks credentials.
 *
 * @throws InvalidArgumentError as {@link checkCallOptions}
 */
export function checkAuthOptions(caller: string, auth: unknown): asserts auth is AuthOptions {
  if (!isObject(auth))
    throw new InvalidArgumentError(`${caller} must be an object, not a value of type ${typeof auth}`);
  check(caller, auth, AUTH);
}

/**
 * Checks the options of a client.
 *
 * @throws InvalidArgumentError as {@link checkCallOptions}, and for a missing root
 */
export function checkClientOptions(options: unknown): asserts options is XcapClientOptions {
  const caller = 'new XcapClient';
  const hint = 'such as { root: "https://xcap.example.com/xcap-root", user: "sip:alice@example.com" }';
  if (!isObject(options)) throw new InvalidArgumentError(`${caller} needs options, ${hint}`);
  check(caller, options, CLIENT);
  const { root, auth, tls }: Partial<Record<keyof XcapClientOptions, unknown>> = options;
  if (root === undefined) throw new InvalidArgumentError(`${caller} needs a root, ${hint}`);
  check(`auth of ${caller}`, auth, AUTH);
  check(`tls of ${caller}`, tls, TLS);
}

function check(caller: string, options: unknown, kinds: Readonly<Record<string, Kind>>): void {
  const known: Record<string, true> = {};
  for (const name of Object.keys(kinds)) known[name] = true;
  refuseUnknownOptions(options, known, caller);
  for (const [name, value] of Object.entries(options ?? {})) {
    const kind = kinds[name];
    if (value === undefined || !kind) continue;
    const [what, is, isSecret] = kind;
    if (is(value)) continue;
    const given = isSecret ? `a value of type ${typeof value}` : describeValue(value);
    throw new InvalidArgumentError(`${caller}: ${name} must be ${what}, not ${given}`);
  }
}
