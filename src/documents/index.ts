/** Documents: application usages, lossless editing, validation. */

export type { AttributeData, ElementData, ElementInput, ElementUpdate, NewChildren } from './data-types.ts';
export { XcapDocument } from './document.ts';
export {
  type ConflictCondition,
  ConflictError,
  NotFoundError,
  type UniquenessConflict,
  ValidationError,
  type ValidationIssue,
  XcapParseError,
} from './errors.ts';
export type { PutResult as PutOutcome } from './put.ts';
export type { NodeOperation } from './state.ts';
export {
  type AnyUsage,
  type ApplicationUsage,
  defineApplicationUsage,
  parseDocument,
  type UsageOptions,
} from './usage.ts';
export { type EntryPlace, type ListSummary, ResourceListsDocument } from './usages/resource-lists/document.ts';
export type { ResourceLists } from './usages/resource-lists/table.ts';
export { resourceLists } from './usages/resource-lists/usage.ts';
export type { Constraint, Constraints, Report } from './validate.ts';
export { parseXcapError, type XcapErrorReport } from './xcap-error.ts';
export type { ParseOptions } from './xml/parse.ts';
