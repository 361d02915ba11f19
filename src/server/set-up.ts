/** Makes the parts of a server from its options. */

import { builtInUsages } from '../documents/usages/built-in.ts';
import { rlsServicesTable } from '../documents/usages/rls-services/table.ts';
import { describeValue } from '../selector/arguments.ts';
import { withoutTrailingSlashes } from '../selector/encode.ts';
import { InvalidArgumentError, quoteShortened } from '../selector/errors.ts';
import { ServiceIndex } from './all-services.ts';
import type { Gate } from './auth/gate.ts';
import { Catalogue } from './catalogue.ts';
import type { Dialect } from './dialect.ts';
import type { Faults } from './faults.ts';
import type { ServerContext } from './handle.ts';
import type { ServerLimits } from './limits.ts';
import { isLoopback } from './listener.ts';
import type { NotifyingServer } from './notifier/notifier.ts';
import { ObservedStore } from './notifier/observed-store.ts';
import type { Metrics } from './operation/metrics.ts';
import { RequestRates, UserQuota } from './operation/user-limits.ts';
import type { XcapServerOptions } from './options.ts';
import { isOwn } from './own-documents.ts';
import { dialectOf } from './quirks/dialect.ts';
import type { QuirkName } from './quirks/names.ts';
import { Repository } from './repository.ts';
import { claimReader } from './service-rules.ts';
import { FileServerStore } from './stores/files.ts';
import { MemoryServerStore } from './stores/memory.ts';
import type { ServerStore } from './stores/store.ts';

/** What a context needs besides the options. */
interface Setting {
  readonly limits: ServerLimits;
  readonly root: string;
  readonly rootPath: string;
  readonly gate: Gate;
  readonly metrics: Metrics | undefined;
  readonly faults: Faults;
  /** The quirks, which can change while the server runs. */
  readonly quirks: ReadonlySet<QuirkName>;
}

/** The context in which requests are answered. */
export function contextFor(
  options: XcapServerOptions,
  { quirks, ...setting }: Setting,
): ServerContext & NotifyingServer {
  const { limits } = setting;
  const parsing = { maxSize: limits.body, maxDepth: limits.depth };
  const dialect = (): Dialect => dialectOf(quirks);
  const catalogue = new Catalogue(options.usages ?? DEFAULT_USAGES, options.permissive ?? false, parsing);
  const changes = new ObservedStore(storeFor(options.store), () => setting.metrics?.storeFailed());
  const repository = new Repository(changes, limits, () => !dialect().isLocked);
  return {
    ...setting,
    dialect,
    changes,
    catalogue,
    repository,
    rates: new RequestRates(limits),
    quota: new UserQuota(limits, changes),
    createsFolders: options.createFolders ?? false,
    services: servicesFor(changes, catalogue),
    onError: options.onError ?? ((error) => process.emitWarning(error instanceof Error ? error : String(error))),
  };
}

/**
 * Returns the XCAP root that clients see, if it is an option.
 *
 * @throws InvalidArgumentError for anything but a URL of HTTP
 */
export function publicRootOf({ publicRoot }: XcapServerOptions): string | undefined {
  if (publicRoot === undefined) return undefined;
  if (typeof publicRoot === 'string' && /^https?:\/\//i.test(publicRoot) && URL.canParse(publicRoot))
    return withoutTrailingSlashes(publicRoot);
  throw new InvalidArgumentError(
    `publicRoot: give a URL such as https://xcap.example.com/xcap-root, not ${describeValue(publicRoot)}`,
  );
}

/** Refuses Basic where the network can read the passwords (RFC 7617 section 4). */
export function refuseOpenBasic({ auth, tls, host = DEFAULT_HOST, publicRoot, allowBasic }: XcapServerOptions): void {
  if (auth !== 'basic' || tls || allowBasic || isLoopback(host) || publicRoot?.toLowerCase().startsWith('https:'))
    return;
  throw new InvalidArgumentError(
    "auth: 'basic' over plain HTTP shows passwords to the network; give tls, listen on a loopback address, or set allowBasic",
  );
}

/** The address that a server listens on by default. */
export const DEFAULT_HOST = '127.0.0.1';

const DEFAULT_USAGES = builtInUsages.filter(({ auid }) => !isOwn(auid));

/**
 * Returns the store of a server.
 *
 * @throws InvalidArgumentError for anything but a store or a directory
 */
export function storeFor(store: XcapServerOptions['store'] = new MemoryServerStore()): ServerStore {
  if (typeof store === 'string') {
    if (/^[a-z][a-z\d+.-]+:\/\//i.test(store))
      throw new InvalidArgumentError(
        `store: ${quoteShortened(store.slice(0, store.indexOf('://') + 3))}... is not a directory; for PostgreSQL give new PostgresStore({ url }) of xcap/server/postgres`,
      );
    return new FileServerStore({ directory: store });
  }
  const missing = (['load', 'save', 'delete', 'list', 'holders'] as const).filter(
    (name) => typeof store[name] !== 'function',
  );
  if (missing.length === 0) return store;
  throw new InvalidArgumentError(`store: a ServerStore needs the methods ${missing.join(', ')}`);
}

/** Prepares the rules across the documents of rls-services, if the server serves them. */
function servicesFor(store: ServerStore, catalogue: Catalogue): ServerContext['services'] {
  const usage = catalogue.auids.includes(rlsServicesTable.auid) ? catalogue.find(rlsServicesTable.auid) : undefined;
  if (!usage) return undefined;
  store.readClaims?.(claimReader(usage));
  return { index: new ServiceIndex(store, usage), usage };
}
