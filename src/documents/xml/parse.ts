/// <reference path="./xmldom.d.ts" />
import type { Document, Element } from '@xmldom/xmldom';
// The main file of the package contains its parser and the entities of HTML, too: 18 KiB more in a compressed bundle.
import { DOMImplementation } from '@xmldom/xmldom/lib/dom.js';
import { requireString } from '../../selector/arguments.ts';
import { illegalCharacter } from '../../selector/xml-text.ts';
import { buildDom } from './dom-builder.ts';
import { keepIndexes } from './indexes.ts';
import { failureAt } from './parse-failure.ts';
import { limitsOf, NO_LIMITS, type ParseLimits, type ParseOptions } from './parse-limits.ts';
import { setSource, setUnread, unreadText } from './spans.ts';
import { depthOf, namespacesInScope } from './walk.ts';

/** A document and the text it was read from. */
export interface ParsedXml {
  readonly document: Document;
  readonly source: string;
}

/**
 * Reads a whole XML document (XML 1.0, Namespaces in XML 1.0) strictly. A DOCTYPE and any encoding but UTF-8 (or its
 * subset US-ASCII) are refused; a leading byte order mark is kept for printing.
 *
 * @throws XcapParseError at the first error, with its line, column and kind
 */
export function parseXml(source: string, options?: ParseOptions): ParsedXml {
  const limits = checkText(source, options);
  const document = newDocument();
  readInto(document, source, limits);
  return { document, source };
}

/**
 * Returns a document whose nodes are made from a text when `readDocument` first needs them.
 *
 * @param source - a text that was printed by this library, and so is well-formed
 */
export function unreadDocument(source: string): Document {
  const document = newDocument();
  setUnread(document, source);
  return document;
}

/** Returns a document with its nodes. */
export function readDocument(document: Document): Document {
  const source = unreadText(document);
  if (source === undefined) return document;
  setUnread(document, undefined);
  readInto(document, source, limitsOf(NO_LIMITS));
  return document;
}

/** Returns a document without nodes. */
export const newDocument = (): Document => new DOMImplementation().createDocument(null, '');

const NO_NAMESPACES: ReadonlyMap<string, string> = new Map();

function readInto(document: Document, source: string, limits: ParseLimits): void {
  const { root, span } = buildDom({ source, document, fragment: false, namespaces: NO_NAMESPACES, limits });
  setSource(document, { text: source, rootStart: span.start, rootEnd: span.end, root });
}

/** Place of a fragment. */
export interface FragmentContext {
  /** The element that it becomes a child of: gives the namespace bindings and the depth. `undefined` for a root element. */
  readonly scope?: Element | undefined;
}

/**
 * Reads exactly one element, the body of a PUT (RFC 4825 section 8.2.1), in the scope of its place. White space around it
 * is dropped.
 *
 * @param context - the place of the fragment
 * @param ownerDocument - the document that creates the nodes; nothing is inserted
 * @throws XcapParseError when it is not exactly one well-formed element
 */
export function parseFragment(
  source: string,
  context: FragmentContext,
  ownerDocument: Document,
  options?: ParseOptions,
): Element {
  const limits = checkText(source, options);
  const { scope } = context;
  const settings = {
    source,
    document: ownerDocument,
    fragment: true,
    namespaces: scope ? namespacesInScope(scope) : NO_NAMESPACES,
    limits: { ...limits, maxDepth: limits.maxDepth - (scope ? depthOf(scope) : 0) },
  };
  // The nodes of a fragment are in no index before it is inserted.
  return keepIndexes(
    ownerDocument,
    () => buildDom(settings).root,
    () => {},
  );
}

function checkText(source: string, options: ParseOptions | undefined): ParseLimits {
  requireString(source, 'the XML text');
  const limits = limitsOf(options);
  const { maxSize } = limits;
  if (source.length > maxSize) {
    throw failureAt('', 0, `the text is longer than ${maxSize} characters; raise maxSize if that is intended`, 'limit');
  }
  const illegal = illegalCharacter(source);
  if (illegal >= 0) {
    const code = source.charCodeAt(illegal).toString(16).toUpperCase().padStart(4, '0');
    throw failureAt(source, illegal, `U+${code} is not a character that XML allows`);
  }
  return limits;
}
