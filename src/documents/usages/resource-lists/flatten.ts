/** RFC 4826 section 4.5: the URIs of a list and of everything that it refers to. https://www.rfc-editor.org/rfc/rfc4826#section-4.5 */

import type { Element } from '@xmldom/xmldom';
import { describeValue } from '../../../selector/arguments.ts';
import type { ElementSelector, UntypedSelector } from '../../../selector/builder-types.ts';
import { InvalidArgumentError } from '../../../selector/errors.ts';
import { XML_NAMESPACE } from '../../../selector/names.ts';
import { Addresses } from '../../address/addresses.ts';
import { evaluate } from '../../address/evaluate.ts';
import { textOf } from '../../data/read-data.ts';
import { XcapDocument } from '../../document.ts';
import { NotFoundError } from '../../errors.ts';
import { type DocumentState, selectorFor } from '../../state.ts';
import { attributeValue, childElements, firstElement } from '../../xml/walk.ts';
import { checkOptions, elementArgument, textArgument } from '../common/arguments.ts';
import { ResourceListsDocument } from './document.ts';
import { RESOURCE_LISTS } from './list-rows.ts';
import { type FetchDocument, type Fetched, ReferenceReader, type Source } from './references.ts';
import type { ResourceLists } from './table.ts';

/** A display name of a URI. */
export interface DisplayName {
  readonly text: string;
  readonly lang?: string;
}

/** An element that a flat list was made from. */
export interface EntryOrigin {
  /** The URL of the document; `undefined` for the flattened document. */
  readonly document: string | undefined;
  readonly selector: UntypedSelector;
}

/** One URI of a flattened list. */
export interface FlatEntry {
  readonly uri: string;
  /** The display names without duplicates, in the order in which they were found. */
  readonly displayNames: readonly DisplayName[];
  readonly origins: readonly EntryOrigin[];
}

/** The reason why a reference was not followed. */
export type FlattenProblemKind =
  | 'cycle'
  | 'too-deep'
  | 'too-many'
  | 'bad-reference'
  | 'not-found'
  | 'unreachable'
  | 'unreadable';

/** A reference that was not followed. */
export interface FlattenProblem {
  readonly kind: FlattenProblemKind;
  /** The reference as it is written; empty for a list that is nested too deep. */
  readonly reference: string;
  /** The element that contains it. */
  readonly origin: EntryOrigin;
  readonly message: string;
  readonly cause?: unknown;
}

/** The result of flattening a list. */
export interface FlatList {
  /** The URIs in the order in which they were found, compared character by character (RFC 4826 section 4.5). */
  readonly entries: readonly FlatEntry[];
  /** The references that were not followed. */
  readonly problems: readonly FlattenProblem[];
}

/**
 * Options of `flattenList` and `flatten`.
 *
 * @example
 * const options: FlattenOptions = { root, documentUrl: url, maxDepth: 10, maxDocuments: 20, signal };
 * await flattenList(doc, friends, (address) => texts.get(address), options);
 */
export interface FlattenOptions {
  /** The XCAP root that entry-refs of the document are relative to. Default: relative references are reported as problems. */
  readonly root?: string | undefined;
  /** The URL of the document itself, so that references to it are not fetched. Default: they are fetched. */
  readonly documentUrl?: string | undefined;
  /** Maximum nesting depth of lists, including references. Default: 100. */
  readonly maxDepth?: number | undefined;
  /** Maximum number of documents to fetch. Default: 100. */
  readonly maxDocuments?: number | undefined;
  /** Rejects the call with its reason when it is aborted. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Returns the flat list of URIs of a list without duplicates: follows nested lists, and references to entries and to
 * lists on any server (RFC 4826 section 4.5). References that cannot be followed are reported as `problems`.
 *
 * @param fetch - returns a whole document by its URL: its text, the document, or `undefined` when there is none
 * @throws NotFoundError when the list does not exist
 * @throws InvalidArgumentError for an argument or option that the function does not take
 *
 * @example
 * const { entries, problems } = await flattenList(doc, resourceLists.list('friends'), (url) => texts.get(url), { root });
 */
export async function flattenList(
  document: ResourceListsDocument,
  list: ElementSelector<ResourceLists, 'list'> | UntypedSelector,
  fetch: FetchDocument,
  options: FlattenOptions = {},
): Promise<FlatList> {
  if (!(document instanceof ResourceListsDocument))
    throw new InvalidArgumentError(
      `flattenList: the document must be a resource-lists document, not ${describeValue(document)}`,
    );
  const state = XcapDocument.stateOf(document);
  const found = evaluate(state.dom, elementArgument(state, list, ['list'], 'flattenList'));
  if (found.kind !== 'element') throw new NotFoundError(String(list), 'the list does not exist');
  const flattening = new Flattening(state, fetch, options);
  await flattening.list(flattening.start, found.element, 1);
  return flattening.result();
}

/** Flattens a service element of an rls-services document. */
export async function flattenService(
  state: DocumentState,
  service: Element,
  fetch: FetchDocument,
  options: FlattenOptions,
): Promise<FlatList> {
  const flattening = new Flattening(state, fetch, options);
  for (const child of childElements(service, { namespace: service.namespaceURI })) {
    if (child.localName === 'list') await flattening.list(flattening.start, child, 1);
    if (child.localName === 'resource-list')
      await flattening.reference(flattening.start, child, textOf(child).trim(), 1);
  }
  return flattening.result();
}

interface Collected {
  /** By text and language. */
  readonly displayNames: Map<string, DisplayName>;
  readonly origins: EntryOrigin[];
}

const OPTIONS: Record<keyof FlattenOptions, true> = {
  root: true,
  documentUrl: true,
  maxDepth: true,
  maxDocuments: true,
  signal: true,
};

function checkArguments(fetch: unknown, options: FlattenOptions): void {
  if (typeof fetch !== 'function')
    throw new InvalidArgumentError(
      `flatten: fetch must be a function that returns documents, not ${describeValue(fetch)}`,
    );
  checkOptions(options, OPTIONS, 'flatten');
  const { root = '', documentUrl = '', maxDepth = 100, maxDocuments = 100 } = options;
  textArgument(root, 'flatten: root');
  textArgument(documentUrl, 'flatten: documentUrl');
  for (const [name, limit] of Object.entries({ maxDepth, maxDocuments }))
    if (typeof limit !== 'number' || !(limit >= 0))
      throw new InvalidArgumentError(`flatten: ${name} must be a number from 0, not ${describeValue(limit)}`);
}

class Flattening {
  readonly start: Source;
  readonly #reader: ReferenceReader;
  readonly #maxDepth: number;
  readonly #entries = new Map<string, Collected>();
  /** Selectors of each document: to walk along all siblings for each entry would take quadratic time. */
  readonly #addresses = new Map<DocumentState, Addresses>();
  readonly #problems: FlattenProblem[] = [];
  readonly #open = new Set<Element>();
  readonly #done = new Set<Element>();

  constructor(state: DocumentState, fetch: FetchDocument, options: FlattenOptions) {
    checkArguments(fetch, options);
    this.start = { state, url: undefined, root: options.root };
    this.#reader = new ReferenceReader(this.start, fetch, options);
    this.#maxDepth = options.maxDepth ?? 100;
  }

  result(): FlatList {
    const entries = Array.from(this.#entries, ([uri, { displayNames, origins }]) => ({
      uri,
      displayNames: Array.from(displayNames.values()),
      origins,
    }));
    return { entries, problems: this.#problems };
  }

  /** Collects the entries of a list, unless they were collected before. */
  async list(source: Source, list: Element, depth: number): Promise<void> {
    if (depth > this.#maxDepth) {
      this.#problem(
        'too-deep',
        source,
        list,
        '',
        `lists are nested more than ${this.#maxDepth} deep here; deeper lists are left out`,
      );
      return;
    }
    if (this.#done.has(list)) return;
    this.#open.add(list);
    for (const child of childElements(list, { namespace: RESOURCE_LISTS })) await this.#child(source, child, depth);
    this.#open.delete(list);
    this.#done.add(list);
  }

  async #child(source: Source, child: Element, depth: number): Promise<void> {
    switch (child.localName) {
      case 'entry':
        this.#entry(source, child);
        break;
      case 'list':
        await this.list(source, child, depth + 1);
        break;
      case 'entry-ref':
        await this.reference(source, child, attributeValue(child, null, 'ref') ?? '', depth);
        break;
      case 'external':
        await this.reference(source, child, attributeValue(child, null, 'anchor') ?? '', depth);
        break;
    }
  }

  /** Follows the reference of an element. */
  async reference(source: Source, element: Element, reference: string, depth: number): Promise<void> {
    const isEntry = element.localName === 'entry-ref';
    const fetched: Fetched = await this.#reader.follow(source, reference, isEntry ? 'entry' : 'list');
    if (fetched.kind !== 'found') {
      this.#problem(fetched.kind, source, element, reference, fetched.message, fetched.cause);
    } else if (isEntry) {
      this.#entry(fetched.source, fetched.element, displayNameOf(element));
    } else if (this.#open.has(fetched.element)) {
      this.#problem(
        'cycle',
        source,
        element,
        reference,
        'the reference leads back to a list that contains it, so it is not followed',
      );
    } else {
      await this.list(fetched.source, fetched.element, depth + 1);
    }
  }

  #entry(source: Source, entry: Element, givenName?: DisplayName): void {
    const uri = attributeValue(entry, null, 'uri');
    if (uri === undefined) return;
    const found: Collected = this.#entries.get(uri) ?? { displayNames: new Map(), origins: [] };
    this.#entries.set(uri, found);
    for (const name of [givenName, displayNameOf(entry)]) {
      const key = JSON.stringify([name?.text, name?.lang]);
      if (name && !found.displayNames.has(key)) found.displayNames.set(key, name);
    }
    found.origins.push(this.#originOf(source, entry));
  }

  #originOf({ state, url }: Source, element: Element): EntryOrigin {
    const addresses = this.#addresses.get(state) ?? new Addresses(state);
    this.#addresses.set(state, addresses);
    return { document: url, selector: selectorFor(state, addresses.selectorTo(element)) };
  }

  #problem(
    kind: FlattenProblemKind,
    source: Source,
    element: Element,
    reference: string,
    message: string,
    cause?: unknown,
  ): void {
    const origin = this.#originOf(source, element);
    this.#problems.push({ kind, reference, origin, message, ...(cause === undefined ? undefined : { cause }) });
  }
}

function displayNameOf(element: Element): DisplayName | undefined {
  const name = firstElement(element, { namespace: RESOURCE_LISTS, local: 'display-name' });
  if (!name) return undefined;
  const lang = attributeValue(name, XML_NAMESPACE, 'lang');
  return { text: textOf(name), ...(lang === undefined ? undefined : { lang }) };
}
