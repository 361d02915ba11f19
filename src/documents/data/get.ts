import type { Element } from '@xmldom/xmldom';
import type { NodeSelector } from '../../selector/ast.ts';
import type { ValueType } from '../../selector/usage-table.ts';
import { evaluate } from '../address/evaluate.ts';
import { ValidationError } from '../errors.ts';
import { type DocumentState, rowOf, selectorFor } from '../state.ts';
import { escapeAttribute } from '../xml/escape.ts';
import { printNode } from '../xml/print.ts';
import { namespacesInScope } from '../xml/walk.ts';
import { type Data, readElement, textOf } from './read-data.ts';
import { describeType, readValue, type SimpleValue } from './values.ts';

/** Reads a node as plain data: see `XcapDocument.get`. */
export function get(state: DocumentState, selector: NodeSelector): Data | undefined {
  const found = evaluate(state.dom, selector);
  if (found.kind === 'none' || found.kind === 'several') return undefined;
  const row = rowOf(state, found.element);
  const value = (text: string, type: ValueType | undefined, what: string): SimpleValue =>
    readValue(text, type) ?? refuseValue(state, selector, text, type, what);
  switch (found.kind) {
    case 'element':
      if (!row) return printNode(found.element);
      return readElement(found.element, row) ?? value(textOf(found.element), row.row.text, 'text');
    case 'namespace-bindings':
      return Object.fromEntries(namespacesInScope(found.element));
    case 'attribute': {
      const { attribute } = found;
      const known = row?.attributes.find(
        ({ name }) => name.local === attribute.localName && name.namespace === (attribute.namespaceURI || null),
      );
      return value(attribute.value, known?.row.type, `attribute ${attribute.name}`);
    }
  }
}

function refuseValue(
  state: DocumentState,
  selector: NodeSelector,
  text: string,
  type: ValueType | undefined,
  what: string,
): never {
  const message = `its ${what} is ${JSON.stringify(text)}, which is not ${describeType(type)}`;
  throw new ValidationError([{ selector: String(selectorFor(state, selector)), rule: 'type', message }]);
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
