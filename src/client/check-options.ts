import { InvalidArgumentError } from '../selector/errors.ts';
import { checkAuthOptions } from './check-auth.ts';
import { ChangeFeed } from './feed/feed.ts';
import {
  callback,
  check,
  count,
  flag,
  has,
  isAbove,
  isFunction,
  isObject,
  isText,
  type Kind,
  type Kinds,
  object,
  oneOf,
  pem,
  positive,
  text,
  timeout,
  user,
} from './option-kinds.ts';
import type { CallOptions, EditOptions, XcapClientOptions } from './options.ts';
import type { ProbeOptions } from './profiles/probe/probe.ts';
import type { ProvisionOptions } from './provision/provision.ts';
import type { OpenOptions } from './sync/open.ts';
import type { WatchOptions } from './sync/watch.ts';
import type { TlsOptions } from './transport/connection-options.ts';

const feed: Kind = ['a feed that client.feed made', (value) => value instanceof ChangeFeed];

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
  if (auth !== undefined) checkAuthOptions(`auth of ${caller}`, auth);
  check(`tls of ${caller}`, tls, TLS);
}
