import { DOMImplementation, type Document, type Element } from '@xmldom/xmldom';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { buildDom } from './dom-builder.ts';
import { firstIllegalChar } from './escape.ts';
import { failureAt } from './parse-failure.ts';
import { setSource } from './spans.ts';
import { depthOf, namespacesInScope } from './walk.ts';

/** Limits that keep a hostile text from eating the memory. */
export interface ParseOptions {
  /** Longest text that is read, in UTF-16 units. Default: 16 Mi. */
  readonly maxSize?: number | undefined;
  /** How many elements may stand in each other. Default: 1000. */
  readonly maxDepth?: number | undefined;
}

/** A document and the text it was read from. */
export interface ParsedXml {
  readonly document: Document;
  readonly source: string;
}

const MAX_SIZE = 16 * 1024 * 1024;
const MAX_DEPTH = 1000;

/**
 * Reads a whole XML document (XML 1.0, Namespaces in XML 1.0) strictly. A DOCTYPE and any encoding but UTF-8 (or its
 * subset US-ASCII) are refused; a leading byte order mark is kept for printing.
 *
 * @throws XcapParseError at the first thing the standards forbid, with its line and column
 */
export function parseXml(source: string, options: ParseOptions = {}): ParsedXml {
  checkText(source, options);
  const document = new DOMImplementation().createDocument(null, '');
  const { root, span } = buildDom({
    source,
    document,
    fragment: false,
    namespaces: {},
    maxDepth: options.maxDepth ?? MAX_DEPTH,
  });
  setSource(document, { text: source, rootStart: span.start, rootEnd: span.end, root });
  return { document, source };
}

/** Where a fragment is to stand. */
export interface FragmentContext {
  /** Element whose namespace bindings are in scope and whose depth counts; `undefined` when it becomes the root. */
  readonly scope?: Element | undefined;
}

/**
 * Reads exactly one element, as a PUT of an element carries it (RFC 4825 section 8.2.1), in the scope of its place.
 * White space around it is dropped.
 *
 * @param context - the element it will stand in
 * @param ownerDocument - the document the nodes are made for; nothing is inserted
 * @throws XcapParseError when it is not exactly one well-formed element
 */
export function parseFragment(
  source: string,
  context: FragmentContext,
  ownerDocument: Document,
  options: ParseOptions = {},
): Element {
  checkText(source, options);
  const { scope } = context;
  const { root } = buildDom({
    source,
    document: ownerDocument,
    fragment: true,
    namespaces: scope ? Object.fromEntries(namespacesInScope(scope)) : {},
    maxDepth: (options.maxDepth ?? MAX_DEPTH) - (scope ? depthOf(scope) : 0),
  });
  return root;
}

function checkText(source: string, options: ParseOptions): void {
  const maxSize = options.maxSize ?? MAX_SIZE;
  mustBeLimit('maxSize', maxSize);
  mustBeLimit('maxDepth', options.maxDepth ?? MAX_DEPTH);
  if (source.length > maxSize) {
    throw failureAt('', 0, `the text is longer than ${maxSize} characters; raise maxSize if that is intended`);
  }
  const illegal = firstIllegalChar(source);
  if (illegal >= 0) {
    const code = source.charCodeAt(illegal).toString(16).toUpperCase().padStart(4, '0');
    throw failureAt(source, illegal, `U+${code} is not a character that XML allows`);
  }
}

/** A limit that is no number would be none at all. */
function mustBeLimit(name: string, limit: number): void {
  if (typeof limit === 'number' && limit >= 0) return;
  throw new InvalidArgumentError(`${name} is a number of at least 0, not ${String(limit)}`);
}
