import type { Command } from '../command.ts';
import type { Contact } from '../contacts/contact.ts';
import { formatOf, writeContacts } from '../contacts/format.ts';
import { readDocument } from '../documents/document-access.ts';
import { findList } from '../documents/list-address.ts';
import { entriesOf, everyList, type ListNode, listTree } from '../documents/list-tree.ts';
import { EXIT } from '../failure.ts';
import { writeOutput } from '../files/write.ts';
import { accountOptions, extraOptions, jsonOption, nameOptions, outputOption } from '../options/global-options.ts';
import { shown } from '../output/escape.ts';
import { note, printBytes, printJson } from '../output/terminal.ts';

/** `xcap export`. */
export const command: Command = {
  name: 'export',
  synopsis: ['export [OPTIONS] [LIST]'],
  description: [
    'Writes the buddies of all lists, or of LIST and the lists in it, as CSV (columns list, uri, name) or as vCard 4.0. A list in a list is written as a path: friends/close. An entry without URI is written without it, and reported. References to entries and lists are not written.',
    'xcap import reads the result again. A cell that a spreadsheet could take for a formula gets an apostrophe, which the import removes.',
  ],
  options: [extraOptions.format, outputOption, jsonOption, ...nameOptions, ...accountOptions],
  examples: [
    { line: 'xcap export -o buddies.csv', does: 'writes all lists to a file' },
    { line: 'xcap export --format vcard friends', does: 'prints one list as cards' },
  ],
  mostArguments: 1,
  async run(run) {
    const [wanted] = run.args;
    const { resourceLists } = await import('../../documents/usages/resource-lists/usage.ts');
    const { value } = await readDocument(run, resourceLists);
    const lists = everyList(wanted === undefined ? listTree(value) : [findList(value, wanted)]);
    const contacts = lists.flatMap(contactsOf);
    warn(lists);
    if (run.options.flag('json')) {
      await printJson(contacts);
      return EXIT.ok;
    }
    const file = run.options.text('o');
    const text = writeContacts(contacts, formatOf(run.options.text('format'), file));
    if (file === undefined || file === '-') await printBytes(Buffer.from(text));
    else {
      await writeOutput(file, text, '-o');
      note(`${contacts.length} buddies saved to ${file}`);
    }
    return EXIT.ok;
  },
};

const contactsOf = (list: ListNode): Contact[] =>
  entriesOf(list).map(({ uri, displayName }) => ({ list: list.path, uri: uri || undefined, name: displayName }));

/** Reports what is not, or not completely, in the export. */
function warn(lists: readonly ListNode[]): void {
  const without = lists.flatMap(entriesOf).filter(({ uri }) => !uri);
  for (const { selector } of without.slice(0, 3)) note(`Warning: ${shown(String(selector))} has no URI`);
  if (without.length > 3) note(`Warning: and ${without.length - 3} more entries have no URI`);
  const references = lists
    .flatMap(({ items }) => items)
    .filter(({ kind }) => kind === 'entry-ref' || kind === 'external');
  if (references.length > 0) note(`Warning: ${references.length} references to entries or lists are not exported`);
}
