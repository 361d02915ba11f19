import type { Attr } from '@xmldom/xmldom';
import { type NodeSelector, type QName, qname } from '../../selector/ast.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { evaluate } from '../address/evaluate.ts';
import { notFound } from '../address/no-parent.ts';
import { ConflictError } from '../errors.ts';
import { type DocumentState, selectorFor } from '../state.ts';
import { touchAttribute, touchRemoved } from '../validate/touched.ts';
import { removeAttribute } from '../xml/attributes.ts';
import { removeNode, type Undo } from '../xml/edit.ts';
import { isElement } from '../xml/spans.ts';
import { parentElement } from '../xml/walk.ts';
import type { EditOptions } from './put.ts';
import { transaction } from './transaction.ts';

/**
 * Deletes an element or an attribute (RFC 4825 section 8.4). White space around it remains, and the selector must match
 * nothing afterwards. A refusal leaves the document as it was.
 *
 * @throws NotFoundError if the selector matches no element or several
 * @throws ConflictError `cannot-delete` if the selector would then match another element, `schema-validation-error` for the root
 */
export function deleteNode(
  state: DocumentState,
  selector: NodeSelector,
  { keepValid = false }: Pick<EditOptions, 'keepValid'> = {},
): void {
  const where = String(selectorFor(state, selector));
  const found = evaluate(state.dom, selector);
  if (found.kind === 'none' || found.kind === 'several') throw notFound(state, selector, found);
  if (found.kind === 'namespace-bindings') {
    throw new InvalidArgumentError(`${where}: namespace bindings are read-only (RFC 4825 section 8.4)`);
  }
  if (found.kind === 'element' && !isElement(found.element.parentNode)) {
    throw new ConflictError('schema-validation-error', where, {
      phrase: 'a document needs its root element; delete the whole document instead',
    });
  }
  const remove = (undoable: (undo: Undo) => void) => {
    if (found.kind === 'attribute') {
      const name = nameOfAttribute(found.attribute);
      undoable(removeAttribute(found.element, name));
      touchAttribute(state, found.element, name);
    } else {
      const parent = parentElement(found.element);
      undoable(removeNode(found.element));
      if (parent) touchRemoved(state, parent, found.element);
    }
    if (evaluate(state.dom, selector).kind === 'element') throw new ConflictError('cannot-delete', where);
    state.changes.push({ method: 'DELETE', selector: selectorFor(state, selector) });
  };
  transaction(state, remove, { keepValid });
}

const nameOfAttribute = ({ namespaceURI, localName, name }: Attr): QName =>
  qname(namespaceURI || null, localName ?? name);
