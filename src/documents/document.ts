import type { Document, Element, Node } from '@xmldom/xmldom';
import { nodeSelector, step } from '../selector/ast.ts';
import type { SelectorScope } from '../selector/builder.ts';
import type {
  AnySelector,
  AttributeSelector,
  ElementSelector,
  NamespaceBindingsSelector,
  UntypedSelector,
} from '../selector/builder-types.ts';
import { InvalidArgumentError } from '../selector/errors.ts';
import type { UsageTable } from '../selector/usage-table.ts';
import { evaluate } from './address/evaluate.ts';
import { select, selectValue } from './address/select.ts';
import { selectorOf } from './address/selector-of.ts';
import type {
  AttributeData,
  ChildrenFor,
  ContentFor,
  ElementData,
  OfElement,
  OfNode,
  UpdateFor,
} from './data/data-types.ts';
import { get, xml } from './data/get.ts';
import { append } from './edit/append.ts';
import { deleteNode } from './edit/delete.ts';
import { move } from './edit/move.ts';
import { type PutOutcome, put } from './edit/put.ts';
import { contentFor } from './edit/put-content.ts';
import { remove, update } from './edit/update.ts';
import type { ValidationIssue } from './errors.ts';
import { type DocumentState, elementNodeOf, type NodeOperation, nodeOf, rowOf, selectorFor } from './state.ts';
import { type UsageConstraints, validate } from './validate/validate.ts';
import { cloneParsed } from './xml/clone.ts';
import { equalXml } from './xml/equal.ts';
import type { ParseOptions } from './xml/parse-limits.ts';
import { printDocument } from './xml/print.ts';
import { handOut } from './xml/spans.ts';

/** What a document is made of, besides its text. */
export interface DocumentSetup {
  readonly scope: SelectorScope;
  readonly constraints?: UsageConstraints | undefined;
  readonly limits?: ParseOptions | undefined;
}

/**
 * An XML document of an application usage, edited in place and losslessly: an edit changes the text of the edited node
 * and nothing else. Every verb takes a selector; a refused edit leaves the document as it was.
 */
export class XcapDocument<U extends UsageTable = UsageTable> {
  readonly #state: DocumentState;
  readonly #setup: DocumentSetup;
  /** For the compiler only: the usage whose document this is. */
  declare readonly usage?: U | undefined;

  /** Use `usage.parse`, `usage.create` or `parseDocument`. */
  constructor(dom: Document, setup: DocumentSetup) {
    this.#setup = setup;
    this.#state = { dom, usage: setup.scope.usage, scope: setup.scope, changes: [], limits: setup.limits ?? {} };
  }

  /** The node operations done since the document was read, in order: applied to what was read, they give this document. */
  get changes(): readonly NodeOperation[] {
    return [...this.#state.changes];
  }

  /**
   * Reads a node as plain data; `undefined` when the selector matches nothing, or several elements (RFC 4825 section
   * 6.3). An element that the table does not know is its XML text; namespace bindings are an object by prefix.
   *
   * @throws ValidationError when the document holds a value of another type than the table promises
   */
  get<E extends string>(selector: ElementSelector<U, E>): ElementData<U, E> | undefined;
  get<E extends string, A extends string>(selector: AttributeSelector<U, E, A>): AttributeData<U, E, A> | undefined;
  get(selector: NamespaceBindingsSelector<U>): Readonly<Record<string, string>> | undefined;
  get(selector: UntypedSelector): unknown;
  get(selector: AnySelector): unknown {
    return get(this.#state, nodeOf(this.#state, selector));
  }

  /**
   * Creates or replaces an element or attribute, exactly as a server does with a PUT: the selector says where, no white
   * space is added (RFC 4825 section 8.2). To have a new element placed and indented by the schema, use `append`.
   *
   * @param content - plain data, or the XML text of one element; for an attribute its value
   * @throws ConflictError `no-parent`, `cannot-insert`, `not-xml-frag` or `uniqueness-failure`
   * @throws ValidationError for data that the table does not know
   */
  put<S extends OfNode<U>>(selector: S, content: ContentFor<U, S>): PutOutcome {
    const node = nodeOf(this.#state, selector);
    return put(this.#state, node, contentFor(this.#state, node, content));
  }

  /**
   * Deletes an element or attribute, exactly as a server does: the white space around it stays (RFC 4825 section 8.4).
   *
   * @throws NotFoundError when the selector matches nothing or several elements
   * @throws ConflictError `cannot-delete` when it would then match another element
   */
  delete(selector: OfNode<U>): void {
    deleteNode(this.#state, nodeOf(this.#state, selector));
  }

  /**
   * Changes the named members of an element and keeps everything else in it, extensions included. `null` removes a
   * member; an array of children becomes the complete set of them.
   *
   * @throws NotFoundError, {@link ValidationError}, {@link ConflictError} (`uniqueness-failure`)
   */
  update<S extends OfElement<U>>(selector: S, data: UpdateFor<U, S>): void {
    update(this.#state, elementNodeOf(this.#state, selector), data);
  }

  /**
   * Adds children to an element: each where the schema wants it, indented as its siblings are.
   *
   * @param content - data by child (`{ entry: { uri } }`, one or an array), or the XML text of one element
   * @returns the selectors of the new elements
   * @throws ConflictError `no-parent` or `uniqueness-failure`, {@link ValidationError}
   */
  append<S extends OfElement<U>>(parent: S, content: ChildrenFor<U, S>): UntypedSelector[] {
    return append(this.#state, elementNodeOf(this.#state, parent), content);
  }

  /**
   * The DOM element, as an escape hatch. What is changed in it (not above it) is seen when the document is printed, but
   * is not among `changes`.
   */
  element(selector: OfElement<U>): Element | undefined {
    const found = evaluate(this.#state.dom, elementNodeOf(this.#state, selector));
    if (found.kind !== 'element') return undefined;
    handOut(found.element);
    return found.element;
  }

  /**
   * Reads nodes by a free XPath 1.0 expression. Prefixes: those of the usage's table, of the root element, and the given
   * ones. The nodes are for reading; use `element()` to change one.
   *
   * @throws InvalidArgumentError for an expression that XPath cannot evaluate
   */
  select(expression: string, namespaces: Readonly<Record<string, string>> = {}): Node[] {
    return select(this.#state, expression, namespaces);
  }

  /**
   * The selector of an element or attribute that `select` or `element` gave: by key where that is unique, else by name or
   * position. So what XPath finds can be addressed on a server.
   *
   * @throws InvalidArgumentError for any other node, or one of another document
   */
  selectorOf(node: Node): UntypedSelector {
    return selectorOf(this.#state, node);
  }

  /** Reads a text, number or truth value by an XPath 1.0 expression, such as `count(//rl:entry)`. */
  selectValue(expression: string, namespaces: Readonly<Record<string, string>> = {}): string | number | boolean {
    return selectValue(this.#state, expression, namespaces);
  }

  /** A node's text as a GET answers it: no declarations added; `undefined` when there is no such node (RFC 4825 section 8.3). */
  xml(selector: AnySelector): string | undefined {
    return xml(this.#state, nodeOf(this.#state, selector));
  }

  /**
   * Every breach of the usage's table and constraints; empty when the document is valid.
   *
   * @param limit - how many breaches are enough
   */
  validate(limit?: number): ValidationIssue[] {
    return validate(this.#state, this.#setup.constraints, limit);
  }

  /** The document's text: as it was read, except for what was edited. */
  toString(): string {
    return printDocument(this.#state.dom);
  }

  /** A copy that shares nothing with this document; its `changes` begin anew. */
  clone(): this {
    const { document } = cloneParsed({ document: this.#state.dom });
    const copy: unknown = Reflect.construct(this.constructor, [document, this.#setup]);
    return copy as this; // constructed by this object's own class
  }

  /**
   * Whether two documents say the same: elements, attributes and text. Prefixes, quotes, comments and white space
   * between elements do not count, nor white space alone where the table knows that an element holds no text.
   */
  equals(other: XcapDocument<U>): boolean {
    if (!(other instanceof XcapDocument))
      throw new InvalidArgumentError('equals compares with another document; read the text with parse first');
    return equalXml(this.#state.dom, other.#state.dom, (element) => {
      const row = rowOf(this.#state, element);
      return !row || row.row.text !== undefined;
    });
  }

  /** The selector of the root element. */
  protected get root(): UntypedSelector {
    const { usage } = this.#state;
    return selectorFor(this.#state, nodeSelector(usage ? [step(usage.root.name)] : [step('*')]));
  }

  /** Removes an element together with the line it stands on; returns nothing, throws {@link NotFoundError}. */
  protected removeNode(selector: AnySelector): void {
    remove(this.#state, elementNodeOf(this.#state, selector));
  }

  /** Moves an element into another parent, where the schema wants it. */
  protected moveNode(selector: AnySelector, parent: AnySelector): UntypedSelector {
    return move(this.#state, elementNodeOf(this.#state, selector), elementNodeOf(this.#state, parent));
  }

  /** Adds one child; returns its selector. */
  protected addChild(parent: AnySelector, content: unknown): UntypedSelector {
    const [added] = append(this.#state, elementNodeOf(this.#state, parent), content);
    if (!added) throw new InvalidArgumentError(`${parent}: nothing to add`);
    return added;
  }

  /** `update` for selectors of whatever type. */
  protected updateNode(selector: AnySelector, data: unknown): void {
    update(this.#state, elementNodeOf(this.#state, selector), data);
  }

  /**
   * What a usage makes of elements that a merge has emptied, when they must not be empty: nothing in general.
   *
   * @param _emptied - elements that still had children on either side
   */
  protected repairEmptied(_emptied: readonly Element[]): void {}

  /**
   * Lets a merged document settle what it was emptied of.
   *
   * @internal
   */
  static repairEmptied<V extends UsageTable>(document: XcapDocument<V>, emptied: readonly Element[]): void {
    document.repairEmptied(emptied);
  }

  /**
   * What the verbs work on, for the operations of this room that live outside of this class.
   *
   * @internal
   */
  static stateOf<V extends UsageTable>(document: XcapDocument<V>): DocumentState {
    return document.#state;
  }
}
