import type { ConflictCondition, ConflictDetails } from '../errors.ts';
import { escapeAttribute, escapeText } from '../xml/escape.ts';

/**
 * Writes an `application/xcap-error+xml` body (RFC 4825 section 11); the inverse of `parseXcapError`.
 *
 * @param details - `ancestor` counts with `no-parent`, `exists` with `uniqueness-failure`; an `extension` takes no phrase
 */
export function printXcapError(condition: ConflictCondition, details: ConflictDetails = {}): string {
  const { phrase, ancestor, exists = [] } = details;
  const content =
    condition === 'no-parent' && ancestor !== undefined
      ? `<ancestor>${escapeText(ancestor)}</ancestor>`
      : condition === 'uniqueness-failure'
        ? exists.map(({ field, altValues }) => printExists(field, altValues)).join('')
        : '';
  const attribute = phrase === undefined || condition === 'extension' ? '' : ` phrase="${escapeAttribute(phrase)}"`;
  const element =
    content === '' ? `<${condition}${attribute}/>` : `<${condition}${attribute}>${content}</${condition}>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error">${element}</xcap-error>\n`;
}

const printExists = (field: string, altValues: readonly string[]): string =>
  altValues.length === 0
    ? `<exists field="${escapeAttribute(field)}"/>`
    : `<exists field="${escapeAttribute(field)}">${altValues.map((value) => `<alt-value>${escapeText(value)}</alt-value>`).join('')}</exists>`;
