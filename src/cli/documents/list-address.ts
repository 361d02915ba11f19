import type { ResourceListsDocument } from '../../documents/usages/resource-lists/document.ts';
import { resourceLists } from '../../documents/usages/resource-lists/usage.ts';
import { xuiOf } from '../../selector/document-uri.ts';
import { parseSelector } from '../../selector/read.ts';
import { nearest } from '../../selector/suggest.ts';
import { CliFailure } from '../failure.ts';
import { shown } from '../output/escape.ts';
import { parseListPath } from './list-path.ts';
import {
  canonicalSelector,
  type EntryNode,
  entriesOf,
  everyList,
  type ListNode,
  listsOf,
  listTree,
} from './list-tree.ts';

/**
 * Finds a list by its selector, its name, or its path: names, or positions such as `[2]`, with slashes between them.
 *
 * @throws CliFailure when there is none, or several
 */
export function findList(document: ResourceListsDocument, text: string): ListNode {
  const lists = listTree(document);
  const all = everyList(lists);
  if (text.startsWith('/')) return bySelector(document, all, text);
  const byPath = followPath(lists, text);
  if (byPath) return byPath;
  const found = all.filter(({ name }) => name === text);
  const [only, ...others] = found;
  if (only && others.length === 0) return only;
  const paths = all.map(({ path }) => path);
  if (only)
    throw new CliFailure(
      `Several lists are called '${text}': ${found.map(({ path }) => path).join(', ')}; use one of these paths.`,
    );
  const meant = nearest(text, paths);
  const hint =
    meant !== undefined
      ? `did you mean '${meant}'?`
      : paths.length > 0
        ? `there are ${shortened(paths)}.`
        : 'there are no lists yet; xcap lists add creates one.';
  throw new CliFailure(`There is no list '${text}'; ${hint}`);
}

const shortened = (paths: readonly string[]): string =>
  paths.length > 20 ? `${paths.slice(0, 20).join(', ')} and ${paths.length - 20} more` : paths.join(', ');

function bySelector(document: ResourceListsDocument, all: readonly ListNode[], text: string): ListNode {
  const selector = canonicalSelector(document, parseSelector(text, resourceLists));
  const found = all.find((list) => String(list.selector) === selector);
  if (found) return found;
  throw new CliFailure(`There is no list at ${text}; xcap lists shows the selectors.`);
}

/** Follows a path from the top; every step must lead to one list. */
export function followPath(lists: readonly ListNode[], path: string): ListNode | undefined {
  let [here, found]: [readonly ListNode[], ListNode | undefined] = [lists, undefined];
  for (const step of parseListPath(path)) {
    const fitting = typeof step === 'number' ? here.slice(step - 1, step) : here.filter(({ name }) => name === step);
    if (fitting.length !== 1) return undefined;
    found = fitting[0];
    here = found ? listsOf(found) : [];
  }
  return found;
}

/**
 * Finds an entry of a list by its URI, its position such as `[2]`, or its display name.
 *
 * @throws CliFailure when there is none, or several
 */
export function findEntry(list: ListNode, text: string): EntryNode {
  const entries = entriesOf(list);
  const position = /^\[([1-9]\d*)\]$/.exec(text)?.[1];
  if (position !== undefined) {
    const entry = entries[Number(position) - 1];
    if (entry) return entry;
    throw new CliFailure(`The list ${list.path} has ${entries.length} entries, so there is no ${text}.`);
  }
  const withUri = entries.filter(({ uri }) => uri === text || uri === withSip(text));
  const found = withUri.length > 0 ? withUri : entries.filter(({ displayName }) => displayName === text);
  const [only, ...others] = found;
  if (only && others.length === 0) return only;
  if (only)
    throw new CliFailure(
      `Several entries of ${list.path} match ${text}: ${found.map((entry) => `[${entry.position}]`).join(', ')}; use one of these positions.`,
    );
  const meant = nearest(
    text,
    entries.flatMap(({ uri }) => uri ?? []),
  );
  throw new CliFailure(
    `${text} is not on the list ${list.path}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
  );
}

const withSip = (text: string): string => (/^[^\s:@]+@[^\s:@]+$/.test(text) ? `sip:${text}` : text);

/** Returns a URI as lists contain it: `sip:` is added to an address without scheme. Throws {@link CliFailure}. */
export function asUri(text: string): string {
  if (!looksLikeUri(text)) throw new CliFailure(`'${shown(text)}' is not a URI such as sip:bob@example.com.`);
  return xuiOf(text);
}

/** Whether a text is a URI with its scheme, or an address such as bob@example.com. */
export const looksLikeUri = (text: string): boolean =>
  !/[\s<>"]/.test(text) && /^[a-z][a-z0-9+.-]*:.+|^[^@:]+@[^@]+$/i.test(text);
