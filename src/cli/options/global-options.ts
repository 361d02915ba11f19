import type { OptionSpec } from './options.ts';

/** Where requests go and as whom: taken by every command that talks to a server. */
export const accountOptions: readonly OptionSpec[] = [
  {
    name: 'account-name',
    classic: true,
    short: 'a',
    value: 'NAME',
    help: 'read the account from section [Account_NAME] of the configuration file instead of [Account]',
  },
  { name: 'xcap-root', classic: true, value: 'URL', help: 'the XCAP root, such as https://xcap.example.com/xcap-root' },
  { name: 'sip-address', classic: true, value: 'ADDR', help: 'whose documents: user@domain, with or without sip:' },
  {
    name: 'password',
    classic: true,
    short: 'p',
    value: 'PW',
    help: 'the password; without it, it is asked for on a terminal once the server wants one',
  },
  {
    name: 'timeout',
    classic: true,
    value: 'SECONDS',
    help: 'give up after so many seconds; default: wait as long as it takes',
  },
  { name: 'ca', value: 'FILE', help: "trust the certificate authorities in this PEM file instead of the system's" },
  { name: 'cert', value: 'FILE', help: 'show this client certificate (PEM); goes with --key' },
  { name: 'key', value: 'FILE', help: 'the private key of --cert (PEM)' },
  {
    name: 'insecure',
    help: 'do not check the server certificate: for tests only, since anyone on the way can read and change everything',
  },
];

/** Of every command but the five actions, which send exactly what is asked for. */
export const profileOption: OptionSpec = {
  name: 'profile',
  value: 'PROFILE',
  help: 'what the server can be relied on for: rfc4825, kamailio, openxcap, or a file saved by xcap doctor; default rfc4825',
};

/** Which document. */
export const documentOptions: readonly OptionSpec[] = [
  {
    name: 'app',
    classic: true,
    value: 'AUID',
    help: 'the application usage; guessed from NODE-SELECTOR or from the input when absent',
  },
  {
    name: 'filename',
    classic: true,
    value: 'NAME',
    help: "name of the document; default: the application usage's own, mostly index",
  },
  {
    name: 'context',
    classic: true,
    short: 'c',
    value: 'TREE',
    help: 'users or global; default users, global for xcap-caps',
  },
];

/** What one request of the five actions carries. */
export const requestOptions: readonly OptionSpec[] = [
  { name: 'etag', classic: true, value: 'ETAG', help: 'do it only if the document still has this entity tag' },
  {
    name: 'add-header',
    classic: true,
    value: 'NAME:VALUE',
    repeatable: true,
    help: 'send one more header field; may be given several times',
  },
  { name: 'i', value: 'FILE', help: 'where the body of put, insert and replace comes from; default: standard input' },
  { name: 'o', value: 'FILE', help: "where the answer's body goes; default: standard output" },
];

/** How the program talks. */
export const talkOptions: readonly OptionSpec[] = [
  { name: 'help', classic: true, short: 'h', help: 'show this help and end' },
  { name: 'version', help: 'show the version and end' },
  { name: 'verbose', short: 'v', help: 'show requests and answers on standard error, without credentials' },
  { name: 'quiet', short: 'q', help: 'say nothing on standard error but what went wrong' },
  { name: 'debug', help: 'show where in the program an error came from' },
  { name: 'eventlib', classic: true, hidden: true, help: 'accepted for the sake of old scripts, and ignored' },
];

/** Of commands that write. */
export const dryRunOption: OptionSpec = {
  name: 'dry-run',
  help: 'send nothing that changes anything; print the exact requests, and whether each writes a node or the document',
};

/** Of commands that read. */
export const jsonOption: OptionSpec = { name: 'json', help: 'print JSON instead of text for people' };

/** Of single commands of xcap; their meaning is told in each command's help. */
export const extraOptions = {
  sphere: { name: 'sphere', value: 'S', help: 'the sphere the user is in, such as work (RFC 4745 section 7.2)' },
  at: { name: 'at', value: 'TIME', help: 'the moment that is asked about, such as 2026-03-01T12:00:00Z; default: now' },
  name: { name: 'name', value: 'NAME', help: 'the display name' },
  into: { name: 'into', value: 'LIST', help: 'the list that is meant' },
  format: { name: 'format', value: 'FORMAT', help: 'csv or vcard; default: what the file is called, else csv' },
  interval: { name: 'interval', value: 'SECONDS', help: 'how often to look; default 10' },
  concurrency: { name: 'concurrency', value: 'N', help: 'how many jobs at the same time; default 16' },
  journal: {
    name: 'journal',
    value: 'FILE',
    help: 'where finished jobs are noted, to go on there after an interruption; default: the name of the jobs file with .done behind it',
  },
  strategy: {
    name: 'strategy',
    value: 'HOW',
    help: 'document: write it whole, right on every server; nodes: the shortest node operations; auto: nodes for small changes of big documents. Default: document',
  },
  save: { name: 'save', value: 'FILE', help: 'write what was found out about the server to this file, for --profile' },
  force: { name: 'force', help: 'overwrite what is there' },
  host: { name: 'host', value: 'HOST', help: 'where to listen; default 127.0.0.1, this machine only' },
  port: { name: 'port', value: 'PORT', help: 'the port; default 8000, 0 for any free one' },
  user: {
    name: 'user',
    value: 'ADDR:PW',
    repeatable: true,
    help: 'a user of the server with a password; may be given several times',
  },
  auth: { name: 'auth', value: 'SCHEME', help: 'digest, basic or none; default: digest with users, none without' },
  store: {
    name: 'store',
    value: 'DIR',
    help: 'keep the documents in this directory, one file each; default: in memory',
  },
  permissive: { name: 'permissive', help: 'take documents of any application usage' },
} as const satisfies Record<string, OptionSpec>;

/** Every option there is: what is needed to find the command among the words. */
export const everyOption: readonly OptionSpec[] = [
  ...accountOptions,
  ...documentOptions,
  ...requestOptions,
  ...talkOptions,
  dryRunOption,
  jsonOption,
  profileOption,
  ...Object.values(extraOptions),
];

/** What xcapclient takes. */
export const classicOptions: readonly OptionSpec[] = [
  ...accountOptions,
  ...documentOptions,
  ...requestOptions,
  ...talkOptions,
  dryRunOption,
];
