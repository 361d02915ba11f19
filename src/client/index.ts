/** The wire: a client that moves documents and nodes to and from real servers, and keeps them in step. */

export type { AuthAnswer, AuthChallenge } from './auth/credential-source.ts';
export { XcapClient } from './client.ts';
export {
  type ClientObserver,
  type ClientOperation,
  type OperationEvent,
  observe,
  type RequestEvent,
  type RequestPhases,
  type Resent,
  type RetryEvent,
  type RetryReason,
} from './diagnostics.ts';
export {
  AlreadyExistsError,
  AuthenticationError,
  ContentDecodingError,
  CorruptStoreError,
  EditConflictError,
  HttpError,
  MergeConflictError,
  MethodNotAllowedError,
  PreconditionFailedError,
  type RequestOutcome,
  ResponseTooLargeError,
  StoreChangedError,
  StoreError,
  StoreLockedError,
  SuspiciousEmptinessError,
  TimeoutError,
  TransportError,
  UnsupportedMediaTypeError,
} from './errors.ts';
export type { ChangeFeed, FeedOptions } from './feed/feed.ts';
export type { ChangedAddress, DocumentChange, FeedChange, NodeChange } from './feed/feed-changes.ts';
export type { FeedAddress, FeedAddressObject, FeedPatches, FeedSubscription } from './feed/subscription.ts';
export type { Capabilities } from './operations/capabilities.ts';
export type { DeleteResult } from './operations/delete.ts';
export type { DirectoryEntry } from './operations/directory.ts';
export type { PutResult } from './operations/put-target.ts';
export type { ReplaceResult } from './operations/replace.ts';
export type { AuthOptions, CallOptions, EditOptions, WriteStrategy, XcapClientOptions } from './options.ts';
export { type BuiltInProfile, serverProfiles } from './profiles/built-in.ts';
export type { ProbeOptions } from './profiles/probe/probe.ts';
export type {
  ConditionTraits,
  DocumentTraits,
  EtagTraits,
  NodeTraits,
  Observation,
  ServerProfile,
} from './profiles/profile.ts';
export { type UtOptions, utProfile } from './profiles/ut.ts';
export type { UtTraits } from './profiles/ut-traits.ts';
export type { ProvisionJournal, ProvisionRecords } from './provision/journal.ts';
export type {
  JobCredentials,
  JobResult,
  JobStatus,
  ProvisionJob,
  ProvisionJobs,
  ProvisionOptions,
  ProvisionProgress,
  ProvisionReport,
} from './provision/provision.ts';
export type { GetResult } from './request/perform.ts';
export type { AnyDocument, ResourceContent, ResourceValue } from './resource-types.ts';
export { IndexedDbStore, type IndexedDbStoreOptions } from './stores/indexed-db.ts';
export { MemoryStore } from './stores/memory.ts';
export type { DocumentStore, PendingWrite, StoredDocument } from './stores/store.ts';
export type { EditResult } from './sync/edit.ts';
export type { OpenOptions } from './sync/open.ts';
export type { SyncPolicy } from './sync/reconcile.ts';
export type { ConflictResolution, ConflictResolutions, ResolveConflicts } from './sync/resolve-conflicts.ts';
export type { SnapshotListener, SyncSnapshot } from './sync/snapshot-publisher.ts';
export type { RefreshOptions, SaveOptions, SyncResult, SyncSettings } from './sync/sync-options.ts';
export type { SyncedDocument } from './sync/synced-document.ts';
export type { WatchedVersion, WatchOptions } from './sync/watch.ts';
export type { Fetch, TlsOptions } from './transport/connection-options.ts';
export type { Exchanged, HttpMethod } from './transport/exchange.ts';
export type { ClientHeaders, HeaderValue } from './transport/headers.ts';
export type { PlannedRequest } from './write/plan-requests.ts';
