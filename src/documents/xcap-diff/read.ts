import type { Element } from '@xmldom/xmldom';
import { describeValue, refuseUnknownOptions } from '../../selector/arguments.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { textOf } from '../data/read-data.ts';
import { PatchError } from '../errors.ts';
import { PARSE_OPTIONS, type ParseOptions } from '../xml/parse-limits.ts';
import { isElement } from '../xml/spans.ts';
import { standaloneText } from '../xml/standalone-text.ts';
import { attributeValue, childElements, firstElement } from '../xml/walk.ts';
import { readDiff } from './apply-patch.ts';
import { XCAP_DIFF_NAMESPACE } from './xcap-diff-namespace.ts';

/**
 * What a subscriber has to do for a `document` element (RFC 5874 section 3, figure 1):
 *
 * - `patch`: its operations lead from the previous version to the new one
 * - `fetch-document`: the document was created or changed; fetch it
 * - `etag-only`: only the entity tag changed
 * - `removed`: the document is gone
 * - `unknown`: it names no version
 */
export type DocumentActionKind = 'patch' | 'fetch-document' | 'etag-only' | 'removed' | 'unknown';

/** What happened to one document. */
export interface DocumentAction {
  readonly kind: DocumentActionKind;
  readonly previousEtag?: string | undefined;
  readonly newEtag?: string | undefined;
}

/** A `document` element. */
export interface XcapDiffDocument extends DocumentAction {
  /** Document selector, relative to the XCAP root. */
  readonly sel: string;
  /** The patch operations. */
  readonly operations: readonly Element[];
}

/** An `element` element: an element that was subscribed to. */
export interface XcapDiffElement {
  /** Relative URI of the element: document selector, `~~`, node selector. */
  readonly sel: string;
  /** Whether it exists. */
  readonly exists: boolean;
  /** Its XML text, with the namespaces in scope declared; `undefined` if it does not exist, or is too large to send. */
  readonly xml: string | undefined;
}

/** An `attribute` element. */
export interface XcapDiffAttribute {
  readonly sel: string;
  readonly exists: boolean;
  /** Its value; `undefined` if it does not exist. */
  readonly value: string | undefined;
}

/** An xcap-diff document as data. */
export interface XcapDiff {
  /** The XCAP root that every `sel` is relative to. */
  readonly root: string;
  readonly documents: readonly XcapDiffDocument[];
  readonly elements: readonly XcapDiffElement[];
  readonly attributes: readonly XcapDiffAttribute[];
}

/**
 * Reads an xcap-diff document (RFC 5874). Unknown elements are ignored.
 *
 * @example
 * for (const { sel, newEtag } of readXcapDiff(xcapDiff).documents) console.log(sel, newEtag);
 *
 * @throws PatchError `invalid-diff-format` if it is not an xcap-diff document
 */
export function readXcapDiff(xml: string, options: ParseOptions = {}): XcapDiff {
  refuseUnknownOptions(options, PARSE_OPTIONS, 'readXcapDiff');
  const root = readDiff(xml, options);
  if (root.localName !== 'xcap-diff' || root.namespaceURI !== XCAP_DIFF_NAMESPACE)
    throw invalid(
      `its root is <${root.tagName}> in ${root.namespaceURI || 'no namespace'}, not xcap-diff in ${XCAP_DIFF_NAMESPACE}`,
    );
  const named = (local: string) => childElements(root, { namespace: XCAP_DIFF_NAMESPACE, local });
  return {
    root: required(root, 'xcap-root'),
    documents: named('document').map(readDocument),
    elements: named('element').map((element) => {
      const content = firstElement(element);
      return {
        sel: required(element, 'sel'),
        exists: existence(element),
        xml: content && standaloneText(content, XCAP_DIFF_NAMESPACE),
      };
    }),
    attributes: named('attribute').map((element) => {
      const exists = existence(element);
      return { sel: required(element, 'sel'), exists, value: exists ? textOf(element) : undefined };
    }),
  };
}

/**
 * Returns what a subscriber has to do for a `document` element (RFC 5874 section 3, figure 1).
 *
 * @example
 * documentAction('<document xmlns="urn:ietf:params:xml:ns:xcap-diff" sel="a/b" new-etag="7"/>').kind; // 'created'
 *
 * @param document - the element, or its XML text with the namespace declared
 * @throws PatchError `invalid-diff-format` if it is not a `document` element
 */
export function documentAction(document: Element | string): DocumentAction {
  const element = typeof document === 'string' ? readDiff(document, {}) : document;
  const { kind, previousEtag, newEtag } = readDocument(element);
  return { kind, previousEtag, newEtag };
}

function readDocument(element: Element): XcapDiffDocument {
  if (!isElement(element)) throw new InvalidArgumentError(`expected a document element, not ${describeValue(element)}`);
  if (element.localName !== 'document' || element.namespaceURI !== XCAP_DIFF_NAMESPACE)
    throw invalid(`<${element.tagName}> is not a document element of xcap-diff`);
  const previousEtag = attributeValue(element, null, 'previous-etag');
  const newEtag = attributeValue(element, null, 'new-etag');
  const own = childElements(element, { namespace: XCAP_DIFF_NAMESPACE });
  const isSame = own.some(({ localName }) => localName === 'body-not-changed');
  const operations = own.filter(({ localName }) => localName !== 'body-not-changed');
  if (isSame && operations.length > 0) throw invalid('a document has both body-not-changed and operations');
  const kind = kindOf(previousEtag, newEtag, isSame, operations.length > 0);
  return { kind, sel: required(element, 'sel'), previousEtag, newEtag, operations };
}

function kindOf(
  previous: string | undefined,
  now: string | undefined,
  isSame: boolean,
  isPatch: boolean,
): DocumentActionKind {
  if (isPatch && (previous === undefined) === (now === undefined)) return 'patch';
  if (now !== undefined) return isSame && previous !== undefined ? 'etag-only' : 'fetch-document';
  return previous === undefined ? 'unknown' : 'removed';
}

/** Reads `exists`: without it, the node exists (RFC 5874 section 3). */
function existence(element: Element): boolean {
  const value = attributeValue(element, null, 'exists')?.trim();
  if (value === undefined || value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw invalid(`exists is ${JSON.stringify(value)}, not true or false`);
}

function required(element: Element, name: string): string {
  const value = attributeValue(element, null, name);
  if (value !== undefined) return value;
  throw invalid(`<${element.tagName}> lacks its attribute ${name}`);
}

const invalid = (reason: string): PatchError => new PatchError('invalid-diff-format', 'the xcap-diff document', reason);
