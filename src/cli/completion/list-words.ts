import { resourceLists } from '../../documents/usages/resource-lists/usage.ts';
import { findList } from '../documents/list-address.ts';
import { entriesOf, everyList, listTree } from '../documents/list-tree.ts';
import type { Options } from '../options/options.ts';
import { applicationOf } from '../requests/applications.ts';
import { readLive } from './live-document.ts';

/** The arguments of the verbs of `xcap lists`. */
const ARGUMENTS: Readonly<Record<string, readonly ('list' | 'entry')[]>> = {
  show: ['list'],
  add: ['list'],
  rename: ['list', 'entry'],
  move: ['list', 'entry', 'list'],
  remove: ['list', 'entry'],
};

/** Returns lists and entries of the document on the server, for the arguments of `xcap lists`. Rejects on any failure. */
export async function listWords(options: Options, [verb = '', ...args]: readonly string[]): Promise<readonly string[]> {
  const wanted = ARGUMENTS[verb]?.[args.length];
  if (!wanted) return [];
  const text = await readLive(options, applicationOf(resourceLists.auid));
  if (text === undefined) return [];
  const document = resourceLists.parse(text);
  if (wanted === 'list') return everyList(listTree(document)).map(({ path }) => path);
  return entriesOf(findList(document, args[0] ?? '')).map(({ uri, position, isAmbiguous }) =>
    isAmbiguous || uri === undefined ? `[${position}]` : uri,
  );
}
