import type { Command, Run } from '../command.ts';
import { addContacts, type ImportStep } from '../contacts/add-contacts.ts';
import { chooseUris, type UriSource, uriSources } from '../contacts/choose-uri.ts';
import type { Mistake } from '../contacts/contact.ts';
import { formatOf, readContacts } from '../contacts/format.ts';
import { changeDocument } from '../documents/document-access.ts';
import { CliFailure, EXIT, UsageFailure } from '../failure.ts';
import { readBody } from '../files/input.ts';
import { accountOptions, dryRunOption, extraOptions, jsonOption, nameOptions } from '../options/global-options.ts';
import type { Options } from '../options/options.ts';
import { shown } from '../output/escape.ts';
import { complain, note, print, styled } from '../output/terminal.ts';

/** `xcap import`. */
export const command: Command = {
  name: 'import',
  synopsis: ['import [OPTIONS] [FILE]'],
  description: [
    'Adds the contacts of a CSV file or of vCards to the buddy lists, in one change: all of them, or none when some cannot be imported. Those are reported by line; --skip-invalid leaves them out.',
    'CSV starts with a line that names the columns: list, uri, name, as xcap export writes them, or those of Google, Outlook, Apple and others. --map names any other column. Commas, semicolons, tabs and bars are recognized as delimiters. vCards may be of version 2.1, 3.0 or 4.0. Other charsets than UTF-8 are decoded with --charset; text that cannot be decoded is never stored.',
    'The URI of a contact is its SIP or other messaging address (IMPP), or with --uri-from its e-mail address or phone number. Its lists are the groups, labels or categories; contacts without any are added to the list of --into, else to friends. Lists that do not exist are created.',
    'A contact that is on the list already stays there, and gets the name in the file.',
  ],
  options: [
    extraOptions.format,
    extraOptions.charset,
    extraOptions.map,
    extraOptions['uri-from'],
    extraOptions['phone-context'],
    extraOptions['skip-invalid'],
    extraOptions.into,
    dryRunOption,
    jsonOption,
    extraOptions.strategy,
    ...nameOptions,
    ...accountOptions,
  ],
  examples: [
    { line: 'xcap import contacts.csv', does: 'adds the contacts of a spreadsheet' },
    {
      line: 'xcap import --into colleagues --uri-from tel contacts.vcf --dry-run',
      does: 'shows what would be added of an address book with phone numbers, and the request',
    },
  ],
  mostArguments: 1,
  async run(run) {
    const { options } = run;
    const { bytes, name } = await readBody(run.args[0], 'the contacts');
    const book = readContacts(bytes, {
      format: formatOf(options.text('format'), name, bytes),
      charset: options.text('charset'),
      maps: options.all('map'),
      name,
    });
    const choice = { sources: sourcesOf(options), phoneContext: options.text('phone-context') };
    const { contacts, mistakes } = chooseUris(book, choice);
    report(mistakes, name, options);
    const { resourceLists } = await import('../../documents/usages/resource-lists/usage.ts');
    const into = options.text('into') ?? 'friends';
    if (options.flag('dry-run') && !options.flag('json')) await preview(run, contacts, into);
    const steps = await changeDocument(run, resourceLists, (document) => addContacts(document, contacts, into));
    const count = (kind: ImportStep['kind']): number => steps.filter((step) => step.kind === kind).length;
    const skipped = mistakes.length > 0 ? `, ${mistakes.length} skipped` : '';
    const dry = options.flag('dry-run') ? 'nothing was sent; it would be: ' : '';
    note(`${dry}${count('added')} added, ${count('renamed')} renamed, ${count('kept')} there already${skipped}`);
    return EXIT.ok;
  },
};

function sourcesOf(options: Options): UriSource[] {
  const names = (options.text('uri-from') ?? 'impp').split(',').map((name) => name.trim().toLowerCase());
  const sources = names.map((name) => {
    const source = uriSources.find((known) => known === name);
    if (source) return source;
    throw new UsageFailure(`option --uri-from: invalid choice: '${name}' (choose from ${uriSources.join(', ')})`);
  });
  // A contact without the chosen field may still have a messaging address.
  return sources.includes('impp') ? sources : [...sources, 'impp'];
}

const MOST_SHOWN = 20;

function report(mistakes: readonly Mistake[], name: string, options: Options): void {
  for (const { line, problem } of mistakes.slice(0, MOST_SHOWN)) complain(`${name}, line ${line}: ${shown(problem)}`);
  if (mistakes.length > MOST_SHOWN) complain(`${name}: and ${mistakes.length - MOST_SHOWN} more like these`);
  if (mistakes.some(({ isOfFile }) => isOfFile))
    throw new CliFailure(`Nothing was imported: ${name} cannot be read; correct it, or check --format and --charset.`);
  if (mistakes.length === 0 || options.flag('skip-invalid')) return;
  const rows = mistakes.length === 1 ? 'one contact' : `${mistakes.length} contacts`;
  throw new CliFailure(`Nothing was imported: ${rows} cannot be; correct the file, or skip them with --skip-invalid.`);
}

/** Shows what would be done with each contact. */
async function preview(run: Run, contacts: Parameters<typeof addContacts>[1], into: string): Promise<void> {
  const { resourceLists } = await import('../../documents/usages/resource-lists/usage.ts');
  const { documentCall } = await import('../documents/document-access.ts');
  const client = await (await run.session()).client();
  const { document } = await client.open(resourceLists, documentCall(run.options));
  const MARKS = { added: ['+', 'green'], renamed: ['~', 'yellow'], kept: ['=', 'dim'] } as const;
  for (const { kind, list, uri, name } of addContacts(document, contacts, into)) {
    const [mark, style] = MARKS[kind];
    await print(styled(style, `${mark} ${shown(list)}  ${shown(name ?? '')}${name ? '  ' : ''}${shown(uri)}`));
  }
  await print();
}
