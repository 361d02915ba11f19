import type { Dispatcher } from 'undici';
import type { XcapUser } from '../selector/document-uri.ts';
import type { SelectorPrefixes } from '../selector/prefixes.ts';
import type { AuthAnswer, AuthChallenge } from './auth/credential-source.ts';
import type { BuiltInProfile } from './profiles/built-in.ts';
import type { ServerProfile } from './profiles/profile.ts';
import type { Fetch, TlsOptions } from './transport/connection-options.ts';
import type { ClientHeaders } from './transport/headers.ts';

/**
 * Credentials for the server: a password, a token, or a function that provides either.
 *
 * @example
 * new XcapClient({ root, user, auth: { username: 'alice', password: (realm) => passwords[realm] ?? '', allowBasic: true } });
 * new XcapClient({ root, user, auth: { token: 'eyJhbGciOi' } });
 * new XcapClient({ root, user, auth: { credentials: ({ scheme }) => ({ username: scheme, password: 'secret' }) } });
 */
export interface AuthOptions {
  /** Username of `password`. Default: the user part of `user` (`alice` of `sip:alice@example.com`). */
  readonly username?: string | undefined;
  /**
   * Password for Digest and Basic, or a function that is called with the realm when a server first asks for it.
   * Default: none.
   */
  readonly password?: string | ((realm: string) => string | Promise<string>) | undefined;
  /** Bearer token (RFC 6750), sent with every request. Needs an `https` root or the loopback host. Default: none. */
  readonly token?: string | undefined;
  /**
   * Called for each challenge with its scheme, realm and algorithm, and once more when the server refuses the answer.
   * Returns `{ username, password, realm? }` or `{ token }`. Default: none.
   */
  readonly credentials?: ((challenge: AuthChallenge) => AuthAnswer | Promise<AuthAnswer>) | undefined;
  /**
   * Whether to answer Basic over plain HTTP to any host, where everyone on the way can read the password. Over `https`
   * and to the loopback host it is always answered. Default: `false`.
   */
  readonly allowBasic?: boolean | undefined;
}

/**
 * Options of a client.
 *
 * @example
 * new XcapClient({ root, user: 'alice@example.com', auth: { password: 'secret' }, timeout: 5_000, connections: 4 });
 * new XcapClient({ root, user, profile: 'kamailio', validate: true, maxResponseSize: 100_000, identity: 'intended' });
 * new XcapClient({ root, user, dispatcher: new EnvHttpProxyAgent() }); // of undici
 * new XcapClient({ root, user, fetch: (request) => fetch(request) });
 * new XcapClient({ root, user, tls: { ca: certificate } });
 */
export interface XcapClientOptions {
  /** XCAP root URI, such as `https://xcap.example.com/xcap-root` (RFC 4825 section 6.1). */
  readonly root: string;
  /**
   * XUI of the user that calls address by default. `sip:` is added if there is no scheme; `{ xui }` is used as it is.
   * Default: none; each call then needs `user`, unless it is in the global tree.
   */
  readonly user?: XcapUser | undefined;
  /** Credentials for the server. Default: none, so that requests are sent without authentication. */
  readonly auth?: AuthOptions | undefined;
  /** Short form of `auth: { password }`. Default: none. */
  readonly password?: AuthOptions['password'] | undefined;
  /**
   * Header fields of every request, of all verbs. A function is called for each request and may be async, such as for a
   * token that expires; the error that it throws is the error of the call, and nothing is sent. Header fields of a call
   * win. Default: `User-Agent: xcap/<version>`, outside browsers.
   *
   * @example
   * new XcapClient({ root, user, headers: { 'X-Application': 'phone', Authorization: async () => `Bearer ${await token()}` } });
   */
  readonly headers?: ClientHeaders | undefined;
  /**
   * Sends the XUI of each call, in quotes, as the field that 3GPP TS 24.623 names: `intended` as X-3GPP-Intended-Identity,
   * which a phone sends to the network; `asserted` as X-3GPP-Asserted-Identity, for tests of a server without its
   * authentication proxy. Default: neither.
   */
  readonly identity?: 'intended' | 'asserted' | undefined;
  /**
   * Properties of the server that the client may rely on: `auto`, the name of a built-in profile, or a profile from
   * `probe` or `client.profile`. With `auto` the client recognises Kamailio and OpenXCAP by their answers, takes any other
   * server for one that follows the standard, and learns in use where it does not. Default: `auto`.
   */
  readonly profile?: ServerProfile | BuiltInProfile | 'auto' | undefined;
  /**
   * Time limit in milliseconds for each request, with its authentication and redirects; `Infinity` for none. An operation
   * of several requests can take longer: limit it with `signal: AbortSignal.timeout(...)`. Default: 30,000.
   */
  readonly timeout?: number | undefined;
  /** Maximum size of the body of an answer, in octets. Default: 16 Mi. */
  readonly maxResponseSize?: number | undefined;
  /** Certificates. Default: the authorities of the system are trusted, and certificates are verified. */
  readonly tls?: TlsOptions | undefined;
  /**
   * Sends every request, instead of undici in Node and the global `fetch` elsewhere. It is called with `redirect: 'manual'`,
   * `cache: 'no-store'` and `credentials: 'omit'`. Default: undici in Node, the global `fetch` elsewhere.
   */
  readonly fetch?: Fetch | undefined;
  /**
   * A dispatcher of undici, such as a proxy agent. It stays open when the client is closed.
   * Default: one of the client, which `close` ends.
   */
  readonly dispatcher?: Dispatcher | undefined;
  /** Maximum number of connections at the same time. Default: 64. */
  readonly connections?: number | undefined;
  /** Whether to check documents against their usage before they are sent. Default: `false`, as real servers hold invalid ones. */
  readonly validate?: boolean | undefined;
}

/**
 * How a change is written:
 *
 * - `document`: the whole document in one request. Works on most servers.
 * - `nodes`: the shortest node operations. What takes several operations of which one removes what the document still has,
 *   such as a move, is written as a whole document.
 * - `auto`: nodes if the document is large and the change small.
 *
 * Where the server does not take the one, the client writes the other.
 */
export type WriteStrategy = 'document' | 'nodes' | 'auto';

/**
 * Options of every call.
 *
 * @example
 * await client.put(friends, { name: 'friends' }, { ifMatch: etag, document: 'index', timeout: 1_000, signal });
 * await client.get(resourceLists, { ifNoneMatch: etag, user: 'sip:alice@example.com', headers: { 'X-Trace': 'a1' } });
 * await client.get(resourceLists.list(1), { strategy: 'document', tree: 'users', prefixes: 'none' });
 */
export interface CallOptions {
  /** User of this call. Default: the client's user. */
  readonly user?: XcapUser | undefined;
  /** Name of the document. Default: that of the usage, mostly `index`. */
  readonly document?: string | undefined;
  /** Tree of the document. Default: the tree of the usage. */
  readonly tree?: 'users' | 'global' | undefined;
  /** Entity tag that the document must still have. Quotes are added if they are missing. Default: none. */
  readonly ifMatch?: string | undefined;
  /** Entity tag that the document must not have; `*`: it must not exist. Default: none. */
  readonly ifNoneMatch?: string | undefined;
  /**
   * Prefixes of names in the selector, for a server that insists on them: `none`, or a namespace for each, such as
   * `{ ss: 'http://uri.etsi.org/ngn/params/xml/simservs/xcap' }`. Default: those of the profile, or else of the usage.
   */
  readonly prefixes?: SelectorPrefixes | undefined;
  /** Further header fields of each request. They win over those of the client. Default: none. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * How the call writes. With a node, `document` reads and writes the whole document instead, also in `get`. Default:
   * what the selector names, and `document` in `edit`, `open` and `save`.
   */
  readonly strategy?: WriteStrategy | undefined;
  /** Cancels the operation, which then rejects with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** Time limit in milliseconds for each request of this operation. Default: the client's. */
  readonly timeout?: number | undefined;
}

/**
 * Options of `edit`, and of verbs that read before they write.
 *
 * @example
 * await client.edit(resourceLists, (doc) => doc.addList('colleagues'), { retries: 2, recreate: true });
 */
export interface EditOptions extends CallOptions {
  /** Maximum number of retries when someone else wrote first or the server failed. Default: 8. */
  readonly retries?: number | undefined;
  /** Whether to create the document again if others delete it during the edit. Default: `false`, a `MergeConflictError`. */
  readonly recreate?: boolean | undefined;
}
