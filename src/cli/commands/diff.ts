import { diff } from '../../documents/diff/diff.ts';
import type { Command } from '../command.ts';
import { changeLine, changesBetween } from '../documents/change-lines.ts';
import { readDocument } from '../documents/document-access.ts';
import { readDocumentFile } from '../documents/read-file.ts';
import { CliFailure, EXIT } from '../failure.ts';
import { accountOptions, documentOptions, extraOptions, jsonOption } from '../options/global-options.ts';
import { print, printJson } from '../output/terminal.ts';

/** `xcap diff`. */
export const command: Command = {
  name: 'diff',
  synopsis: ['diff [OPTIONS] FILE', 'diff [OPTIONS] A B'],
  description: [
    'Shows what has to be added (+), removed (-) and changed (~, old value -> new value) to make the document on the server equal to FILE, or file A equal to file B.',
    'White space between elements, prefixes and comments do not count. --json prints node operations (RFC 4825) that make the change when they are done in this order: method, selector, body.',
  ],
  options: [extraOptions['exit-code'], jsonOption, ...documentOptions, ...accountOptions],
  examples: [
    { line: 'xcap diff friends.xml', does: 'compares the buddy lists on the server with a file' },
    { line: 'xcap diff --json friends.xml new.xml', does: 'compares two files, for a program' },
  ],
  mostArguments: 2,
  async run(run) {
    const [first, second] = run.args;
    if (first === undefined) throw new CliFailure('xcap diff takes one file, or two.');
    const target = await readDocumentFile(run, second ?? first);
    const before =
      second === undefined
        ? (await readDocument(run, target.usage)).value
        : (await readDocumentFile(run, first)).document;
    const changes = changesBetween(before, target.document);
    const status = changes.length > 0 && run.options.flag('exit-code') ? EXIT.failed : EXIT.ok;
    process.exitCode = status;
    if (run.options.flag('json')) {
      const operations = diff(before, target.document);
      await printJson(operations.map((operation) => ({ ...operation, selector: String(operation.selector) })));
    } else if (changes.length === 0) await print('No differences.');
    else for (const change of changes) await print(changeLine(change));
    return status;
  },
};
