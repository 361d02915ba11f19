import { diff } from '../../documents/diff/diff.ts';
import type { XcapDocument } from '../../documents/document.ts';
import type { Command, Run } from '../command.ts';
import { changeLine, changesBetween } from '../documents/change-lines.ts';
import { readDocument } from '../documents/document-access.ts';
import { CliFailure, EXIT } from '../failure.ts';
import { readInput } from '../files/read.ts';
import { accountOptions, documentOptions, jsonOption, profileOption } from '../options/global-options.ts';
import { print } from '../output/terminal.ts';
import { applicationByRoot, usageOf } from '../requests/applications.ts';
import { rootOfDocument } from '../requests/guess.ts';

/** `xcap diff`. */
export const command: Command = {
  name: 'diff',
  synopsis: ['diff [OPTIONS] FILE', 'diff [OPTIONS] A B'],
  description: [
    'Shows what would have to be added (+), removed (-) and changed (~) to make the document on the server equal to FILE, or file A equal to file B.',
    'White space between elements, prefixes and comments do not count. --json prints the node operations of RFC 4825 that do it, done in this order: method, selector, body.',
  ],
  options: [jsonOption, profileOption, ...documentOptions, ...accountOptions],
  examples: [
    { line: 'xcap diff friends.xml', does: 'compares the buddy lists on the server with a file' },
    { line: 'xcap diff --json friends.xml new.xml', does: 'compares two files, for a program' },
  ],
  async run(run) {
    const [first, second, ...more] = run.args;
    if (first === undefined || more.length > 0) throw new CliFailure('diff takes one file, or two.');
    const target = await readFile(run, second ?? first);
    const before =
      second === undefined ? (await readDocument(run, target.usage)).value : (await readFile(run, first)).document;
    if (run.options.flag('json')) {
      const operations = diff(before, target.document);
      await print(
        JSON.stringify(
          operations.map((operation) => ({ ...operation, selector: String(operation.selector) })),
          null,
          2,
        ),
      );
      return EXIT.ok;
    }
    const changes = changesBetween(before, target.document);
    if (changes.length === 0) await print('No differences.');
    else for (const change of changes) await print(changeLine(change));
    return EXIT.ok;
  },
};

async function readFile(run: Run, file: string) {
  const text = readInput(file, 'diff').toString('utf8');
  const root = rootOfDocument(text);
  const auid = run.options.text('app') ?? (root === undefined ? undefined : applicationByRoot(root));
  if (auid === undefined) throw new CliFailure(`Please specify --app. The root element of ${file} gives no clue.`);
  const usage = await usageOf(auid);
  if (!usage)
    throw new CliFailure(`No table of the application '${auid}' is known, so its documents cannot be compared.`);
  try {
    const document: XcapDocument = usage.parse(text);
    return { usage, document };
  } catch (error) {
    throw new CliFailure(
      `${file} is no ${auid} document: ${error instanceof Error ? error.message : String(error)}.`,
      undefined,
      { cause: error },
    );
  }
}
