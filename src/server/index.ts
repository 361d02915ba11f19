/**
 * An embedded XCAP server (RFC 4825) for development and tests.
 *
 * @module xcap/server
 */

export { DIGEST_ALGORITHMS, type DigestAlgorithm } from '../http/digest.ts';
export type { HashedPassword, UserSecret } from './auth/accounts.ts';
export type { AuthMode } from './auth/authenticator.ts';
export type { ServerUsers, UserDirectory } from './auth/directory.ts';
export { parseUsersFile } from './auth/users-file.ts';
export type { LooseUsage, ServableUsage } from './catalogue.ts';
export type { CompatibleClient } from './compat.ts';
export type { CorsOption } from './cors.ts';
export type { RequestHeaders, ServerReply, ServerRequest } from './exchange.ts';
export { type Fault, Faults, type NotificationFault, type RemoveFault } from './faults.ts';
export type { CollectMetrics } from './health.ts';
export type { ServerLimits } from './limits.ts';
export type { CloseOptions, TlsOptions } from './listener.ts';
export type { ServerSubscription, SubscribeOptions } from './notifier/notifier.ts';
export type { SubscribeRequest } from './notifier/subscribe-request.ts';
export type { DeliverNotification } from './notifier/subscription.ts';
export { SubscriptionError, type SubscriptionStatus } from './notifier/subscription-error.ts';
export type { AccessLogEntry } from './operation/access-log.ts';
export { addSnapshots, type DurationHistogram, endedSnapshot, type MetricsSnapshot } from './operation/metrics.ts';
export type { XcapServerOptions } from './options.ts';
export { QUIRK_BUNDLES, QUIRKS, type QuirkChoice, type QuirkName } from './quirks/names.ts';
export { createXcapServer, type XcapServer } from './server.ts';
export { FileServerStore, type FileServerStoreOptions } from './stores/files.ts';
export { MemoryServerStore } from './stores/memory.ts';
export type {
  ClaimReader,
  RequiredVersion,
  ResourceContent,
  SaveOutcome,
  ServerStore,
  StoredEntry,
  StoredResource,
  TreeFilter,
  WrittenContent,
} from './stores/store.ts';
