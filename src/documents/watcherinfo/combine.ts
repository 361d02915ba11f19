/** RFC 3858 section 4.2 and RFC 3857: keeps the list of watchers up to date. https://www.rfc-editor.org/rfc/rfc3858#section-4.2 */

import { describeValue } from '../../selector/arguments.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { Watcherinfo, WatcherinfoWatcher, WatcherList } from './read.ts';

/**
 * Combines what is known with the next document: a full document replaces it, a partial one changes the watchers that it
 * contains. Terminated watchers are removed.
 *
 * @param known - the result for the previous document; `undefined` before the first one
 * @returns the watchers now, with state `full`; `known` for a document that is not newer; `undefined` when a document was
 *   missed, so that the subscription must be refreshed (RFC 3858 section 4.2)
 *
 * @example
 * const now = combineWatcherinfo(known, readWatcherinfo(body)) ?? (await refresh());
 */
export function combineWatcherinfo(known: Watcherinfo | undefined, next: Watcherinfo): Watcherinfo | undefined {
  if (known !== undefined) checkWatcherinfo(known, 'combineWatcherinfo');
  checkWatcherinfo(next, 'combineWatcherinfo');
  if (known && next.version <= known.version) return known;
  if (next.state === 'full') return { ...next, lists: next.lists.map(withoutTerminated) };
  if (!known || next.version !== known.version + 1) return undefined;
  const lists = new Map(known.lists.map((list) => [keyOf(list), list]));
  // One map for each list: to copy the watchers for each part of a list that comes in many parts takes quadratic time.
  const changed = new Map<string, Map<string, WatcherinfoWatcher>>();
  for (const list of next.lists) {
    const key = keyOf(list);
    const before = lists.get(key)?.watchers ?? [];
    const watchers = changed.get(key) ?? new Map(before.map((watcher) => [watcher.id, watcher]));
    for (const watcher of list.watchers) {
      if (watcher.status === 'terminated') watchers.delete(watcher.id);
      else watchers.set(watcher.id, watcher);
    }
    changed.set(key, watchers);
    lists.set(key, list);
  }
  const combined = Array.from(lists, ([key, list]) => {
    const watchers = changed.get(key);
    return watchers ? { ...list, watchers: Array.from(watchers.values()) } : list;
  });
  return { version: next.version, state: 'full', lists: combined };
}

const keyOf = (list: WatcherList): string => `${list.package} ${list.resource}`;

const withoutTerminated = (list: WatcherList): WatcherList => ({
  ...list,
  watchers: list.watchers.filter(({ status }) => status !== 'terminated'),
});

/**
 * The watchers that wait for the user's permission: those with the status `pending` or `waiting`.
 *
 * @example
 * for (const { uri } of waitingWatchers(info)) doc.allow(uri);
 */
export function waitingWatchers(info: Watcherinfo): WatcherinfoWatcher[] {
  checkWatcherinfo(info, 'waitingWatchers');
  return info.lists.flatMap(({ watchers }) =>
    watchers.filter(({ status }) => status === 'pending' || status === 'waiting'),
  );
}

function checkWatcherinfo(info: Watcherinfo, caller: string): void {
  if (typeof info === 'object' && info !== null && Array.isArray(info.lists)) return;
  throw new InvalidArgumentError(`${caller}: expected the result of readWatcherinfo, not ${describeValue(info)}`);
}
