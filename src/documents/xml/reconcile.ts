import type { Attr, Element } from '@xmldom/xmldom';
import { InvalidArgumentError, quoteShortened } from '../../selector/errors.ts';
import { XML_NAMESPACE, XMLNS_NAMESPACE } from '../../selector/names.ts';
import { illegalCharacter } from '../../selector/xml-text.ts';

import { isElement, startTagOf } from './spans.ts';
import { scanStartTag, valueIn, withAttribute, withoutAttribute } from './start-tag.ts';
import { declarationOn } from './walk.ts';

/** Namespace declarations that printing added, by element: they are not in the DOM, but in scope below. */
export type AddedDeclarations = Map<Element, Map<string, string>>;

/**
 * Returns the start tag of an element that may have been changed or created through the DOM: its text with every changed
 * attribute updated, and with declarations for prefixes that are not bound at its place.
 *
 * @throws InvalidArgumentError if the DOM contains something that XML cannot express
 */
export function reconciledStartTag(element: Element, added: AddedDeclarations): string {
  let tag = startTagOf(element) ?? `<${element.tagName}/>`;
  const attributes = new Map<string, string>();
  const declarations = new Map<string, string>();
  const inScope = (prefix: string): string => declarations.get(prefix) ?? bindingAt(element, prefix, added) ?? '';

  const namespace = element.namespaceURI ?? '';
  const prefix = element.prefix ?? '';
  if (inScope(prefix) !== namespace) declarations.set(prefix, namespace);
  for (let index = 0; index < element.attributes.length; index++) {
    const attribute = element.attributes[index];
    if (attribute) attributes.set(nameFor(attribute, inScope, declarations), attribute.value);
  }
  const wanted = new Map<string, string>();
  for (const [declared, uri] of declarations) wanted.set(declared === '' ? 'xmlns' : `xmlns:${declared}`, uri);
  for (const [name, value] of attributes) if (!wanted.has(name)) wanted.set(name, value);
  if (declarations.size > 0) added.set(element, declarations);

  for (const written of scanStartTag(tag).reverse()) {
    const value = wanted.get(written.name);
    if (value === undefined) tag = withoutAttribute(tag, written.name);
    else if (value === valueIn(tag, written)) wanted.delete(written.name);
  }
  for (const [name, value] of wanted) {
    mustBeLegal(value, `the attribute ${name} of <${element.tagName}>`);
    tag = withAttribute(tag, name, value);
  }
  return tag;
}

/** Returns the written name of an attribute; declares a prefix if its own is not bound to its namespace here. */
function nameFor(attribute: Attr, inScope: (prefix: string) => string, declarations: Map<string, string>): string {
  const namespace = attribute.namespaceURI;
  if (!namespace || namespace === XMLNS_NAMESPACE || namespace === XML_NAMESPACE) return attribute.name;
  const own = attribute.prefix;
  if (own && inScope(own) === namespace) return attribute.name;
  const local = attribute.localName ?? attribute.name;
  for (const [prefix, uri] of declarations) if (prefix !== '' && uri === namespace) return `${prefix}:${local}`;
  let prefix = own || 'ns1';
  for (let count = 1; inScope(prefix) !== ''; count++) prefix = `ns${count}`;
  declarations.set(prefix, namespace);
  return `${prefix}:${local}`;
}

function bindingAt(element: Element, prefix: string, added: AddedDeclarations): string | undefined {
  if (prefix === 'xml') return XML_NAMESPACE;
  for (let at: Element | null = element; at; at = isElement(at.parentNode) ? at.parentNode : null) {
    const value = added.get(at)?.get(prefix) ?? declarationOn(at, prefix);
    if (value !== undefined) return value;
  }
  return undefined;
}

/**
 * Checks that XML 1.0 allows every character of a text.
 *
 * @throws InvalidArgumentError if it does not
 */
export function mustBeLegal(text: string, what: string): void {
  const at = illegalCharacter(text);
  if (at < 0) return;
  throw new InvalidArgumentError(
    `${what} contains a character that XML does not allow (at ${at} of ${quoteShortened(text, 60)}); remove it`,
  );
}
