import type { ListSelector, ResourceListsDocument } from '../../documents/usages/resource-lists/document.ts';
import type { Command } from '../command.ts';
import type { Contact } from '../contacts/contact.ts';
import { formatOf, readContacts } from '../contacts/format.ts';
import { changeDocument } from '../documents/document-access.ts';
import { entryIn, everyList } from '../documents/list-address.ts';
import { CliFailure, EXIT } from '../failure.ts';
import { readBody } from '../files/input.ts';
import {
  accountOptions,
  documentOptions,
  dryRunOption,
  extraOptions,
  jsonOption,
  profileOption,
} from '../options/global-options.ts';
import { complain, note, shown } from '../output/terminal.ts';

/** `xcap import`. */
export const command: Command = {
  name: 'import',
  synopsis: ['import [OPTIONS] [FILE]'],
  description: [
    'Adds the contacts of a CSV file or of vCards to the buddy lists, in one change: all of them, or none when the file has mistakes, which are told by line.',
    'CSV starts with a line that names the columns: list, uri, name; list and name may be missing. In a vCard the URI is IMPP, the name FN, the lists CATEGORIES. Contacts without list go to that of --into, else to friends. Lists that do not exist are made.',
    'Who is on the list already stays there, and gets the name of the file.',
  ],
  options: [
    extraOptions.format,
    extraOptions.into,
    dryRunOption,
    jsonOption,
    extraOptions.strategy,
    profileOption,
    ...documentOptions.filter(({ name }) => name !== 'app'),
    ...accountOptions,
  ],
  examples: [
    { line: 'xcap import contacts.csv', does: 'adds the contacts of a spreadsheet' },
    {
      line: 'xcap import --into colleagues contacts.vcf --dry-run',
      does: 'shows the request for the cards of an address book',
    },
  ],
  async run(run) {
    if (run.args.length > 1) throw new CliFailure('import takes one file, or standard input.');
    const { bytes, name } = await readBody(run.args[0], 'the contacts');
    const { contacts, mistakes } = readContacts(bytes.toString('utf8'), formatOf(run.options.text('format'), name));
    for (const { line, problem } of mistakes) complain(`${name}, line ${line}: ${shown(problem)}`);
    if (mistakes.length > 0)
      throw new CliFailure(
        `Nothing was imported: ${mistakes.length === 1 ? 'one row is' : `${mistakes.length} rows are`} wrong; correct and import again.`,
      );
    const { resourceLists } = await import('../../documents/usages/resource-lists/usage.ts');
    const into = run.options.text('into');
    const counts = await changeDocument(run, resourceLists, (document) => addAll(document, contacts, into));
    note(
      `${counts.added} added, ${counts.renamed} renamed, ${contacts.length - counts.added - counts.renamed} there already`,
    );
    return EXIT.ok;
  },
};

function addAll(document: ResourceListsDocument, contacts: readonly Contact[], into: string | undefined) {
  const lists = new Map<string, ListSelector>(
    everyList(document.lists()).map(({ path, summary }) => [path.join('/'), summary.selector] as const),
  );
  const listAt = (path: string): ListSelector => {
    const found = lists.get(path);
    if (found) return found;
    const cut = path.lastIndexOf('/');
    const name = path.slice(cut + 1);
    const made = cut > 0 && name !== '' ? document.addList(name, listAt(path.slice(0, cut))) : document.addList(path);
    lists.set(path, made);
    return made;
  };
  const known = new Map<string, Map<string, string | undefined>>();
  let [added, renamed] = [0, 0];
  for (const { list: own, uri, name } of contacts) {
    const path = own ?? into ?? 'friends';
    const list = listAt(path);
    const names =
      known.get(path) ?? new Map(document.entries(list).map((entry) => [entry.uri, entry.displayName?.text] as const));
    known.set(path, names);
    if (!names.has(uri)) {
      document.addEntry(list, { uri, ...(name !== undefined && { displayName: name }) });
      added++;
    } else if (name !== undefined && names.get(uri) !== name) {
      document.renameEntry(entryIn(list, uri), name);
      renamed++;
    }
    names.set(uri, name ?? names.get(uri));
  }
  return { added, renamed };
}
