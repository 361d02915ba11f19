import { writeFile } from 'node:fs/promises';
import type { Command } from '../command.ts';
import { formatOf, writeContacts } from '../contacts/format.ts';
import { readDocument } from '../documents/document-access.ts';
import { everyList } from '../documents/list-address.ts';
import { CliFailure, EXIT } from '../failure.ts';
import { fileTrouble } from '../files/read.ts';
import {
  accountOptions,
  documentOptions,
  extraOptions,
  jsonOption,
  profileOption,
  requestOptions,
} from '../options/global-options.ts';
import { note, print, printBytes } from '../output/terminal.ts';

/** `xcap export`. */
export const command: Command = {
  name: 'export',
  synopsis: ['export [OPTIONS] [LIST]'],
  description: [
    'Writes the buddies of all lists, or of LIST and the lists in it, as CSV (columns list, uri, name) or as vCard 4.0. A list in a list is written with slashes: friends/close.',
    'What is written can be read again with xcap import.',
  ],
  options: [
    extraOptions.format,
    ...requestOptions.filter(({ name }) => name === 'o'),
    jsonOption,
    profileOption,
    ...documentOptions.filter(({ name }) => name !== 'app'),
    ...accountOptions,
  ],
  examples: [
    { line: 'xcap export -o buddies.csv', does: 'writes all lists to a file' },
    { line: 'xcap export --format vcard friends', does: 'prints one list as cards' },
  ],
  async run(run) {
    const [wanted, ...more] = run.args;
    if (more.length > 0) throw new CliFailure('export takes one list, or none for all.');
    const { resourceLists } = await import('../../documents/usages/resource-lists/usage.ts');
    const { value } = await readDocument(run, resourceLists);
    const contacts = everyList(value.lists())
      .map(({ path, summary }) => ({ list: path.join('/'), selector: summary.selector }))
      .filter(({ list }) => wanted === undefined || list === wanted || list.startsWith(`${wanted}/`))
      .flatMap(({ list, selector }) =>
        value.entries(selector).map(({ uri, displayName }) => ({ list, uri, name: displayName?.text })),
      );
    if (contacts.length === 0 && wanted !== undefined)
      throw new CliFailure(`There is nobody on a list '${wanted}'; see xcap lists.`);
    if (run.options.flag('json')) {
      await print(JSON.stringify(contacts, null, 2));
      return EXIT.ok;
    }
    const file = run.options.text('o');
    const bytes = Buffer.from(writeContacts(contacts, formatOf(run.options.text('format'), file)));
    if (file === undefined || file === '-') await printBytes(bytes);
    else {
      try {
        await writeFile(file, bytes);
      } catch (error) {
        throw new CliFailure(
          `${file} cannot be written (${fileTrouble(error)}); name another file with -o.`,
          undefined,
          { cause: error },
        );
      }
      note(`${contacts.length} buddies saved to ${file}`);
    }
    return EXIT.ok;
  },
};
