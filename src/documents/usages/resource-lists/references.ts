/** RFC 4826 sections 3.1 and 4.5: follows references to lists and entries in other documents. */

import type { Element } from '@xmldom/xmldom';
import { parseXcapUri, type XcapUri } from '../../../selector/document-uri.ts';
import { SelectorSyntaxError, XcapError } from '../../../selector/errors.ts';
import { walk } from '../../address/evaluate.ts';
import { XcapDocument } from '../../document.ts';
import { XcapParseError } from '../../errors.ts';
import type { DocumentState } from '../../state.ts';
import { canonicalUri, resolveEntryRef } from '../common/sip-uri.ts';
import { resourceLists } from './usage.ts';

/**
 * Returns a whole document by its URL: its text, the document, or `undefined` when there is none. An error that it throws
 * is reported as a problem of the reference.
 */
export type FetchDocument = (
  url: string,
) => Promise<string | XcapDocument | undefined> | string | XcapDocument | undefined;

/** A document that contains references. */
export interface Source {
  readonly state: DocumentState;
  /** `undefined` for the flattened document. */
  readonly url: string | undefined;
  /** The XCAP root that its entry-refs are relative to. */
  readonly root: string | undefined;
}

/** The target of a reference, or the reason why it was not followed. */
export type Fetched = { readonly kind: 'found'; readonly source: Source; readonly element: Element } | Failure;

interface Failure {
  readonly kind: 'bad-reference' | 'not-found' | 'unreachable' | 'unreadable' | 'too-many';
  readonly message: string;
  readonly cause?: unknown;
}

interface Limits {
  readonly documentUrl?: string | undefined;
  readonly maxDocuments?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Follows references and fetches every document at most once. */
export class ReferenceReader {
  readonly #start: Source;
  readonly #fetch: FetchDocument;
  readonly #limits: Limits;
  readonly #documents = new Map<string, Source | Failure>();

  constructor(start: Source, fetch: FetchDocument, limits: Limits) {
    this.#start = start;
    this.#fetch = fetch;
    this.#limits = limits;
    if (limits.documentUrl !== undefined) this.#documents.set(canonicalUri(limits.documentUrl), start);
  }

  /** Follows one reference to an element of the wanted kind. */
  async follow(from: Source, reference: string, wanted: 'list' | 'entry'): Promise<Fetched> {
    const uri = readReference(reference, from.root ?? this.#start.root, wanted);
    if ('kind' in uri) return uri;
    const { selector } = uri;
    if (!selector) return bad(`the reference has no node selector; add /~~/ and the node selector of a <${wanted}>`);
    const source = await this.#source(uri);
    if ('kind' in source) return source;
    const found = walk(source.state.dom, selector.node.steps);
    if (found.kind !== 'element') {
      const what = found.kind === 'none' ? 'no element' : 'several elements';
      return { kind: 'not-found', message: `${selector} matches ${what} of ${urlOf(uri)}` };
    }
    const { localName } = found.element;
    return localName === wanted && selector.node.terminal === undefined
      ? { kind: 'found', source, element: found.element }
      : bad(
          `the reference must select a <${wanted}>, but selects ${selector.node.terminal ? 'an attribute' : `a <${localName}>`}`,
        );
  }

  async #source(uri: XcapUri): Promise<Source | Failure> {
    const url = urlOf(uri);
    const key = canonicalUri(url);
    const known = this.#documents.get(key);
    if (known) return known;
    const limit = this.#limits.maxDocuments ?? 100;
    if (this.#documents.size >= limit)
      return { kind: 'too-many', message: `the limit of ${limit} documents is reached; ${url} is left out` };
    this.#limits.signal?.throwIfAborted();
    const source = await this.#read(url, uri.root);
    this.#documents.set(key, source);
    return source;
  }

  async #read(url: string, root: string): Promise<Source | Failure> {
    try {
      const answer = await this.#fetch(url);
      if (answer === undefined) return { kind: 'not-found', message: `the document ${url} does not exist` };
      const document: XcapDocument = typeof answer === 'string' ? resourceLists.parse(answer) : answer;
      return { state: XcapDocument.stateOf(document), url, root };
    } catch (cause) {
      this.#limits.signal?.throwIfAborted();
      const reason = cause instanceof Error ? cause.message : String(cause);
      return cause instanceof XcapParseError
        ? { kind: 'unreadable', message: `${url} cannot be read: ${reason}`, cause }
        : { kind: 'unreachable', message: `${url} could not be fetched: ${reason}`, cause };
    }
  }
}

const bad = (message: string, cause?: unknown): Failure => ({ kind: 'bad-reference', message, cause });

const urlOf = ({ root, documentSelector }: XcapUri): string => `${root}/${documentSelector}`;

const isAbsolute = (reference: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(reference);

/** Parses a reference, absolute or relative to the XCAP root. */
function readReference(reference: string, root: string | undefined, wanted: 'list' | 'entry'): XcapUri | Failure {
  if (reference === '') return bad(`the reference is empty; give the XCAP URI of a <${wanted}>`);
  try {
    if (isAbsolute(reference) && wanted === 'list') return parseAbsolute(reference, root);
    if (root === undefined)
      return bad('the reference is relative to the XCAP root, which is unknown: give the option root');
    return parse(resolveEntryRef(reference, root), root);
  } catch (cause) {
    if (cause instanceof XcapError) return bad(cause.message, cause);
    throw cause;
  }
}

/** Parses the URI of a list on any server. The AUID marks the end of an unknown root. */
function parseAbsolute(reference: string, root: string | undefined): XcapUri {
  if (!/^https?:\/\//i.test(reference)) throw new SelectorSyntaxError(reference, 0, 'an HTTP URI');
  try {
    if (root !== undefined) return parse(reference, root);
  } catch (error) {
    if (!(error instanceof SelectorSyntaxError)) throw error; // below another root, which is searched next
  }
  const [, other] = /^(https?:\/\/[^?#]*?)\/resource-lists\/(?:users|global)\//i.exec(reference) ?? [];
  if (other === undefined)
    throw new SelectorSyntaxError(
      reference,
      0,
      'the URI of a list in a resource-lists document, .../resource-lists/users/...',
    );
  return parse(reference, other);
}

const parse = (uri: string, root: string): XcapUri => parseXcapUri(uri, { root, usages: [resourceLists] });
