import type { Element } from '@xmldom/xmldom';
import { textOf } from '../data/read-data.ts';
import { CONFLICT_CONDITIONS, type ConflictCondition, type UniquenessConflict, XcapParseError } from '../errors.ts';
import { parseXml } from '../xml/parse.ts';
import { attributeValue, childElements, firstElement } from '../xml/walk.ts';

/** The content of an `application/xcap-error+xml` body (RFC 4825 section 11). */
export interface XcapErrorReport {
  readonly condition: ConflictCondition;
  /** Text for people. */
  readonly phrase?: string;
  /** With `no-parent`: the closest ancestor that exists. */
  readonly ancestor?: string;
  /** With `uniqueness-failure`: the values that are taken, and values that would be free. */
  readonly exists: readonly UniquenessConflict[];
}

const NAMESPACE = 'urn:ietf:params:xml:ns:xcap-error';

const named = (local: string) => ({ namespace: NAMESPACE, local });

/**
 * Reads the body of a 409 by its content: servers send reports under any media type, with comments and white space, or
 * send no report at all. The limits of documents apply.
 *
 * @example
 * parseXcapError(error.body ?? '')?.condition; // 'no-parent'
 *
 * @returns `undefined` for anything that is not a report: HTML, JSON, malformed XML, an unknown condition, and an
 *   `extension` with unknown content, which clients must discard (RFC 4825 section 11.2)
 */
export function parseXcapError(text: string): XcapErrorReport | undefined {
  if (!text.includes(NAMESPACE)) return undefined;
  try {
    const root = parseXml(withoutDeclaration(text)).document.documentElement;
    return root?.localName === 'xcap-error' && root.namespaceURI === NAMESPACE ? readReport(root) : undefined;
  } catch (error) {
    // A body that is not a report is the ordinary case, and the 409 itself is still reported.
    if (error instanceof XcapParseError) return undefined;
    throw error;
  }
}

/** Removes the XML declaration: its encoding was for the transport, which has decoded the body. */
function withoutDeclaration(text: string): string {
  const start = text.startsWith('\uFEFF') ? 1 : 0;
  const end = text.startsWith('<?xml', start) ? text.indexOf('?>', start) : -1;
  return end < 0 ? text : text.slice(end + 2);
}

function readReport(root: Element): XcapErrorReport | undefined {
  for (const element of childElements(root)) {
    const condition = CONFLICT_CONDITIONS.find((known) => known === element.localName);
    if (condition === undefined || element.namespaceURI !== NAMESPACE) continue;
    if (condition === 'extension' && firstElement(element)) return undefined;
    const phrase = attributeValue(element, null, 'phrase');
    const ancestor = condition === 'no-parent' ? firstElement(element, named('ancestor')) : undefined;
    const exists = condition === 'uniqueness-failure' ? childElements(element, named('exists')) : [];
    return {
      condition,
      exists: exists.map((each) => ({
        field: attributeValue(each, null, 'field') ?? '',
        altValues: childElements(each, named('alt-value')).map(textOf),
      })),
      ...(phrase !== undefined && { phrase }),
      ...(ancestor && { ancestor: textOf(ancestor).trim() }),
    };
  }
  return undefined;
}
