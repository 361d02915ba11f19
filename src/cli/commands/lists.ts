import type { ListSummary, ResourceListsDocument } from '../../documents/usages/resource-lists/document.ts';
import { nearest } from '../../selector/suggest.ts';
import type { Command, Run } from '../command.ts';
import { changeDocument, readDocument } from '../documents/document-access.ts';
import { CliFailure, EXIT } from '../failure.ts';
import {
  accountOptions,
  documentOptions,
  dryRunOption,
  extraOptions,
  jsonOption,
  profileOption,
} from '../options/global-options.ts';
import { print, shown, styled } from '../output/terminal.ts';

type Verb = (run: Run, args: readonly string[]) => Promise<void>;

/** `xcap lists`, with its verbs. */
export const command: Command = {
  name: 'lists',
  synopsis: [
    'lists [OPTIONS]',
    'lists add LIST [--name NAME] [--into LIST]',
    'lists add LIST URI [--name NAME]',
    'lists rename LIST [URI] NAME',
    'lists move LIST URI TO-LIST',
    'lists remove LIST [URI]',
  ],
  description: [
    'Shows the buddy lists as a tree: names, URIs, and the selectors that reach them.',
    'LIST is the name of a list, the names that lead to it with slashes between (friends/close), or its selector. An address without scheme gets sip: before it.',
    'add makes a list, or with URI an entry in it. rename gives a list or an entry another display name; an empty NAME takes it away. move puts an entry, with all that is in it, at the end of another list. remove takes a list with everything in it, or one entry.',
    'A change is saved only if the document is still as it was read; what others wrote meanwhile is merged.',
  ],
  options: [
    jsonOption,
    dryRunOption,
    extraOptions.name,
    extraOptions.into,
    extraOptions.strategy,
    profileOption,
    ...documentOptions.filter(({ name }) => name !== 'app'),
    ...accountOptions,
  ],
  examples: [
    { line: 'xcap lists', does: 'shows all lists' },
    { line: 'xcap lists add friends erin@example.com --name "Erin"', does: 'adds a buddy' },
    { line: 'xcap lists remove friends bob@example.com --dry-run', does: 'shows the request that would remove one' },
  ],
  async run(run) {
    const [word, ...args] = run.args;
    if (word === undefined) await show(run);
    else await verbOf(word)(run, args);
    return EXIT.ok;
  },
};

const verbs: Readonly<Record<string, Verb>> = { add, rename, move, remove };

function verbOf(word: string): Verb {
  const verb = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
  if (verb) return verb;
  const meant = nearest(word, Object.keys(verbs));
  throw new CliFailure(
    `lists knows add, rename, move and remove, not '${word}'${meant ? `; did you mean ${meant}?` : '.'}`,
  );
}

const load = async () => ({
  ...(await import('../../documents/usages/resource-lists/usage.ts')),
  ...(await import('../documents/list-address.ts')),
});

async function show(run: Run): Promise<void> {
  const { resourceLists } = await load();
  const { value, etag, url } = await readDocument(run, resourceLists);
  const lists = await Promise.all(value.lists().map((list) => listData(value, list)));
  if (run.options.flag('json')) return print(JSON.stringify({ url, etag, lists }, null, 2));
  if (lists.length === 0) return print('There are no lists; make one with xcap lists add NAME.');
  for (const list of lists) await printList(list, '', '');
}

interface ListData {
  readonly name: string | undefined;
  readonly displayName: string | undefined;
  readonly selector: string;
  readonly entries: readonly {
    readonly uri: string;
    readonly displayName: string | undefined;
    readonly selector: string;
  }[];
  readonly lists: readonly ListData[];
}

async function listData(document: ResourceListsDocument, list: ListSummary): Promise<ListData> {
  const { entryIn } = await load();
  return {
    name: list.name,
    displayName: list.displayName,
    selector: String(list.selector),
    entries: document.entries(list.selector).map(({ uri, displayName }) => ({
      uri,
      displayName: displayName?.text,
      selector: String(entryIn(list.selector, uri)),
    })),
    lists: await Promise.all(list.lists.map((inner) => listData(document, inner))),
  };
}

async function printList(list: ListData, lead: string, below: string): Promise<void> {
  const title = list.displayName && list.displayName !== list.name ? ` (${shown(list.displayName)})` : '';
  await print(
    `${lead}${styled('bold', shown(list.name ?? '(no name)'))}${title}  ${styled('dim', shown(list.selector))}`,
  );
  const count = list.entries.length + list.lists.length;
  for (const [index, { uri, displayName, selector }] of list.entries.entries()) {
    const name = displayName === undefined ? '' : `${shown(displayName)}  `;
    const branch = index === count - 1 ? '└── ' : '├── ';
    await print(`${below}${branch}${name}${styled('cyan', shown(uri))}  ${styled('dim', shown(selector))}`);
  }
  for (const [index, inner] of list.lists.entries()) {
    const isLast = index === list.lists.length - 1;
    await printList(inner, `${below}${isLast ? '└── ' : '├── '}`, `${below}${isLast ? '    ' : '│   '}`);
  }
}

async function add(run: Run, args: readonly string[]): Promise<void> {
  const [list, uri] = wanted(args, 1, 2, 'lists add LIST [URI]');
  const { resourceLists, findList, asUri } = await load();
  const name = run.options.text('name');
  const displayName = name === undefined ? {} : { displayName: name };
  await changeDocument(run, resourceLists, (document) => {
    const into = run.options.text('into');
    if (uri !== undefined) document.addEntry(findList(document, list), { uri: asUri(uri), ...displayName });
    else document.addList({ name: list, ...displayName }, into === undefined ? undefined : findList(document, into));
  });
}

async function rename(run: Run, args: readonly string[]): Promise<void> {
  const [list, second, third] = wanted(args, 2, 3, 'lists rename LIST [URI] NAME');
  const { resourceLists, findList, findEntry } = await load();
  await changeDocument(run, resourceLists, (document) => {
    const selector = findList(document, list);
    const name = (third ?? second) || null;
    if (third === undefined) document.renameList(selector, name);
    else document.renameEntry(findEntry(document, selector, second ?? ''), name);
  });
}

async function move(run: Run, args: readonly string[]): Promise<void> {
  const [list, uri = '', to = ''] = wanted(args, 3, 3, 'lists move LIST URI TO-LIST');
  const { resourceLists, findList, findEntry } = await load();
  await changeDocument(run, resourceLists, (document) => {
    const target = findList(document, to);
    document.moveEntry(findEntry(document, findList(document, list), uri), target);
  });
}

async function remove(run: Run, args: readonly string[]): Promise<void> {
  const [list, uri] = wanted(args, 1, 2, 'lists remove LIST [URI]');
  const { resourceLists, findList, findEntry } = await load();
  await changeDocument(run, resourceLists, (document) => {
    const selector = findList(document, list);
    if (uri === undefined) document.removeList(selector);
    else document.removeEntry(findEntry(document, selector, uri));
  });
}

function wanted(args: readonly string[], least: number, most: number, form: string): readonly [string, ...string[]] {
  const [first, ...rest] = args;
  if (first !== undefined && args.length >= least && args.length <= most) return [first, ...rest];
  throw new CliFailure(`The form is: xcap ${form}`);
}
