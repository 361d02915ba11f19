import { resourceLists } from '../../documents/usages/resource-lists/usage.ts';
import { everyList, findList } from '../documents/list-address.ts';
import type { Options } from '../options/options.ts';
import { applicationOf } from '../requests/applications.ts';
import { readLive } from './live-document.ts';

/** What each argument of a verb of `xcap lists` names. */
const ARGUMENTS: Readonly<Record<string, readonly ('list' | 'entry')[]>> = {
  add: ['list'],
  rename: ['list', 'entry'],
  move: ['list', 'entry', 'list'],
  remove: ['list', 'entry'],
};

/** Lists and entries of the document on the server, for the arguments of `xcap lists`. Rejects when there is any trouble. */
export async function listWords(options: Options, [verb = '', ...args]: readonly string[]): Promise<readonly string[]> {
  const wanted = ARGUMENTS[verb]?.[args.length];
  if (!wanted) return [];
  const text = await readLive(options, applicationOf(resourceLists.auid));
  if (text === undefined) return [];
  const document = resourceLists.parse(text);
  // A quote would end the word that the shell is given.
  const isTypable = (word: string): boolean => word !== '' && !word.includes("'");
  if (wanted === 'entry')
    return document
      .entries(findList(document, args[0] ?? ''))
      .map(({ uri }) => uri)
      .filter(isTypable);
  return everyList(document.lists())
    .map(({ path }) => path.join('/'))
    .filter(isTypable);
}
