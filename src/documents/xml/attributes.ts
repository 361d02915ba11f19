import type { Attr, Element } from '@xmldom/xmldom';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { XML_NAMESPACE, XMLNS_NAMESPACE } from '../../selector/names.ts';
import type { Undo } from './edit.ts';
import { keepIndexes } from './indexes.ts';
import { mustBeLegal, reconciledStartTag } from './reconcile.ts';
import { setStartTag, spanOf, startTagOf } from './spans.ts';
import { withAttribute, withoutAttribute } from './start-tag.ts';
import { attributeOf, lookupNamespace, namespacesInScope } from './walk.ts';

/** The expanded name of an attribute; `null` means no namespace. */
export interface AttributeName {
  readonly namespace: string | null;
  readonly local: string;
}

/**
 * Sets an attribute of an element. In the text only the value between the quotes changes; a new attribute is added after
 * the others, and a prefix is declared for it if none is bound to its namespace. A name in the namespace of `xmlns`
 * declares a prefix.
 *
 * @param preferredPrefix - the prefix among several of the namespace, or for a namespace that has none yet
 * @throws InvalidArgumentError for a value with a character that XML does not allow
 */
export function setAttribute(element: Element, name: AttributeName, value: string, preferredPrefix?: string): Undo {
  mustBeLegal(value, `the value of the attribute ${name.local}`);
  const existing = attributeOf(element, name.namespace, name.local);
  if (existing) return write(element, name, existing.name, value);
  const prefix = name.namespace === null ? undefined : prefixForAttribute(element, name.namespace, preferredPrefix);
  const written = qualified(name, prefix);
  if (prefix === undefined || lookupNamespace(element, prefix) !== undefined)
    return write(element, name, written, value);
  const declaration = { namespace: XMLNS_NAMESPACE, local: prefix };
  const undeclare = write(element, declaration, `xmlns:${prefix}`, name.namespace ?? '');
  const undo = write(element, name, written, value);
  return () => {
    undo();
    undeclare();
  };
}

/** Removes an attribute and the white space before it; does nothing if the element does not have it. */
export function removeAttribute(element: Element, name: AttributeName): Undo {
  const existing = attributeOf(element, name.namespace, name.local);
  if (!existing) return () => {};
  const restoreText = changeTag(element, (tag) => withoutAttribute(tag, existing.name));
  change(element, name, () => element.removeAttributeNode(existing));
  return () => {
    restoreText();
    change(element, name, () => element.setAttributeNodeNS(existing));
  };
}

/** Changes an attribute in the DOM and in the indexes of the document. */
function change(element: Element, name: AttributeName, edit: () => unknown): void {
  const former = attributeOf(element, name.namespace, name.local)?.value;
  keepIndexes(element.ownerDocument, edit, (indexes) => indexes.attributeChanged(element, name, former));
}

function write(element: Element, name: AttributeName, written: string, value: string): Undo {
  const restoreText = changeTag(element, (tag) => withAttribute(tag, written, value));
  const existing = attributeOf(element, name.namespace, name.local);
  if (existing && name.namespace !== XMLNS_NAMESPACE) {
    const former = existing.value;
    change(element, name, () => assign(existing, value));
    return () => {
      restoreText();
      change(element, name, () => assign(existing, former));
    };
  }
  // The DOM updates its table of prefixes only if a declaration is set as a node.
  const attribute = createAttribute(element, name.namespace, written, value);
  change(element, name, () => element.setAttributeNodeNS(attribute));
  return () => {
    restoreText();
    change(element, name, () => {
      element.removeAttributeNode(attribute);
      if (existing) element.setAttributeNodeNS(existing);
    });
  };
}

function changeTag(element: Element, edit: (tag: string) => string): Undo {
  const span = spanOf(element);
  const written = startTagOf(element);
  if (!span || written === undefined) return () => {};
  const former = span.startTag;
  // Changes through the DOM are applied first, so that attributes keep the order in which they were added.
  setStartTag(element, edit(span.handedOut ? reconciledStartTag(element, new Map()) : written));
  return () => setStartTag(element, former);
}

function assign(attribute: Attr, value: string): void {
  attribute.value = value;
  attribute.nodeValue = value;
}

function createAttribute(element: Element, namespace: string | null, written: string, value: string): Attr {
  const document = element.ownerDocument;
  if (!document) throw new InvalidArgumentError(`the element <${element.tagName}> belongs to no document`);
  const attribute = document.createAttributeNS(namespace, written);
  assign(attribute, value);
  return attribute;
}

function qualified({ namespace, local }: AttributeName, prefix: string | undefined): string {
  if (namespace === XMLNS_NAMESPACE && local === 'xmlns') return 'xmlns';
  return prefix === undefined ? local : `${prefix}:${local}`;
}

/** Returns a prefix that is bound to the namespace, or a free one; attributes do not use the default namespace. */
function prefixForAttribute(element: Element, namespace: string, preferred: string | undefined): string {
  if (namespace === XML_NAMESPACE) return 'xml';
  if (namespace === XMLNS_NAMESPACE) return 'xmlns';
  const inScope = namespacesInScope(element);
  if (preferred && inScope.get(preferred) === namespace) return preferred;
  for (const [prefix, uri] of inScope) if (prefix !== '' && uri === namespace) return prefix;
  const base = preferred || 'ns';
  let prefix = preferred || 'ns1';
  for (let count = 1; inScope.has(prefix) || /^xml/i.test(prefix); count++) {
    prefix = `${/^xml/i.test(base) ? 'ns' : base}${count}`;
  }
  return prefix;
}
