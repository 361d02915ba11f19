/** Documents: application usages, lossless editing, validation. */

export type {
  AttributeData,
  ChildrenFor,
  ContentFor,
  DataFor,
  ElementData,
  ElementInput,
  ElementUpdate,
  NewChildren,
  OfElement,
  OfNode,
  UpdateFor,
} from './data/data-types.ts';
export { diff } from './diff/diff.ts';
export { XcapDocument } from './document.ts';
export { applyOperations } from './edit/apply-operations.ts';
export type { PutOutcome } from './edit/put.ts';
export {
  type ConflictCondition,
  type ConflictDetails,
  ConflictError,
  NotFoundError,
  type ParseErrorKind,
  type PatchCondition,
  PatchError,
  type PatchOpsCondition,
  type UniquenessConflict,
  ValidationError,
  type ValidationIssue,
  XcapParseError,
} from './errors.ts';
export {
  type ConflictKind,
  type ConflictVersions,
  type MergeConflict,
  type MergeOptions,
  type MergePreference,
  type MergeResolution,
  type MergeResult,
  merge,
} from './merge/merge.ts';
export { printPatchOpsError } from './patch-ops-error/print.ts';
export { parsePatchOpsError } from './patch-ops-error/read.ts';
export type { PatchOpsReport } from './patch-ops-error/report.ts';
export type { NodeOperation } from './state.ts';
export {
  type AnyUsage,
  type ApplicationUsage,
  defineApplicationUsage,
  parseDocument,
  type UsageOptions,
} from './usage.ts';
export { builtInUsages } from './usages/built-in.ts';
export { sameUri } from './usages/common/compare-uris.ts';
export { canonicalSipUri, canonicalUri, resolveEntryRef } from './usages/common/sip-uri.ts';
export type { PidfManipulation } from './usages/pidf-manipulation/table.ts';
export { pidfManipulation } from './usages/pidf-manipulation/usage.ts';
export type { ValidityInterval } from './usages/pres-rules/conditions.ts';
export type {
  DecisionRequest,
  MatchedRule,
  ResolveList,
  UnmatchedRule,
  WatcherDecision,
} from './usages/pres-rules/decide.ts';
export { PresRulesDocument } from './usages/pres-rules/document.ts';
export type { ForgetOptions, HandlingOptions, HandlingResult } from './usages/pres-rules/handling.ts';
export type { LintOptions, LintRule, LintWarning } from './usages/pres-rules/lint.ts';
export type { OmaPresRules } from './usages/pres-rules/oma-table.ts';
export type { SubHandling } from './usages/pres-rules/permissions.ts';
export type { RemainingRule } from './usages/pres-rules/remaining-rules.ts';
export type { ConditionsSummary, DomainSummary, RuleSummary } from './usages/pres-rules/rules.ts';
export type { PresRules } from './usages/pres-rules/table.ts';
export { omaPresRules, presRules } from './usages/pres-rules/usage.ts';
export type { Watcher } from './usages/pres-rules/watchers.ts';
export {
  type EntryPlace,
  type EntrySelector,
  type ListParentSelector,
  type ListSelector,
  type ListSummary,
  ResourceListsDocument,
} from './usages/resource-lists/document.ts';
export {
  type DisplayName,
  type EntryOrigin,
  type FlatEntry,
  type FlatList,
  type FlattenOptions,
  type FlattenProblem,
  type FlattenProblemKind,
  flattenList,
} from './usages/resource-lists/flatten.ts';
export { type OmaListName, omaLists } from './usages/resource-lists/oma-lists.ts';
export type { FetchDocument } from './usages/resource-lists/references.ts';
export type { ResourceLists } from './usages/resource-lists/table.ts';
export { resourceLists } from './usages/resource-lists/usage.ts';
export {
  type NewService,
  RlsServicesDocument,
  type ServiceAddress,
  type ServiceSummary,
} from './usages/rls-services/document.ts';
export type { RlsServices } from './usages/rls-services/table.ts';
export { rlsServices } from './usages/rls-services/usage.ts';
export type { BarOptions, Barring, BarringCondition, BarringDirection } from './usages/simservs/barring.ts';
export type { Call, CallDecision, JudgedRule } from './usages/simservs/decide.ts';
export { SimservsDocument } from './usages/simservs/document.ts';
export type {
  Forwarding,
  ForwardingChoice,
  ForwardingCondition,
  ForwardOptions,
  StopForwardingOptions,
} from './usages/simservs/forwarding.ts';
export type { SimservsLintOptions, SimservsLintRule, SimservsLintWarning } from './usages/simservs/lint.ts';
export type { SimservsEditOptions } from './usages/simservs/provisioning.ts';
export type { ServiceName } from './usages/simservs/rules.ts';
export type {
  AlertingIdentity,
  IdentityDirection,
  IdentityRestriction,
  ServiceState,
} from './usages/simservs/services.ts';
export type { Simservs } from './usages/simservs/table.ts';
export { simservs } from './usages/simservs/usage.ts';
export type { XcapCaps } from './usages/xcap-caps/table.ts';
export { xcapCaps } from './usages/xcap-caps/usage.ts';
export type { XcapDirectory } from './usages/xcap-directory/table.ts';
export { xcapDirectory } from './usages/xcap-directory/usage.ts';
export type { ReportIssue, UsageConstraint, UsageConstraints } from './validate/constraint.ts';
export { combineWatcherinfo, waitingWatchers } from './watcherinfo/combine.ts';
export {
  readWatcherinfo,
  type WatcherEvent,
  type Watcherinfo,
  type WatcherinfoWatcher,
  type WatcherList,
  type WatcherStatus,
} from './watcherinfo/read.ts';
export { applyXcapDiff, type XcapDiffOptions } from './xcap-diff/apply.ts';
export { applyPatch, type PatchOptions } from './xcap-diff/apply-patch.ts';
export {
  printXcapDiff,
  type XcapDiffDocumentPart,
  type XcapDiffNodePart,
  type XcapDiffParts,
} from './xcap-diff/print.ts';
export { type CreateXcapDiffOptions, createXcapDiff } from './xcap-diff/produce.ts';
export {
  type DocumentAction,
  type DocumentActionKind,
  documentAction,
  readXcapDiff,
  type XcapDiff,
  type XcapDiffAttribute,
  type XcapDiffDocument,
  type XcapDiffElement,
} from './xcap-diff/read.ts';
export { parseXcapError, type XcapErrorReport } from './xcap-error/read.ts';
export type { ParseOptions } from './xml/parse-limits.ts';
