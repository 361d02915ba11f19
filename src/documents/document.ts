import type { Document, Element, Node } from '@xmldom/xmldom';
import { describeValue, refuseUnknownOptions } from '../selector/arguments.ts';
import { nodeSelector, step } from '../selector/ast.ts';
import type { SelectorScope } from '../selector/builder.ts';
import type {
  AnySelector,
  NamespaceBindingsSelector,
  TypeErrorMessage,
  UntypedSelector,
} from '../selector/builder-types.ts';
import { InvalidArgumentError } from '../selector/errors.ts';
import type { UsageTable } from '../selector/usage-table.ts';
import { countMatches, evaluate } from './address/evaluate.ts';
import { select, selectValue } from './address/select.ts';
import { selectorOf } from './address/selector-of.ts';
import type {
  ChildrenFor,
  ContentFor,
  DataFor,
  NotInDocument,
  OfElement,
  OfNode,
  UpdateFor,
} from './data/data-types.ts';
import { get, xml } from './data/get.ts';
import { append } from './edit/append.ts';
import { deleteNode } from './edit/delete.ts';
import { type PutOutcome, put } from './edit/put.ts';
import { contentFor } from './edit/put-content.ts';
import { update } from './edit/update.ts';
import type { ValidationIssue } from './errors.ts';
import { DocumentState, elementNodeOf, type NodeOperation, nodeOf, rowOf, selectorFor } from './state.ts';
import type { UsageConstraints } from './validate/constraint.ts';
import { validate } from './validate/validate.ts';
import { cloneDocument, cloneLater } from './xml/clone.ts';
import { equalXml } from './xml/equal.ts';
import { freezeTree } from './xml/freeze.ts';
import { unreadDocument } from './xml/parse.ts';
import type { ParseOptions } from './xml/parse-limits.ts';
import { printDocument } from './xml/print.ts';
import { handOut, isDocument } from './xml/spans.ts';

/** What the documents of a usage have in common. Opaque: it is passed on to the constructor of `XcapDocument`. */
export interface DocumentSetup {
  /** @internal */
  readonly scope: SelectorScope;
  /** @internal */
  readonly constraints?: UsageConstraints | undefined;
  /** @internal */
  readonly limits?: ParseOptions | undefined;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * An XML document of an application usage, edited in place and losslessly: an edit changes the text of the edited node
 * and nothing else. Every verb takes a selector. A refused edit leaves the document as it was.
 *
 * No verb makes a valid document break its schema. A document that has breaches already, as real servers store them, can
 * be edited freely.
 *
 * @example
 * const lists = resourceLists.parse(xml);
 * lists.put(friends.entry('sip:dave@example.com'), { uri: 'sip:dave@example.com' });
 * const copy = lists.clone(); // shares nothing
 * copy.equals(lists); // true: the same content, however it is written
 * copy.toString(); // the text: all bytes of `xml` but those of the edit
 */
export class XcapDocument<U extends UsageTable = UsageTable> {
  readonly #state: DocumentState;
  readonly #setup: DocumentSetup;
  /** For the compiler only: the usage that this is a document of. */
  declare readonly usage?: U | undefined;

  /**
   * For subclasses; documents are made by `usage.parse`, `usage.create` and `parseDocument`.
   *
   * @throws InvalidArgumentError for any other caller
   */
  constructor(dom: Document, setup: DocumentSetup) {
    if (!isDocument(dom) || typeof setup?.scope !== 'object')
      throw new InvalidArgumentError('documents are made by parse or create of a usage, or by parseDocument');
    this.#setup = setup;
    this.#state = new DocumentState(dom, setup.scope.usage, setup);
  }

  /** The node operations done since the document was read, in order. Applied to what was read, they give this document. */
  get changes(): readonly NodeOperation[] {
    return [...this.#state.changes];
  }

  /**
   * Reads a node as plain data; `undefined` if the selector matches no element or several (RFC 4825 section 6.3;
   * `matches` tells which). An element that is not in the table is its XML text; namespace bindings are an object by
   * prefix. A value of another type than the table defines is left out of the data of the elements around it.
   *
   * @example
   * lists.get(resourceLists.list('friends').attr('name')); // 'friends'
   *
   * @throws ValidationError for a selector of such a value itself; `xml` returns its text
   */
  get<S extends OfNode<U> | NamespaceBindingsSelector<U> | TypeErrorMessage<NotInDocument>>(
    selector: S,
  ): DataFor<U, S> | undefined {
    const data: unknown = get(this.#state, nodeOf(this.#state, selector));
    return data as DataFor<U, S> | undefined; // read by the row of the element that the selector addresses
  }

  /**
   * Creates or replaces an element or attribute exactly as a server does with a PUT: the selector determines the place,
   * and no white space is added (RFC 4825 section 8.2). Use `append` to have a new element placed in schema order and
   * indented.
   *
   * @example
   * lists.put(resourceLists.list('friends').entry('sip:bob@example.com'), { uri: 'sip:bob@example.com' });
   *
   * @param content - plain data, or the XML text of one element; for an attribute its value
   * @throws ConflictError `no-parent`, `cannot-insert`, `not-xml-frag` or `uniqueness-failure`
   * @throws ValidationError for data that does not fit the table, and if a valid document would break its schema
   */
  put<S extends OfNode<U> | TypeErrorMessage<NotInDocument>>(selector: S, content: ContentFor<U, S>): PutOutcome;
  put(selector: AnySelector, content: unknown, options?: unknown): PutOutcome {
    refuseUnknownOptions(options, {}, 'put');
    const node = nodeOf(this.#state, selector);
    return put(this.#state, node, contentFor(this.#state, node, content), { keepValid: true });
  }

  /**
   * Deletes an element or attribute exactly as a server does: the white space around it remains (RFC 4825 section 8.4).
   *
   * @example
   * lists.delete(resourceLists.list('friends').entry('sip:bob@example.com'));
   *
   * @throws NotFoundError if the selector matches no element or several
   * @throws ConflictError `cannot-delete` if it would match another element afterwards
   * @throws ValidationError if a valid document would break its schema, because it needs the node
   */
  delete(selector: OfNode<U>): void;
  delete(selector: AnySelector, options?: unknown): void {
    refuseUnknownOptions(options, {}, 'delete');
    deleteNode(this.#state, nodeOf(this.#state, selector), { keepValid: true });
  }

  /**
   * Changes the named members of an element and keeps everything else in it, extensions included. `null` removes a
   * member; an array of children replaces all children of that name.
   *
   * @example
   * lists.update(resourceLists.list('friends').entry(1), { displayName: 'Bob' });
   *
   * @throws NotFoundError if the selector matches no element or several
   * @throws ValidationError for data that does not fit the table, and if a valid document would break its schema
   * @throws ConflictError `uniqueness-failure`
   */
  update<S extends OfElement<U>>(selector: S, data: UpdateFor<U, S>): void;
  update(selector: AnySelector, data: unknown, options?: unknown): void {
    refuseUnknownOptions(options, {}, 'update');
    update(this.#state, elementNodeOf(this.#state, selector), data);
  }

  /**
   * Adds children to an element, each in schema order and indented like its siblings.
   *
   * @example
   * lists.append(resourceLists.list('friends'), { entry: [{ uri: 'sip:dave@example.com' }] });
   *
   * @param content - data by child (`{ entry: { uri } }`, one or an array), or the XML text of one element
   * @returns the selectors of the new elements
   * @throws ConflictError `no-parent` or `uniqueness-failure`
   * @throws ValidationError for data that does not fit the table, and if a valid document would break its schema
   */
  append<S extends OfElement<U>>(parent: S, content: ChildrenFor<U, S>): UntypedSelector[];
  append(parent: AnySelector, content: unknown, options?: unknown): UntypedSelector[] {
    refuseUnknownOptions(options, {}, 'append');
    return append(this.#state, elementNodeOf(this.#state, parent), content);
  }

  /**
   * Returns the DOM element, as an escape hatch; `undefined` if the selector matches no element or several. Changes
   * inside it, and of comments and instructions beside the root element, appear in the printed document, but not in
   * `changes`.
   *
   * The element belongs to the current version of the document. When the document of a `SyncedDocument` takes in changes of
   * others, the element is frozen: changing it throws a TypeError. Get the element again.
   *
   * @example
   * lists.element(resourceLists.list('friends'))?.setAttribute('name', 'mates');
   */
  element(selector: OfElement<U>): Element | undefined {
    const found = evaluate(this.#state.dom, elementNodeOf(this.#state, selector));
    if (found.kind !== 'element') return undefined;
    handOut(found.element);
    this.#state.handedOut.add(found.element);
    return found.element;
  }

  /**
   * Reads nodes by any XPath 1.0 expression. Its prefixes are those of the usage's table, of the root element, and the
   * given ones. The nodes are for reading; use `element()` to change one.
   *
   * A path takes time in proportion to the size of the document, however its elements are nested. A predicate that looks
   * at the whole document for each node, such as `//*[count(//*) > 1]`, and the axes `following` and `preceding` take the
   * square of that, so do not evaluate expressions from others.
   *
   * @example
   * lists.select('//rl:entry[starts-with(@uri, "sip:")]');
   *
   * @throws InvalidArgumentError for an expression that XPath cannot evaluate
   */
  select(expression: string, namespaces: Readonly<Record<string, string>> = {}): Node[] {
    return select(this.#state, expression, namespaces);
  }

  /**
   * Returns the selector of an element or attribute that `select` or `element` returned, so that it can be addressed on
   * a server: by key if the key is unique, else by name, else by position. An element in no namespace is selected as
   * `*[n]` where there is a default document namespace, because its name cannot be written there (RFC 4825 section 6.3).
   *
   * @example
   * lists.select('//rl:entry').map((entry) => String(lists.selectorOf(entry)));
   *
   * @throws InvalidArgumentError for any other node, a namespace declaration, and a node of another document
   */
  selectorOf(node: Node): UntypedSelector {
    return selectorOf(this.#state, node);
  }

  /**
   * Reads a string, number or boolean by an XPath 1.0 expression.
   *
   * @example
   * lists.selectValue('count(//rl:entry)');
   *
   * @throws InvalidArgumentError for an expression that XPath cannot evaluate, or that selects nodes
   */
  selectValue(expression: string, namespaces: Readonly<Record<string, string>> = {}): string | number | boolean {
    return selectValue(this.#state, expression, namespaces);
  }

  /**
   * Returns how many nodes the selector matches: 1 if it selects a node, 0 or more than 1 if `get` returns `undefined`.
   * The first step that does not match exactly one element determines the number (RFC 4825 section 6.3).
   *
   * @example
   * lists.matches(resourceLists.list('friends')); // 1
   */
  matches(selector: AnySelector): number {
    return countMatches(this.#state.dom, nodeOf(this.#state, selector));
  }

  /**
   * Returns the text of a node as a GET returns it, without added namespace declarations; `undefined` if the selector
   * matches no node or several (RFC 4825 section 8.3).
   *
   * @example
   * lists.xml(resourceLists.list('friends').entry(1)); // '<entry uri="sip:bob@example.com"/>'
   */
  xml(selector: AnySelector): string | undefined {
    return xml(this.#state, nodeOf(this.#state, selector));
  }

  /**
   * Returns every breach of the usage's table and constraints; an empty array if the document is valid.
   *
   * @example
   * lists.validate().map(({ selector, message }) => `${selector}: ${message}`);
   *
   * @param limit - maximum number of breaches to return. Default: all.
   */
  validate(limit?: number): ValidationIssue[] {
    if (limit !== undefined && !(typeof limit === 'number' && limit >= 0))
      throw new InvalidArgumentError(`validate: limit must be a number of at least 0, not ${describeValue(limit)}`);
    return validate(this.#state, limit);
  }

  /** Returns the text of the document: as it was read, except for what was edited. */
  toString(): string {
    return printDocument(this.#state.tree);
  }

  /** Returns a copy that shares nothing with this document and has no `changes`. */
  clone(): this {
    const { tree, handedOut } = this.#state;
    return this.#with(handedOut.size > 0 ? cloneDocument(tree) : cloneLater(tree));
  }

  #with(dom: Document): this {
    const copy: unknown = Reflect.construct(this.constructor, [dom, this.#setup]);
    return copy as this; // constructed by this object's own class
  }

  /**
   * Whether two documents have the same content: elements, attributes and text. Prefixes, quotes, comments and white
   * space between elements are ignored, and so is white space in an element that holds no text by the table.
   *
   * @throws InvalidArgumentError if `other` is not a document
   */
  equals(other: XcapDocument<U>): boolean {
    if (!(other instanceof XcapDocument))
      throw new InvalidArgumentError(`equals compares with another document, not with ${describeValue(other)}`);
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

  /**
   * Returns the element that has to be removed when a merge has left an element without children; usages override it.
   *
   * @param _emptied - element of this document that both sides left some children
   */
  protected removedWithEmpty(_emptied: Element): Element | undefined {
    return undefined;
  }

  /**
   * Calls `removedWithEmpty` of a merged document.
   *
   * @internal
   */
  static removedWithEmpty<V extends UsageTable>(document: XcapDocument<V>, emptied: Element): Element | undefined {
    return document.removedWithEmpty(emptied);
  }

  /**
   * Whether the class of a document overrides `removedWithEmpty`.
   *
   * @internal
   */
  static removesEmptied<V extends UsageTable>(document: XcapDocument<V>): boolean {
    return document.removedWithEmpty !== XcapDocument.prototype.removedWithEmpty;
  }

  /**
   * Returns a document of the same class with another text, which this library printed.
   *
   * @internal
   */
  static copyWithText<V extends UsageTable>(document: XcapDocument<V>, text: string): XcapDocument<V> {
    return document.#with(unreadDocument(text));
  }

  /**
   * Replaces the content of a document by that of another one, which must not be used afterwards. Elements that were
   * handed out belong to the old content, so they are frozen: a change of them would be lost.
   *
   * @internal
   */
  static adopt(document: XcapDocument, replacement: XcapDocument): void {
    const state = document.#state;
    const { tree, changes, handedOut } = replacement.#state;
    for (const element of state.handedOut) freezeTree(element);
    state.handedOut.clear();
    // They are elements of this document now, and may have been changed without a record.
    for (const element of handedOut) state.handedOut.add(element);
    state.tree = tree;
    state.changes.length = 0;
    for (const change of changes) state.changes.push(change);
  }

  /**
   * Returns the internal state of a document, for operations outside of this class.
   *
   * @throws InvalidArgumentError for anything but a document of this library
   * @internal
   */
  static stateOf<V extends UsageTable>(document: XcapDocument<V>): DocumentState {
    if (isObject(document) && #state in document) return document.#state;
    throw new InvalidArgumentError(
      `expected a document of this library, not ${describeValue(document)}; read text with parse of its usage`,
    );
  }
}
