import type { Dispatcher } from 'undici';

/**
 * How the server's certificate is checked, and which one the client shows; PEM text or octets.
 *
 * @example
 * new XcapClient({ root, user, tls: { ca: authority, cert: certificate, key: privateKey } });
 * new XcapClient({ root, user, tls: { rejectUnauthorized: false } }); // for tests only
 */
export interface TlsOptions {
  /** Certificate authorities to trust instead of the system's. Default: those of the system. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[];
  /** The client's own certificate. Default: none. */
  readonly cert?: string | Uint8Array;
  /** The key of `cert`. Default: none. */
  readonly key?: string | Uint8Array;
  /** `false` trusts any certificate, and so anyone on the way: for tests only. Default: `true`. */
  readonly rejectUnauthorized?: boolean;
}

/** A function with the signature of `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How a runtime connects to the server. */
export interface ConnectionOptions {
  /** An undici 7 dispatcher of the user's own, such as a proxy agent; Node only. It stays open when the client is closed. */
  readonly dispatcher?: Dispatcher | undefined;
  /** Node only; not together with `dispatcher`, which brings its own. */
  readonly tls?: TlsOptions | undefined;
  /** Connections at the same time; Node only. Default: 64; not together with `dispatcher`. */
  readonly connections?: number | undefined;
}
