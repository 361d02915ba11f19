/** RFC 4826 section 4.5: a list, with everything it refers to, as the URIs in it. https://www.rfc-editor.org/rfc/rfc4826#section-4.5 */

import type { Element } from '@xmldom/xmldom';
import type { ElementSelector, UntypedSelector } from '../../../selector/builder-types.ts';
import { XML_NAMESPACE } from '../../../selector/names.ts';
import { selectorTo } from '../../address/addressing.ts';
import { evaluate } from '../../address/evaluate.ts';
import { textOf } from '../../data/read-data.ts';
import { XcapDocument } from '../../document.ts';
import { NotFoundError } from '../../errors.ts';
import { type DocumentState, nodeOf, selectorFor } from '../../state.ts';
import { attributeValue, childElements, firstElement } from '../../xml/walk.ts';
import type { ResourceListsDocument } from './document.ts';
import { type FetchDocument, type Fetched, ReferenceReader, type Source } from './references.ts';
import { type ResourceLists, resourceListsTable } from './table.ts';

/** A name that a list gives a URI. */
export interface DisplayName {
  readonly text: string;
  readonly lang?: string;
}

/** A place where a URI was found. */
export interface EntryOrigin {
  /** The document; `undefined` for the one that was flattened. */
  readonly document: string | undefined;
  readonly selector: UntypedSelector;
}

/** One URI of a flattened list. */
export interface FlatEntry {
  readonly uri: string;
  /** The names it has, each once, in the order they were found. */
  readonly displayNames: readonly DisplayName[];
  readonly origins: readonly EntryOrigin[];
}

/** Why a reference was not followed. */
export type FlattenProblemKind =
  | 'cycle'
  | 'too-deep'
  | 'too-many'
  | 'bad-reference'
  | 'not-found'
  | 'unreachable'
  | 'unreadable';

/** A reference that was not followed; everything else was. */
export interface FlattenProblem {
  readonly kind: FlattenProblemKind;
  /** The reference as it is written; empty for a list that stands too deep. */
  readonly reference: string;
  /** Where it is written. */
  readonly origin: EntryOrigin;
  readonly message: string;
  readonly cause?: unknown;
}

/** What a list comes to. */
export interface FlatList {
  /** The URIs in the order they were found, compared character by character as RFC 4826 section 4.5 says. */
  readonly entries: readonly FlatEntry[];
  /** References that could not be followed. */
  readonly problems: readonly FlattenProblem[];
}

/** Limits and circumstances. */
export interface FlattenOptions {
  /** The XCAP root that entry-refs of the document are relative to. */
  readonly root?: string | undefined;
  /** The URL of the document itself, so that references to it are not fetched. */
  readonly documentUrl?: string | undefined;
  /** How deep lists may stand in each other, references counted. Default: 100. */
  readonly maxDepth?: number | undefined;
  /** How many documents may be fetched. Default: 100. */
  readonly maxDocuments?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The flat, duplicate-free list of URIs in a list of a resource-lists document: nested lists, references to entries and
 * to lists on any server followed. What cannot be followed is among the `problems`.
 *
 * @param fetch - gets a whole document by its URL: its text, the document, or `undefined` when there is none
 * @throws NotFoundError when the document has no such list
 */
export async function flattenList(
  document: ResourceListsDocument,
  list: ElementSelector<ResourceLists, 'list'> | UntypedSelector,
  fetch: FetchDocument,
  options: FlattenOptions = {},
): Promise<FlatList> {
  const state = XcapDocument.stateOf(document);
  const found = evaluate(state.dom, nodeOf(state, list));
  if (found.kind !== 'element') throw new NotFoundError(String(list), 'there is no such list to flatten');
  const flattening = new Flattening(state, fetch, options);
  await flattening.list(flattening.start, found.element, 1);
  return flattening.result();
}

/** The same for a service element of an rls-services document. */
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

const NAMESPACE = resourceListsTable.namespaces[''];

interface Collected {
  readonly displayNames: DisplayName[];
  readonly origins: EntryOrigin[];
}

class Flattening {
  readonly start: Source;
  readonly #reader: ReferenceReader;
  readonly #maxDepth: number;
  readonly #entries = new Map<string, Collected>();
  readonly #problems: FlattenProblem[] = [];
  readonly #open = new Set<Element>();
  readonly #done = new Set<Element>();

  constructor(state: DocumentState, fetch: FetchDocument, options: FlattenOptions) {
    this.start = { state, url: undefined, root: options.root };
    this.#reader = new ReferenceReader(this.start, fetch, options);
    this.#maxDepth = options.maxDepth ?? 100;
  }

  result(): FlatList {
    return { entries: Array.from(this.#entries, ([uri, found]) => ({ uri, ...found })), problems: this.#problems };
  }

  /** Collects what stands in a list; one that was seen already is passed over, so that no cycle is followed. */
  async list(source: Source, list: Element, depth: number): Promise<void> {
    if (depth > this.#maxDepth) {
      this.#problem(
        'too-deep',
        source,
        list,
        '',
        `lists stand more than ${this.#maxDepth} deep here; the rest is left out`,
      );
      return;
    }
    if (this.#done.has(list)) return;
    this.#open.add(list);
    for (const child of childElements(list, { namespace: NAMESPACE })) await this.#child(source, child, depth);
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

  /** Follows a reference that stands in an element. */
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
        'it leads back to a list that it stands in; follow it no further',
      );
    } else {
      await this.list(fetched.source, fetched.element, depth + 1);
    }
  }

  #entry(source: Source, entry: Element, givenName?: DisplayName): void {
    const uri = attributeValue(entry, null, 'uri');
    if (uri === undefined) return;
    const found = this.#entries.get(uri) ?? { displayNames: [], origins: [] };
    this.#entries.set(uri, found);
    for (const name of [givenName, displayNameOf(entry)]) {
      const isKnown = found.displayNames.some((known) => known.text === name?.text && known.lang === name.lang);
      if (name && !isKnown) found.displayNames.push(name);
    }
    found.origins.push(originOf(source, entry));
  }

  #problem(
    kind: FlattenProblemKind,
    source: Source,
    element: Element,
    reference: string,
    message: string,
    cause?: unknown,
  ): void {
    const origin = originOf(source, element);
    this.#problems.push({ kind, reference, origin, message, ...(cause === undefined ? undefined : { cause }) });
  }
}

const originOf = ({ state, url }: Source, element: Element): EntryOrigin => ({
  document: url,
  selector: selectorFor(state, selectorTo(element, state)),
});

function displayNameOf(element: Element): DisplayName | undefined {
  const name = firstElement(element, { namespace: NAMESPACE, local: 'display-name' });
  if (!name) return undefined;
  const lang = attributeValue(name, XML_NAMESPACE, 'lang');
  return { text: textOf(name), ...(lang === undefined ? undefined : { lang }) };
}
