import type { Element } from '@xmldom/xmldom';
import { ConflictError, XcapParseError } from '../errors.ts';
import type { DocumentState } from '../state.ts';
import { parseFragment } from '../xml/parse.ts';
import { isDocument } from '../xml/spans.ts';
import type { Parent } from './insertion.ts';

/**
 * Reads the XML text of one new element in the scope of its parent (RFC 4825 section 8.2.2).
 *
 * @throws ConflictError `not-xml-frag` when it is not exactly one well-formed element
 */
export function readFragment(state: DocumentState, parent: Parent, text: string, where: () => string): Element {
  try {
    return parseFragment(text, { scope: isDocument(parent) ? undefined : parent }, state.dom, state.limits);
  } catch (cause) {
    if (!(cause instanceof XcapParseError)) throw cause;
    throw new ConflictError('not-xml-frag', where(), { phrase: cause.message, cause });
  }
}
