import type { DigestAlgorithm } from '../http/digest.ts';
import type { AuthMode } from './auth/authenticator.ts';
import type { LooseUsage, ServableUsage } from './catalogue.ts';
import type { Fault } from './faults.ts';
import type { ServerLimits } from './limits.ts';
import type { QuirkChoice } from './quirks/names.ts';
import type { ServerStore } from './stores/store.ts';

/** How an embedded server is set up. Every option has a default. */
export interface XcapServerOptions {
  /**
   * The users and their passwords by XUI (`sip:alice@example.com`; `sip:` may be left out). Without any, everybody may
   * read and write every user's tree.
   */
  readonly users?: Readonly<Record<string, string>> | undefined;
  /** How users log in. Default: `digest` when there are users, otherwise `none`. */
  readonly auth?: AuthMode | undefined;
  /** The realm of challenges. Default: the domain of the XUI in the URI, so that each SIP domain is a realm. */
  readonly realm?: string | undefined;
  /** Digest algorithms, the preferred one first. Default: SHA-256, MD5. */
  readonly algorithms?: readonly DigestAlgorithm[] | undefined;
  /** Whether digest challenges offer to hash user names (RFC 7616 section 3.4.4). Default: `false`. */
  readonly userhash?: boolean | undefined;
  /** Milliseconds a nonce is good for. Default: 300,000. */
  readonly nonceLifetime?: number | undefined;
  /** Users who may write the global tree, or `anyone`. Default: nobody. */
  readonly admins?: readonly string[] | 'anyone' | undefined;
  /** The application usages served. Default: all that this library knows. */
  readonly usages?: readonly ServableUsage[] | undefined;
  /**
   * Serve other AUIDs, too, without schema: `true` for all of them without default document namespace, or what is known
   * of each by AUID. Default: `false`.
   */
  readonly permissive?: boolean | Readonly<Record<string, LooseUsage>> | undefined;
  /** Where documents are kept: a store, or a folder for one file per document. Default: in memory. */
  readonly store?: ServerStore | string | undefined;
  /** The port to listen on. Default: 0, a free one. */
  readonly port?: number | undefined;
  /** The address to listen on. Default: `127.0.0.1`. */
  readonly host?: string | undefined;
  /** The path of the XCAP root. Default: `/xcap-root`. */
  readonly path?: string | undefined;
  /** The XCAP root as clients see it, when there is a proxy in front. Default: made of host, port and path. */
  readonly publicRoot?: string | undefined;
  /** What the server takes at most; each has a default. */
  readonly limits?: Partial<ServerLimits> | undefined;
  /**
   * Behave as an installed server does instead: a bundle, or single quirks by name. Also `server.quirks` at run time.
   *
   * @example
   * const server = await createXcapServer({ users, quirks: 'kamailio' });
   * server.quirks.add('unlocked'); // several workers
   */
  readonly quirks?: QuirkChoice | undefined;
  /** What goes wrong on purpose from the start; also `server.faults.add()` at run time. */
  readonly faults?: readonly Fault[] | undefined;
  /** Told of failures of the server itself, such as a full disk; the client gets a 500. Default: a process warning. */
  readonly onError?: ((error: unknown) => void) | undefined;
}
