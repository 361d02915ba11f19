import type { Element } from '@xmldom/xmldom';
import { type NodeSelector, type QName, type SelectorStep, sameQName } from '../../selector/ast.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { XMLNS_NAMESPACE } from '../../selector/names.ts';
import { matchStep, walk } from '../address/evaluate.ts';
import { hasName, nameOf } from '../address/names.ts';
import { noParent } from '../address/no-parent.ts';
import { ConflictError } from '../errors.ts';
import { type DocumentState, selectorFor } from '../state.ts';
import { touchAttribute, touchInserted, touchReplaced } from '../validate/touched.ts';
import { refuseTakenKeys } from '../validate/uniqueness.ts';
import { setAttribute } from '../xml/attributes.ts';
import { insertBefore, replaceElement, type Undo } from '../xml/edit.ts';
import { isDocument } from '../xml/spans.ts';
import { attributeOf } from '../xml/walk.ts';
import { readFragment } from './fragment.ts';
import { insertionPoint, type Parent, referenceOf } from './insertion.ts';
import { transaction } from './transaction.ts';

/** Whether a PUT created the node or replaced it. */
export type PutOutcome = 'created' | 'replaced';

/** Options of an edit. */
export interface EditOptions {
  /** Whether to refuse keys that are already taken. Default: true. */
  readonly keepUnique?: boolean;
  /** Whether to refuse an edit that makes a valid document invalid. Default: false, as for a server, which validates itself. */
  readonly keepValid?: boolean;
}

/**
 * Puts an element or an attribute (RFC 4825 section 8.2). A refusal leaves the document as it was.
 *
 * @param body - the element's XML text, or the attribute's value; a function is called with the parent when it is found
 * @throws ConflictError `no-parent`, `not-xml-frag`, `cannot-insert` or `uniqueness-failure`
 */
export function put(
  state: DocumentState,
  selector: NodeSelector,
  body: string | ((parent: Parent) => string),
  options: EditOptions = {},
): PutOutcome {
  const { terminal } = selector;
  if (terminal?.kind === 'namespace-bindings') {
    throw new InvalidArgumentError(
      `${selectorFor(state, selector)}: namespace bindings are read-only (RFC 4825 section 8.2)`,
    );
  }
  if (terminal) return putAttribute(state, selector, terminal.name, body, options);
  const { parent, target } = parentOf(state, selector);
  const text = typeof body === 'string' ? body : body(parent);
  return putElement(state, selector, { parent, target }, text, options);
}

function putElement(
  state: DocumentState,
  selector: NodeSelector,
  { parent, target }: Place,
  body: string,
  { keepUnique = true, keepValid = false }: EditOptions,
): PutOutcome {
  const where = () => String(selectorFor(state, selector));
  const { first: old, count } = matchStep(parent, target);
  const element = readFragment(state, parent, body, where);
  if (count > 1)
    throw new ConflictError('cannot-insert', where(), {
      phrase: 'the selector matches several elements; nothing was replaced',
    });
  const replace = (undoable: (undo: Undo) => void) => {
    undoable(old ? replaceElement(old, element) : insertNew(parent, target, element, where));
    if (old) touchReplaced(state, old, element);
    else touchInserted(state, element);
    const now = walk(state.dom, selector.steps);
    if (now.kind !== 'element' || now.element !== element)
      throw new ConflictError('cannot-insert', where(), { phrase: mismatch(target, element) });
    if (keepUnique) refuseTakenKeys(state, [element], where);
    state.changes.push({ method: 'PUT', selector: selectorFor(state, selector), body });
  };
  transaction(state, replace, { keepValid });
  return old ? 'replaced' : 'created';
}

/** The place of an element: its parent, and the step that selects it there. */
interface Place {
  readonly parent: Parent;
  readonly target: SelectorStep;
}

/** Finds the parent in which the last step is evaluated (RFC 4825 section 8.2.1). */
function parentOf(state: DocumentState, selector: NodeSelector): Place {
  const target = selector.steps.at(-1);
  if (!target) throw new InvalidArgumentError('a node selector has at least one step');
  if (selector.steps.length === 1) return { parent: state.dom, target };
  const found = walk(state.dom, selector.steps.slice(0, -1));
  if (found.kind === 'element') return { parent: found.element, target };
  throw noParent(state, selector, found);
}

function insertNew(parent: Parent, target: SelectorStep, element: Element, where: () => string): Undo {
  if (isDocument(parent)) {
    throw new ConflictError('cannot-insert', where(), { phrase: 'the document has another root element already' });
  }
  const point = insertionPoint(parent, target, nameOf(element));
  if (!point) {
    throw new ConflictError('cannot-insert', where(), {
      phrase: `there are too few siblings before position ${target.position}`,
    });
  }
  return insertBefore(parent, element, referenceOf(point));
}

/** Explains why the selector does not select the element that was put. */
function mismatch({ name, attribute, position }: SelectorStep, element: Element): string {
  if (name !== '*' && !hasName(element, name)) {
    const isIn = (namespace: string | null) => (namespace ? `namespace ${namespace}` : 'no namespace');
    return `the content is <${element.tagName}> in ${isIn(element.namespaceURI)}, the selector names <${name.local}> in ${isIn(name.namespace)}`;
  }
  if (attribute) {
    const has = attributeOf(element, attribute.name.namespace, attribute.name.local)?.value;
    if (has !== attribute.value) {
      return `the content has ${has === undefined ? `no ${attribute.name.local}` : `${attribute.name.local}=${JSON.stringify(has)}`}, the selector names ${JSON.stringify(attribute.value)}`;
    }
  }
  return position === undefined
    ? 'the selector would also match another element'
    : 'the element would not be at that position';
}

function putAttribute(
  state: DocumentState,
  selector: NodeSelector,
  name: QName,
  body: string | ((parent: Parent) => string),
  { keepUnique = true, keepValid = false }: EditOptions,
): PutOutcome {
  const where = () => String(selectorFor(state, selector));
  const found = walk(state.dom, selector.steps);
  if (found.kind !== 'element') throw noParent(state, selector, found);
  const { element } = found;
  const value = typeof body === 'string' ? body : body(element);
  if (name.namespace === XMLNS_NAMESPACE || (name.namespace === null && name.local === 'xmlns')) {
    throw new ConflictError('cannot-insert', where(), {
      phrase: 'a namespace declaration is not an attribute (RFC 4825 section 6.3); replace the element',
    });
  }
  const test = selector.steps.at(-1)?.attribute;
  if (test && sameQName(test.name, name) && test.value !== value) {
    throw new ConflictError('cannot-insert', where(), {
      phrase: 'the selector tests the attribute that changes; select the element by position or replace it',
    });
  }
  const existed = attributeOf(element, name.namespace, name.local) !== undefined;
  const prefix = name.namespace === null ? undefined : state.scope.prefixes.get(name.namespace);
  const set = (undoable: (undo: Undo) => void) => {
    undoable(setAttribute(element, name, value, prefix));
    touchAttribute(state, element, name);
    if (keepUnique) refuseTakenKeys(state, [element], where);
    state.changes.push({ method: 'PUT', selector: selectorFor(state, selector), body: value });
  };
  transaction(state, set, { keepValid });
  return existed ? 'replaced' : 'created';
}
