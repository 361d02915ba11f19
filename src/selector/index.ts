/** Node selectors, document URIs, and the typed selector builder of application usages (RFC 4825 section 6). */

export type {
  AttributeNodeSelector,
  AttributeTerminal,
  AttributeTest,
  ElementNodeSelector,
  NamespaceBindingsNodeSelector,
  NamespaceBindingsTerminal,
  NodeSelector,
  QName,
  SelectorStep,
  SelectorTerminal,
} from './ast.ts';
export type {
  AnySelector,
  AnyStepPredicate,
  AttributeSelector,
  CheckTable,
  ChildStep,
  ChildSteps,
  ElementSelector,
  ForeignAttributeTest,
  ForeignName,
  ForeignStepPredicate,
  NamespaceBindingsSelector,
  Selector,
  StepPredicate,
  TypeErrorMessage,
  UntypedSelector,
} from './builder-types.ts';
export { defineSelectors } from './define-selectors.ts';
export {
  type AuidHolder,
  type DocumentAddress,
  documentSelector,
  documentUri,
  nodeUri,
  parseXcapUri,
  type XcapUri,
  type XcapUser,
} from './document-uri.ts';
export { encodeNodeSelector } from './encode.ts';
export {
  type HttpAnswer,
  InvalidArgumentError,
  isXcapError,
  SelectorSyntaxError,
  UsageDefinitionError,
  XcapError,
  type XcapErrorOptions,
} from './errors.ts';
export type { SelectorPrefixes } from './prefixes.ts';
export { parsePath, parseSelector, type SelectorContext } from './read.ts';
export type {
  AttributeRow,
  ElementName,
  ElementRow,
  MemberName,
  Occurs,
  UsageTable,
  ValueOf,
  ValueType,
} from './usage-table.ts';
