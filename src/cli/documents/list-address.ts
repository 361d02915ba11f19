import type {
  ListSelector,
  ListSummary,
  ResourceListsDocument,
} from '../../documents/usages/resource-lists/document.ts';
import { resourceLists } from '../../documents/usages/resource-lists/usage.ts';
import type { UntypedSelector } from '../../selector/builder-types.ts';
import { xuiOf } from '../../selector/document-uri.ts';
import { parseSelector } from '../../selector/read.ts';
import { nearest } from '../../selector/suggest.ts';
import { CliFailure } from '../failure.ts';

/** A list with the names that lead to it. */
export interface NamedList {
  readonly path: readonly string[];
  readonly summary: ListSummary;
}

/** Every list of a document, those in lists included. */
export function everyList(lists: readonly ListSummary[], above: readonly string[] = []): NamedList[] {
  return lists.flatMap((summary) => {
    const path = [...above, summary.name ?? ''];
    return [{ path, summary }, ...everyList(summary.lists, path)];
  });
}

/**
 * Finds the list that is meant: by its selector, its name, or the names that lead to it with slashes between.
 *
 * @throws CliFailure when there is none, or several
 */
export function findList(document: ResourceListsDocument, text: string): ListSelector {
  if (text.startsWith('/')) return parseSelector(text, resourceLists);
  const lists = everyList(document.lists());
  const byPath = lists.filter(({ path }) => path.join('/') === text);
  const found = byPath.length > 0 ? byPath : lists.filter(({ path }) => path.at(-1) === text);
  const [only, ...others] = found;
  if (only && others.length === 0) return only.summary.selector;
  const names = lists.map(({ path }) => path.join('/'));
  if (only)
    throw new CliFailure(
      `Several lists are called '${text}': ${found.map(({ path }) => path.join('/')).join(', ')}; say which.`,
    );
  const meant = nearest(text, names);
  const hint =
    meant !== undefined
      ? `did you mean '${meant}'?`
      : names.length > 0
        ? `there are ${names.join(', ')}.`
        : 'there are no lists yet.';
  throw new CliFailure(`There is no list '${text}'; ${hint}`);
}

/** An entry of a list. Throws {@link CliFailure} when the URI is not on it. */
export function findEntry(document: ResourceListsDocument, list: ListSelector, uri: string): UntypedSelector {
  const uris = document.entries(list).map((entry) => entry.uri);
  const exact = uris.find((known) => known === uri) ?? uris.find((known) => known === asUri(uri));
  if (exact !== undefined) return entryIn(list, exact);
  const meant = nearest(uri, uris);
  throw new CliFailure(`${uri} is not on the list ${list}${meant === undefined ? '' : `; did you mean ${meant}?`}`);
}

/** The selector of an entry by its URI. */
export function entryIn(list: ListSelector, uri: string): UntypedSelector {
  const sample = resourceLists.list(1);
  const step = String(sample.entry(uri)).slice(String(sample).length);
  return parseSelector(`${list}${step}`, resourceLists);
}

/** A URI as lists hold it: `sip:` goes before an address without scheme. */
export function asUri(text: string): string {
  if (/[\s<>"]/.test(text) || !/^[a-z][a-z0-9+.-]*:.+|^[^@:]+@[^@]+$/i.test(text))
    throw new CliFailure(`'${text}' is no URI such as sip:bob@example.com.`);
  return xuiOf(text);
}
