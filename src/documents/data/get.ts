import type { Element } from '@xmldom/xmldom';
import type { NodeSelector } from '../../selector/ast.ts';
import { evaluate } from '../address/evaluate.ts';
import { type DocumentState, rowOf } from '../state.ts';
import { escapeAttribute } from '../xml/escape.ts';
import { printNode } from '../xml/print.ts';
import { namespacesInScope } from '../xml/walk.ts';
import { type Data, readElement, typed } from './read-data.ts';

/** Reads a node as plain data: see `XcapDocument.get`. */
export function get(state: DocumentState, selector: NodeSelector): Data | undefined {
  const found = evaluate(state.dom, selector);
  if (found.kind === 'none' || found.kind === 'several') return undefined;
  const row = rowOf(state, found.element);
  switch (found.kind) {
    case 'element':
      return row ? readElement(state, found.element, row) : printNode(found.element);
    case 'namespace-bindings':
      return Object.fromEntries(namespacesInScope(found.element));
    case 'attribute': {
      const { attribute } = found;
      const known = row?.attributes.find(
        ({ name }) => name.local === attribute.localName && name.namespace === (attribute.namespaceURI || null),
      );
      return typed(state, found.element, attribute.value, known?.row.type, `attribute ${attribute.name}`);
    }
  }
}

/** Returns the text of a node as a GET returns it (RFC 4825 sections 7.6, 7.9 and 10). */
export function xml(state: DocumentState, selector: NodeSelector): string | undefined {
  const found = evaluate(state.dom, selector);
  switch (found.kind) {
    case 'element':
      return printNode(found.element);
    case 'attribute':
      return `"${escapeAttribute(found.attribute.value)}"`;
    case 'namespace-bindings':
      return printBindings(found.element);
    default:
      return undefined;
  }
}

/** Returns an empty element of the same name that declares every binding in scope (RFC 4825 section 10). */
function printBindings(element: Element): string {
  const declarations = Array.from(namespacesInScope(element), ([prefix, uri]) => {
    return ` xmlns${prefix === '' ? '' : `:${prefix}`}="${escapeAttribute(uri)}"`;
  });
  return `<${element.tagName}${declarations.join('')}/>`;
}
