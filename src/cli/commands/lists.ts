import type { ResourceListsDocument } from '../../documents/usages/resource-lists/document.ts';
import { nearest } from '../../selector/suggest.ts';
import type { Command, Run } from '../command.ts';
import { changeDocument, readDocument } from '../documents/document-access.ts';
import type { ListNode } from '../documents/list-tree.ts';
import { CliFailure, EXIT, UsageFailure } from '../failure.ts';
import { accountOptions, dryRunOption, extraOptions, jsonOption, nameOptions } from '../options/global-options.ts';
import { print, printJson } from '../output/terminal.ts';

type Verb = (run: Run, args: readonly string[]) => Promise<void>;

/** `xcap lists`, with its verbs. */
export const command: Command = {
  name: 'lists',
  synopsis: [
    'lists [OPTIONS]',
    'lists show [LIST] [--expand]',
    'lists add LIST [--name NAME] [--into LIST]',
    'lists add LIST URI [--name NAME]',
    'lists rename LIST [ENTRY] NAME',
    'lists move LIST ENTRY TO-LIST',
    'lists remove LIST [ENTRY]',
  ],
  description: [
    'Shows the buddy lists, or one of them, as a tree: names, URIs, and the selectors that address them. References to other lists (external) and to entries (entry-ref) are shown; --expand follows them.',
    'LIST is the name of a list, a path of names with slashes between them (friends/close), or a selector. A list without name is addressed by its position, such as [2]; a slash in a name is written \\/. ENTRY is a URI, a display name, or the position of the entry, such as [3]. An address without scheme gets the scheme sip.',
    'add creates a list, or with URI an entry in it. rename gives a list or an entry another display name; an empty NAME removes it. move puts an entry, with everything in it, at the end of another list. remove removes a list with everything in it, or one entry.',
    'A change is saved only if the document is still as it was read; changes by others in the meantime are merged.',
  ],
  options: [
    jsonOption,
    dryRunOption,
    extraOptions.expand,
    extraOptions.name,
    extraOptions.into,
    extraOptions.strategy,
    ...nameOptions,
    ...accountOptions,
  ],
  examples: [
    { line: 'xcap lists', does: 'shows all lists' },
    { line: 'xcap lists show friends --expand', does: 'shows one list, with everything that it refers to' },
    { line: 'xcap lists add friends erin@example.com --name "Erin"', does: 'adds a buddy' },
    { line: 'xcap lists remove friends bob@example.com --dry-run', does: 'shows the request that would remove one' },
  ],
  async run(run) {
    const [word = 'show', ...args] = run.args;
    const verb = verbOf(word);
    if (word !== 'add') refuseOptions(run, word, ['name', 'into']);
    if (word !== 'show') refuseOptions(run, word, ['expand']);
    await verb(run, args);
    return EXIT.ok;
  },
};

const verbs: Readonly<Record<string, Verb>> = { show, add, rename, move, remove };

function verbOf(word: string): Verb {
  const verb = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
  if (verb) return verb;
  const meant = nearest(word, Object.keys(verbs));
  throw new CliFailure(
    `xcap lists has no verb '${word}'; ${meant ? `did you mean ${meant}?` : `there are ${Object.keys(verbs).join(', ')}.`}`,
  );
}

function refuseOptions({ options }: Run, word: string, names: readonly string[]): void {
  const given = names.find((name) => options.flag(name));
  if (given !== undefined) throw new UsageFailure(`xcap lists ${word} has no option --${given}; see xcap lists --help`);
}

const load = async () => ({
  ...(await import('../../documents/usages/resource-lists/usage.ts')),
  ...(await import('../documents/list-address.ts')),
});

async function show(run: Run, args: readonly string[]): Promise<void> {
  if (args.length > 1) throw new CliFailure('The form is: xcap lists show [LIST]');
  const [{ resourceLists, findList }, { listTree }, { listData, printList }] = await Promise.all([
    load(),
    import('../documents/list-tree.ts'),
    import('../documents/show-lists.ts'),
  ]);
  const { value, etag, url } = await readDocument(run, resourceLists);
  const lists = args[0] === undefined ? listTree(value) : [findList(value, args[0])];
  const shown = run.options.flag('expand') ? await expanded(run, value, lists, url) : lists;
  if (run.options.flag('json')) return printJson({ url, etag, lists: shown.map(listData) });
  if (lists.length === 0) return print('There are no lists; create one with xcap lists add NAME.');
  for (const list of shown) await printList(list);
}

async function expanded(run: Run, document: ResourceListsDocument, lists: readonly ListNode[], url: string) {
  const { expandLists } = await import('../documents/expand-lists.ts');
  return expandLists(document, lists, { session: await run.session(), url });
}

async function add(run: Run, args: readonly string[]): Promise<void> {
  const [list, uri] = checked(args, 1, 2, 'lists add LIST [URI]');
  const { resourceLists, findList, asUri, looksLikeUri } = await load();
  const name = run.options.text('name');
  const into = run.options.text('into');
  const displayName = name === undefined ? {} : { displayName: name };
  if (uri !== undefined && into !== undefined)
    throw new UsageFailure('option --into belongs to a new list; an entry is added to LIST');
  if (uri === undefined && looksLikeUri(list))
    throw new CliFailure(`'${list}' is the address of an entry; name the list before it: xcap lists add LIST ${list}`);
  await changeDocument(run, resourceLists, (document) => {
    if (uri !== undefined) {
      document.addEntry(findList(document, list).selector, { uri: asUri(uri), ...displayName });
    } else {
      const data = { name: list, ...displayName };
      document.addList(into === undefined ? undefined : findList(document, into).selector, data);
    }
  });
}

async function rename(run: Run, args: readonly string[]): Promise<void> {
  const [list, second = '', third] = checked(args, 2, 3, 'lists rename LIST [ENTRY] NAME');
  const { resourceLists, findList, findEntry, looksLikeUri } = await load();
  if (third === undefined && looksLikeUri(second))
    throw new CliFailure(
      `'${second}' is the address of an entry; give its new name after it: xcap lists rename ${list} ${second} NAME`,
    );
  await changeDocument(run, resourceLists, (document) => {
    const found = findList(document, list);
    const name = (third ?? second) || null;
    if (third === undefined) document.renameList(found.selector, name);
    else document.renameEntry(findEntry(found, second).selector, name);
  });
}

async function move(run: Run, args: readonly string[]): Promise<void> {
  const [list, entry = '', to = ''] = checked(args, 3, 3, 'lists move LIST ENTRY TO-LIST');
  const { resourceLists, findList, findEntry } = await load();
  await changeDocument(run, resourceLists, (document) => {
    const target = findList(document, to);
    document.moveEntry(findEntry(findList(document, list), entry).selector, target.selector);
  });
}

async function remove(run: Run, args: readonly string[]): Promise<void> {
  const [list, entry] = checked(args, 1, 2, 'lists remove LIST [ENTRY]');
  const { resourceLists, findList, findEntry } = await load();
  await changeDocument(run, resourceLists, (document) => {
    const found = findList(document, list);
    if (entry === undefined) document.removeList(found.selector);
    else document.removeEntry(findEntry(found, entry).selector);
  });
}

function checked(args: readonly string[], least: number, most: number, form: string): readonly [string, ...string[]] {
  const [first, ...rest] = args;
  if (first !== undefined && args.length >= least && args.length <= most) return [first, ...rest];
  throw new CliFailure(`The form is: xcap ${form}`);
}
