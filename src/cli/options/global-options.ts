import type { OptionSpec } from './options.ts';

/** The server and the user: taken by every command that talks to a server. */
export const accountOptions: readonly OptionSpec[] = [
  {
    name: 'account-name',
    classic: true,
    short: 'a',
    value: 'NAME',
    help: 'read the account from section [Account_NAME] of the configuration file instead of [Account]',
  },
  { name: 'xcap-root', classic: true, value: 'URL', help: 'the XCAP root, such as https://xcap.example.com/xcap-root' },
  {
    name: 'sip-address',
    classic: true,
    value: 'ADDR',
    help: 'the user of the documents: user@domain, with or without sip:',
  },
  {
    name: 'xui',
    value: 'XUI',
    help: 'the user exactly as the server names it, when that is not a SIP address; nothing is added to it',
  },
  {
    name: 'password',
    classic: true,
    short: 'p',
    value: 'PW',
    help: 'the password. Every user of this machine can see it in the list of processes (ps): prefer --password-file, XCAP_PASSWORD in the environment, the configuration file, or the prompt, which appears on a terminal when the server asks for a password',
  },
  { name: 'password-file', value: 'FILE', help: 'read the password from the first line of this file' },
  {
    name: 'profile',
    value: 'PROFILE',
    help: 'what the server can be relied on for: auto, which recognises the server, rfc4825, kamailio, openxcap, ut for the supplementary services of phones, or a file saved by xcap doctor. Default: auto',
  },
  {
    name: 'identity',
    value: 'KIND',
    help: 'send the user as X-3GPP-Intended-Identity (intended, as a phone does) or X-3GPP-Asserted-Identity (asserted, as an authentication proxy does). Default: neither',
  },
  {
    name: 'header',
    value: 'NAME:VALUE',
    repeatable: true,
    help: 'add a header field to every request; may be repeated',
  },
  {
    name: 'timeout',
    classic: true,
    value: 'SECONDS',
    help: 'fail when an answer takes longer. Default: no limit',
  },
  { name: 'ca', value: 'FILE', help: "trust the certificate authorities in this PEM file instead of the system's" },
  { name: 'cert', value: 'FILE', help: 'authenticate with this client certificate (PEM); needs --key' },
  { name: 'key', value: 'FILE', help: 'the private key of --cert (PEM)' },
  {
    name: 'insecure',
    help: 'do not verify the server certificate. For tests only: anyone on the network path can then read and change everything',
  },
  {
    name: 'allow-basic',
    help: 'answer Basic over plain HTTP to any host: everyone on the network path can then read the password. Default: over https and to this machine only',
  },
];

/** The document. */
export const documentOptions: readonly OptionSpec[] = [
  {
    name: 'app',
    classic: true,
    value: 'AUID',
    help: 'the application usage. Default: guessed from NODE-SELECTOR or from the input',
  },
  {
    name: 'filename',
    classic: true,
    value: 'NAME',
    help: 'name of the document. Default: the one of the application usage, usually index',
  },
  {
    name: 'context',
    classic: true,
    short: 'c',
    value: 'TREE',
    help: 'users or global. Default: users, and global for xcap-caps',
  },
];

/** The document, for commands of a single application usage. */
export const nameOptions: readonly OptionSpec[] = documentOptions.filter(({ name }) => name !== 'app');

/** A request of the five actions. */
export const requestOptions: readonly OptionSpec[] = [
  { name: 'etag', classic: true, value: 'ETAG', help: 'only if the document still has this entity tag' },
  {
    name: 'add-header',
    classic: true,
    value: 'NAME:VALUE',
    repeatable: true,
    help: 'the same as --header',
  },
  {
    name: 'i',
    value: 'FILE',
    help: 'read the body of put, insert and replace from this file. Default: standard input',
  },
];

/** The file for output. */
export const outputOption: OptionSpec = {
  name: 'o',
  value: 'FILE',
  help: 'write the output to this file. Default: standard output',
};

/** Options of every command. */
export const talkOptions: readonly OptionSpec[] = [
  { name: 'help', classic: true, short: 'h', help: 'show this help' },
  { name: 'version', help: 'show the version' },
  { name: 'verbose', short: 'v', help: 'show requests and answers on standard error, without credentials' },
  { name: 'quiet', short: 'q', help: 'write only failures to standard error' },
  { name: 'debug', help: 'show the stack trace of an error' },
  { name: 'eventlib', classic: true, hidden: true, help: 'accepted for old scripts, and ignored' },
];

/** Of commands that write. */
export const dryRunOption: OptionSpec = {
  name: 'dry-run',
  help: 'change nothing on the server; print the requests that would be sent, and whether each writes a node or the document',
};

/** Of commands that read. */
export const jsonOption: OptionSpec = { name: 'json', help: 'print JSON' };

/** Of single commands of xcap. */
export const extraOptions = {
  sphere: { name: 'sphere', value: 'S', help: 'the sphere the user is in, such as work (RFC 4745 section 7.2)' },
  at: { name: 'at', value: 'TIME', help: 'the time to decide for, such as 2026-03-01T12:00:00Z. Default: now' },
  after: {
    name: 'after',
    value: 'SECONDS',
    help: 'time until an unanswered call is forwarded, 5 to 180. Default: as it is; networks take 20 where nothing is set',
  },
  media: {
    name: 'media',
    value: 'M',
    repeatable: true,
    help: 'the medium of the rule or call, such as audio or video. Default: the rule for all media, else for audio',
  },
  erase: { name: 'erase', help: 'erase the number as well' },
  addRules: {
    name: 'add-rules',
    help: 'add a rule or service that the network has not provisioned; most networks refuse that (GSMA IR.92)',
  },
  state: {
    name: 'state',
    value: 'STATE',
    help: 'how the call meets the subscriber: free, busy, no-answer, not-reachable or not-registered. Default: free',
  },
  roaming: { name: 'roaming', help: 'the subscriber is abroad' },
  international: { name: 'international', help: 'the call goes to another country' },
  diverted: { name: 'diverted', help: 'the call was forwarded to the subscriber' },
  name: { name: 'name', value: 'NAME', help: 'the display name' },
  into: { name: 'into', value: 'LIST', help: 'the list to add to' },
  expand: { name: 'expand', help: 'follow references to entries and lists, and show what they lead to' },
  list: { name: 'list', value: 'LIST', help: 'the list of the service: a list of the user, or the URI of any list' },
  packages: {
    name: 'packages',
    value: 'NAMES',
    help: 'the event packages of the service, separated by commas. Default: every package',
  },
  format: { name: 'format', value: 'FORMAT', help: 'csv or vcard. Default: by the name of the file, else csv' },
  map: {
    name: 'map',
    value: 'FIELD=COLUMN',
    repeatable: true,
    help: 'read a field (uri, email, tel, impp, name, list) from this column of the CSV file; may be repeated',
  },
  'uri-from': {
    name: 'uri-from',
    value: 'KIND',
    help: 'where to take the URI of a contact: impp (a SIP or other messaging address), email or tel; several, separated by commas, are tried in order. Default: impp',
  },
  'phone-context': {
    name: 'phone-context',
    value: 'CONTEXT',
    help: 'the domain or prefix (+49) in which local phone numbers are valid (RFC 3966); without it they are refused',
  },
  charset: {
    name: 'charset',
    value: 'LABEL',
    help: 'the charset of the file, such as windows-1252. Default: UTF-8 or UTF-16, which are recognized',
  },
  'skip-invalid': { name: 'skip-invalid', help: 'skip contacts that cannot be imported, and count them' },
  interval: {
    name: 'interval',
    value: 'SECONDS',
    help: 'time between two looks. Default: 10; 300 with --notifications, in case some do not arrive',
  },
  notifications: {
    name: 'notifications',
    help: 'read the bodies of NOTIFY requests from standard input, one xcap-diff document after the other',
  },
  concurrency: { name: 'concurrency', value: 'N', help: 'number of jobs at the same time. Default: 16' },
  journal: {
    name: 'journal',
    value: 'FILE',
    help: 'file that records finished jobs, so that an interrupted run can be resumed. Default: the name of the jobs file with .done appended',
  },
  strategy: {
    name: 'strategy',
    value: 'HOW',
    help: 'document: write the whole document, which every server does right; nodes: write only the changed nodes; auto: nodes for small changes of large documents. Default: document',
  },
  readOnly: { name: 'read-only', help: 'only read a document that exists, and write nothing' },
  save: { name: 'save', value: 'FILE', help: 'write the findings to this file, for --profile' },
  force: { name: 'force', help: 'overwrite what exists; in edit: save a document that is not valid' },
  resume: { name: 'resume', value: 'FILE', help: 'continue with the text that an earlier edit kept in this file' },
  'exit-code': { name: 'exit-code', help: 'end with status 1 when there are differences' },
  host: { name: 'host', value: 'HOST', help: 'address to listen on. Default: 127.0.0.1, this machine only' },
  port: { name: 'port', value: 'PORT', help: 'port to listen on. Default: 8000; 0 chooses a free one' },
  listen: {
    name: 'listen',
    value: 'HOST:PORT',
    help: 'address and port to listen on, such as 0.0.0.0:8443 or [::]:8443, in place of --host and --port',
  },
  publicRoot: {
    name: 'public-root',
    value: 'URL',
    help: 'the XCAP root as clients see it, behind a proxy. Default: made of host and port',
  },
  user: {
    name: 'user',
    value: 'ADDR:PW',
    repeatable: true,
    help: 'a user of the server with a password; may be repeated',
  },
  auth: {
    name: 'auth',
    value: 'SCHEME',
    help: 'digest, basic or none. Default: digest if there are users, else none',
  },
  users: {
    name: 'users',
    value: 'FILE',
    help: 'the users of the server, one per line: alice@example.com:password, or alice:example.com:hash as htdigest writes it',
  },
  usersTable: {
    name: 'users-table',
    value: 'TABLE',
    help: 'the users are in this table of the PostgreSQL of --store, with the columns username, domain and ha1 as in the table subscriber of Kamailio; goes with --realm',
  },
  allowBasic: {
    name: 'allow-basic',
    help: 'allow --auth basic without TLS on an address that others can reach: the network sees the passwords',
  },
  algorithm: {
    name: 'algorithm',
    value: 'NAME',
    repeatable: true,
    help: 'a digest algorithm to offer, the preferred one first; may be repeated. Default: SHA-256, then MD5',
  },
  realm: { name: 'realm', value: 'REALM', help: 'the realm of the users. Default: the domain of their address' },
  serverCert: { name: 'cert', value: 'FILE', help: 'serve https with this certificate (PEM); goes with --key' },
  serverKey: { name: 'key', value: 'FILE', help: 'the private key of --cert (PEM)' },
  clientCa: { name: 'ca', value: 'FILE', help: 'ask clients for a certificate of these authorities (PEM)' },
  cors: {
    name: 'cors',
    value: 'ORIGIN',
    repeatable: true,
    help: 'let pages of this origin use the server from a browser, or of every origin with *; may be repeated',
  },
  quirks: {
    name: 'quirks',
    value: 'NAME',
    repeatable: true,
    help: 'behave as an installed server does: kamailio, openxcap, ut, or a single quirk; may be repeated',
  },
  compat: { name: 'compat', value: 'CLIENT', help: 'make concessions to a client: python-xcaplib' },
  store: {
    name: 'store',
    value: 'DIR|URL',
    help: 'keep the documents in this directory, one file each, or in PostgreSQL (postgres://USER@HOST/DATABASE), which several servers can share. Default: in memory',
  },
  workers: {
    name: 'workers',
    value: 'N',
    help: 'number of processes, which share the port; several need a store in PostgreSQL. Default: 1',
  },
  metrics: { name: 'metrics', help: 'answer /metrics for Prometheus; with --workers, the sum of all' },
  accessLog: {
    name: 'access-log',
    value: 'FILE',
    help: 'append a line of JSON to this file for each request, without credentials and content; - is standard output',
  },
  limit: {
    name: 'limit',
    value: 'NAME=NUMBER',
    repeatable: true,
    help: 'a limit of the server, such as body, connections, userDocuments, userOctets or userRequests (in a minute); may be repeated',
  },
  health: { name: 'health', help: 'answer /healthz and /readyz, for a load balancer' },
  permissive: { name: 'permissive', help: 'accept documents of any application usage' },
  createFolders: {
    name: 'create-folders',
    help: 'let the first document in a folder create it; otherwise such a PUT is refused with no-parent',
  },
} as const satisfies Record<string, OptionSpec>;

/** Every option: needed to find the command among the words. */
export const everyOption: readonly OptionSpec[] = [
  ...accountOptions,
  ...documentOptions,
  ...requestOptions,
  outputOption,
  ...talkOptions,
  dryRunOption,
  jsonOption,
  ...Object.values(extraOptions),
];

/** The options of xcapclient. */
export const classicOptions: readonly OptionSpec[] = [
  ...accountOptions,
  ...documentOptions,
  ...requestOptions,
  outputOption,
  ...talkOptions,
  dryRunOption,
];
