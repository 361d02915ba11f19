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
  SelectorStep as Step,
  SelectorTerminal as Terminal,
} from './ast.ts';
export type {
  AnySelector,
  AnyStepPredicate as WhereAny,
  AttributeSelector,
  CheckTable,
  ChildSteps,
  ElementSelector,
  ForeignAttributeTest,
  ForeignName,
  ForeignStepPredicate as WhereForeign,
  NamespaceBindingsSelector,
  Selector,
  StepPredicate as Where,
  TypeErrorMessage as Mistake,
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
