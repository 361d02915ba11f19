import type { DigestAlgorithm } from '../http/digest.ts';
import type { AuthMode } from './auth/authenticator.ts';
import type { ServerUsers } from './auth/directory.ts';
import type { LooseUsage, ServableUsage } from './catalogue.ts';
import type { CompatibleClient } from './compat.ts';
import type { CorsOption } from './cors.ts';
import type { Fault, NotificationFault } from './faults.ts';
import type { CollectMetrics } from './health.ts';
import type { ServerLimits } from './limits.ts';
import type { TlsOptions } from './listener.ts';
import type { AccessLogEntry } from './operation/access-log.ts';
import type { QuirkChoice } from './quirks/names.ts';
import type { ServerStore } from './stores/store.ts';

/**
 * How an embedded server is set up. Every option has a default.
 *
 * @example
 * // For a page of another origin, and an administrator who may write the global tree:
 * await createXcapServer({ users, port: 0, host: '127.0.0.1', path: '/xcap', cors: ['https://phone.example.com'], admins: ['sip:alice@example.com'] });
 * // Behind a proxy that ends TLS:
 * await createXcapServer({ users, publicRoot: 'https://xcap.example.com/xcap-root', health: true, limits: { body: 100_000 } });
 * // Authentication:
 * await createXcapServer({ users, realm: 'example.com', algorithms: ['MD5'], userhash: true, nonceLifetime: 60_000 });
 * await createXcapServer({ users, auth: 'basic', allowBasic: true });
 * // Documents:
 * await createXcapServer({ store: 'documents', usages: [resourceLists], permissive: true, createFolders: true });
 * // Tests:
 * await createXcapServer({ faults: [{ status: 503, times: 1 }], compat: 'python-xcaplib', onError: console.error });
 */
export interface XcapServerOptions {
  /**
   * The passwords of the users, or their hashes, by XUI (`sip:alice@example.com`; `sip:` may be omitted). Default: none;
   * every tree can be read and written without credentials. A {@link UserDirectory} looks users up for each request.
   */
  readonly users?: ServerUsers | undefined;
  /** How users authenticate. Default: `digest` when there are users, otherwise `none`. */
  readonly auth?: AuthMode | undefined;
  /**
   * Allows `auth: 'basic'` over plain HTTP on an address that others can reach. Default: `false`; needed neither with
   * `tls` nor on a loopback address.
   */
  readonly allowBasic?: boolean | undefined;
  /** The realm of challenges. Default: the domain of the XUI in the URI, so that each SIP domain is a realm. */
  readonly realm?: string | undefined;
  /** Digest algorithms, the preferred one first. Default: SHA-256, MD5. */
  readonly algorithms?: readonly DigestAlgorithm[] | undefined;
  /** Whether digest challenges offer hashed user names (RFC 7616 section 3.4.4). Default: `false`. */
  readonly userhash?: boolean | undefined;
  /** Milliseconds that a nonce is valid. Default: 300,000. */
  readonly nonceLifetime?: number | undefined;
  /** Users who may write the global tree, or `anyone`. Default: none. */
  readonly admins?: readonly string[] | 'anyone' | undefined;
  /** The application usages that the server serves. Default: all that this library defines. */
  readonly usages?: readonly ServableUsage[] | undefined;
  /**
   * Serves other AUIDs as well, without schema: `true` for all of them, without default document namespace, or the
   * properties of each by AUID. Default: `false`.
   */
  readonly permissive?: boolean | Readonly<Record<string, LooseUsage>> | undefined;
  /**
   * Whether the first document in a folder creates the folder. XCAP has no request that creates one, so otherwise a PUT
   * into a folder without documents is `no-parent` (RFC 4825 section 8.2.1). Default: `false`.
   */
  readonly createFolders?: boolean | undefined;
  /** Where documents are stored: a store, or a directory for one file per document. Default: in memory. */
  readonly store?: ServerStore | string | undefined;
  /** The port to listen on. Default: 0, a free one. */
  readonly port?: number | undefined;
  /** The address to listen on. Default: `127.0.0.1`. */
  readonly host?: string | undefined;
  /** Key and certificate for HTTPS. Default: plain HTTP. */
  readonly tls?: TlsOptions | undefined;
  /** Lets pages of other origins use the server: `true` for all, or a list of origins. Default: `false`. */
  readonly cors?: CorsOption | undefined;
  /**
   * Answers `/healthz` (the process runs) and `/readyz` (its store works, and it is not being closed) for load balancers.
   * Default: `false`.
   */
  readonly health?: boolean | undefined;
  /**
   * Counts requests, errors, connections and notifications, and prints them at `/metrics` in the text format of Prometheus.
   * With a function, the sum of the snapshots that it returns: those of all processes behind one port. Keep the path from
   * the public in your proxy. Default: `false`.
   */
  readonly metrics?: boolean | CollectMetrics | undefined;
  /**
   * Called with each request that was answered, for a log. An entry contains neither credentials nor content of documents.
   * An error that it throws, or a promise that it returns and that rejects, goes to `onError`. Default: none.
   *
   * @example
   * const server = await createXcapServer({ accessLog: (entry) => console.log(JSON.stringify(entry)) });
   */
  readonly accessLog?: ((entry: AccessLogEntry) => unknown) | undefined;
  /** The path of the XCAP root. Default: `/xcap-root`. */
  readonly path?: string | undefined;
  /** The XCAP root as clients see it, behind a proxy. Default: made of host, port and path. */
  readonly publicRoot?: string | undefined;
  /** Limits of sizes, times and numbers. Default: see each limit. */
  readonly limits?: Partial<ServerLimits> | undefined;
  /**
   * Makes the server behave as an installed server does: a bundle, or single quirks by name. Also `server.quirks` at run
   * time. Default: none.
   *
   * @example
   * const server = await createXcapServer({ users, quirks: 'kamailio' });
   * server.quirks.add('unlocked'); // several workers
   */
  readonly quirks?: QuirkChoice | undefined;
  /**
   * Serves a client that does not follow the standards: `python-xcaplib` gets MD5 only, may leave quotation marks in the
   * digest as they are, and may put documents without a media type. Default: none.
   */
  readonly compat?: CompatibleClient | undefined;
  /** Faults that are injected from the start. Also `server.faults.add()` at run time. Default: none. */
  readonly faults?: readonly (Fault | NotificationFault)[] | undefined;
  /** Receives failures of the server itself, such as a full disk; the client gets a 500. Default: a process warning. */
  readonly onError?: ((error: unknown) => void) | undefined;
}
