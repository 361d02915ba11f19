/** XML 1.0 section 2.3, Namespaces in XML section 4: XML names, and their names in TypeScript. */

const NAME_START =
  'A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F' +
  '\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}';
const NAME_REST = `${NAME_START}\\-.0-9\\u00B7\\u0300-\\u036F\\u203F\\u2040`;
const NCNAME = new RegExp(`^[${NAME_START}][${NAME_REST}]*$`, 'u');
const NCNAME_PREFIX = new RegExp(`^[${NAME_START}][${NAME_REST}]*`, 'u');
const ASCII_NCNAME = /^[A-Z_a-z][A-Z_a-z0-9.-]*$/;

/** The namespace that the prefix `xml` is always bound to. */
export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';

/** The namespace of `xmlns` and `xmlns:p`; these declarations are not attributes. */
export const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';

/** Whether `text` is a name without a colon. */
export const isNCName = (text: string): boolean => ASCII_NCNAME.test(text) || NCNAME.test(text);

/** Returns the longest name without a colon at the start of `text`; empty when there is none. */
export const leadingNCName = (text: string): string => NCNAME_PREFIX.exec(text)?.[0] ?? '';

/** Splits `p:local` into prefix and local name; the prefix is empty when there is none. */
export function splitName(name: string): { readonly prefix: string; readonly local: string } {
  const colon = name.indexOf(':');
  return colon < 0 ? { prefix: '', local: name } : { prefix: name.slice(0, colon), local: name.slice(colon + 1) };
}

/** Returns the TypeScript name of an XML name: camelCase without prefix (`pr:sub-handling` is `subHandling`). */
export const memberName = (name: string): string =>
  splitName(name).local.replace(/-(.?)/g, (_, letter: string) => letter.toUpperCase());
