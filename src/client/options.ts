import type { Dispatcher } from 'undici';
import type { XcapUser } from '../selector/document-uri.ts';
import type { AuthAnswer, AuthChallenge } from './auth/credential-source.ts';
import type { BuiltInProfile } from './profiles/built-in.ts';
import type { ServerProfile } from './profiles/profile.ts';
import type { Fetch, TlsOptions } from './transport/connection-options.ts';

/** Credentials for the server: a password, a token, or a function that provides either. */
export interface AuthOptions {
  /** Username of `password`. Default: the user part of `user` (`alice` of `sip:alice@example.com`). */
  readonly username?: string | undefined;
  /** Password for Digest and Basic, or a function that is called with the realm when a server first asks for it. */
  readonly password?: string | ((realm: string) => string | Promise<string>) | undefined;
  /** Bearer token (RFC 6750), sent with every request. Needs an `https` root or the loopback host. */
  readonly token?: string | undefined;
  /**
   * Called for each challenge with its scheme, realm and algorithm, and once more when the server refuses the answer.
   * Returns `{ username, password, realm? }` or `{ token }`.
   */
  readonly credentials?: ((challenge: AuthChallenge) => AuthAnswer | Promise<AuthAnswer>) | undefined;
  /**
   * Whether to answer Basic over plain HTTP to any host, where everyone on the way can read the password. Over `https`
   * and to the loopback host it is always answered. Default: `false`.
   */
  readonly allowBasic?: boolean | undefined;
}

/** What a client is made of. */
export interface XcapClientOptions {
  /** The XCAP root URI, such as `https://xcap.example.com/xcap-root` (RFC 4825 section 6.1). */
  readonly root: string;
  /** The XUI whose documents are meant unless a call says otherwise; `sip:` is added when there is no scheme, and `{ xui }` is used as it is. */
  readonly user?: XcapUser | undefined;
  /** Answers Basic and Digest challenges, whichever the server asks for. Without it requests go unauthenticated. */
  readonly auth?: AuthOptions | undefined;
  /** Instead of `auth`, when the user name is the user part of `user`. */
  readonly password?: AuthOptions['password'] | undefined;
  /**
   * What the server can be relied on for: a built-in profile by name, or what `probe` found out. The client keeps to what
   * is safe there. Default: `rfc4825`, a server that follows the standard.
   */
  readonly profile?: ServerProfile | BuiltInProfile | undefined;
  /** Milliseconds for each request, with its authentication. Default 30 s; `Infinity` for no limit. */
  readonly timeout?: number | undefined;
  /** Octets of an answer's body. Default 16 MiB. */
  readonly maxResponseSize?: number | undefined;
  /** Certificates; the system's authorities are trusted by default, and verification is on. */
  readonly tls?: TlsOptions | undefined;
  /**
   * Sends every request, instead of undici in Node and the global `fetch` elsewhere. It is called with `redirect: 'manual'`,
   * `cache: 'no-store'` and `credentials: 'omit'`.
   */
  readonly fetch?: Fetch | undefined;
  /** An undici dispatcher of your own, such as a proxy agent. It stays open when the client is closed. */
  readonly dispatcher?: Dispatcher | undefined;
  /** Connections at the same time. Default 64. */
  readonly connections?: number | undefined;
  /** Checks documents against their usage before they are sent. Default `false`, since real servers hold invalid ones. */
  readonly validate?: boolean | undefined;
}

/** Options of every call. */
export interface CallOptions {
  /** Another user's tree, for this call. */
  readonly user?: XcapUser | undefined;
  /** Name of the document. Default: the usage's own, mostly `index`. */
  readonly document?: string | undefined;
  /** `users` or `global`. Default: where the usage keeps its documents. */
  readonly tree?: 'users' | 'global' | undefined;
  /** Only if the document still has this entity tag; an unquoted one is quoted. */
  readonly ifMatch?: string | undefined;
  /** Only if the document has another entity tag; `*`: only if it does not exist. */
  readonly ifNoneMatch?: string | undefined;
  /** More header fields. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Ends the operation early; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for each request of this operation, instead of the client's. */
  readonly timeout?: number | undefined;
}

/** Options of `edit`. */
export interface EditOptions extends CallOptions {
  /** How often the edit is tried anew when others write in between, or the server stumbles. Default 8. */
  readonly retries?: number | undefined;
  /** Whether a document that others delete during the edit is made anew. Default `false`: `MergeConflictError`. */
  readonly recreate?: boolean | undefined;
}
