/** Addresses: node selectors, document URIs, and the typed builder over an application usage's table. */

export type {
  AttributeNodeSelector,
  AttributeTerminal,
  AttributeTest,
  ElementNodeSelector,
  NamespaceBindingsNodeSelector,
  NamespaceBindingsTerminal,
  NodeSelector,
  QName,
  Step,
  Terminal,
} from './ast.ts';
export type {
  AnySelector,
  AttributeSelector,
  CheckTable,
  ChildSteps,
  ElementSelector,
  ForeignAttributeTest,
  ForeignName,
  Mistake,
  NamespaceBindingsSelector,
  Selector,
  UntypedSelector,
  Where,
  WhereAny,
  WhereForeign,
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
