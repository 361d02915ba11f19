import type { Document, Element } from '@xmldom/xmldom';
import { describeValue } from '../selector/arguments.ts';
import type { NodeSelector } from '../selector/ast.ts';
import { type SelectorScope, scopeOf, selectorFromNode } from '../selector/builder.ts';
import type { AnySelector, TypeErrorMessage, UntypedSelector } from '../selector/builder-types.ts';
import type { CompiledElement, CompiledUsage } from '../selector/compile.ts';
import { InvalidArgumentError } from '../selector/errors.ts';
import type { UsageConstraints } from './validate/constraint.ts';
import type { Undo } from './xml/edit.ts';
import { readDocument } from './xml/parse.ts';
import type { ParseOptions } from './xml/parse-limits.ts';

/**
 * One XCAP request on a node: a local edit, or a request with the same effect on a server. `body` is the XML text of an
 * element, or the value of an attribute.
 */
export interface NodeOperation {
  readonly method: 'PUT' | 'DELETE';
  readonly selector: UntypedSelector;
  readonly body?: string;
}

/** The part of an element that an edit changed: its attributes, the set of its children, or everything in it. */
export type Touch = 'attributes' | 'children' | 'all';

/** Members of a state that do not change. */
interface StateOptions {
  readonly scope: SelectorScope;
  readonly constraints?: UsageConstraints | undefined;
  readonly limits?: ParseOptions | undefined;
}

/** The internal state of a document, used by every verb. */
export class DocumentState {
  /** The DOM, but maybe still unread. Replaced as a whole when the document adopts another version. */
  tree: Document;
  /** The application usage; `undefined` for a document read without one. */
  readonly usage: CompiledUsage | undefined;
  readonly scope: SelectorScope;
  /** The rules that the usage's table cannot express. */
  readonly constraints: UsageConstraints;
  /** The node operations done since the document was read, in order. */
  readonly changes: NodeOperation[] = [];
  readonly limits: ParseOptions;
  /** The undos of the running transaction, in order of the edits; `undefined` outside of one. */
  undos: Undo[] | undefined;
  /** The parts that the running transaction changed; only if it must not make a valid document invalid. */
  touched: Map<Element, Set<Touch>> | undefined;
  /** Elements that were handed out for changes through the DOM. */
  readonly handedOut = new Set<Element>();
  /** Called after each edit, once for a whole transaction. Must not throw. */
  onChange: (() => void) | undefined;

  constructor(
    tree: Document,
    usage: CompiledUsage | undefined,
    { scope, constraints = {}, limits = {} }: StateOptions,
  ) {
    this.tree = tree;
    this.usage = usage;
    this.scope = scope;
    this.constraints = constraints;
    this.limits = limits;
  }

  /** The DOM. That of a copy is made when it is first read here. */
  get dom(): Document {
    return readDocument(this.tree);
  }

  /** Returns the state of the same DOM, read by the table of another usage. */
  with(usage: CompiledUsage): DocumentState {
    return new DocumentState(this.tree, usage, this);
  }
}

/** Returns the table's row of an element in the document. */
export const rowOf = ({ usage }: DocumentState, element: Element): CompiledElement | undefined =>
  usage?.element(element.namespaceURI || null, element.localName ?? '');

/** Returns a selector of this document for a node selector. */
export const selectorFor = (state: DocumentState, node: NodeSelector): UntypedSelector =>
  selectorFromNode(node, state.scope) as UntypedSelector; // a selector built from data has no static element

/**
 * The same as `nodeOf`, for a verb that works on elements only.
 *
 * @throws InvalidArgumentError for a selector of an attribute or of namespace bindings
 */
export function elementNodeOf(state: DocumentState, selector: AnySelector): NodeSelector {
  const node = nodeOf(state, selector);
  if (!node.terminal) return node;
  const what = node.terminal.kind === 'attribute' ? 'an attribute' : 'namespace bindings';
  throw new InvalidArgumentError(`${selector} selects ${what}, but this works on elements; leave the last part out`);
}

/**
 * Returns the data of a selector after checking that it can address nodes of this document.
 *
 * @throws InvalidArgumentError for a selector of another usage, and for a value that is not a selector
 */
export function nodeOf(
  state: Pick<DocumentState, 'usage'>,
  selector: AnySelector | TypeErrorMessage<string>,
): NodeSelector {
  const scope = scopeOf(selector);
  if (!scope || !('node' in selector)) {
    const given: unknown = selector;
    throw new InvalidArgumentError(
      `a node is addressed by a selector of this library, not by ${describeValue(given)}: build one from the usage, or read text with parseSelector`,
    );
  }
  const theirs = scope.usage;
  if (theirs && state.usage && theirs.table.auid !== state.usage.table.auid) {
    throw new InvalidArgumentError(
      `${selector} selects in ${theirs.table.auid} documents, but this is a ${state.usage.table.auid} document`,
    );
  }
  return selector.node;
}
