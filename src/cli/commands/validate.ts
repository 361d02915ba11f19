import { XcapParseError } from '../../documents/errors.ts';
import { parseDocument } from '../../documents/usage.ts';
import type { Command, Run } from '../command.ts';
import { chosenUsage, readDocument } from '../documents/document-access.ts';
import { CliFailure, EXIT } from '../failure.ts';
import { readInput } from '../files/read.ts';
import { accountOptions, documentOptions, jsonOption, profileOption } from '../options/global-options.ts';
import { print, shown, styled } from '../output/terminal.ts';
import { applicationByRoot, usageOf } from '../requests/applications.ts';
import { rootOfDocument } from '../requests/guess.ts';

/** One thing that is wrong with a document. */
interface Finding {
  readonly document: string;
  readonly selector?: string;
  readonly rule: string;
  readonly message: string;
}

/** `xcap validate`. */
export const command: Command = {
  name: 'validate',
  synopsis: ['validate [OPTIONS] [FILE...]'],
  description: [
    "Checks documents against the schema and the rules of their application usage: files, or without FILE the document on the server (of --app, else resource-lists). A file's root element tells its application unless --app does.",
    'Ends with status 1 when something is wrong.',
  ],
  options: [jsonOption, profileOption, ...documentOptions, ...accountOptions],
  examples: [
    { line: 'xcap validate', does: 'checks the buddy lists on the server' },
    { line: 'xcap validate friends.xml', does: 'checks a file' },
  ],
  async run(run) {
    const findings =
      run.args.length === 0
        ? await checkServer(run)
        : (await Promise.all(run.args.map((file) => checkFile(run, file)))).flat();
    if (run.options.flag('json')) await print(JSON.stringify(findings, null, 2));
    else if (findings.length === 0) await print(run.args.length > 1 ? 'All are valid.' : 'It is valid.');
    else
      for (const { document, selector, rule, message } of findings)
        await print(
          `${shown(document)}: ${selector === undefined ? '' : `${shown(selector)}: `}${styled('red', rule)}: ${shown(message)}`,
        );
    return findings.length === 0 ? EXIT.ok : EXIT.failed;
  },
};

async function checkServer(run: Run): Promise<Finding[]> {
  const { value, url } = await readDocument(run, await chosenUsage(run.options, 'resource-lists'));
  return value.validate().map((issue) => ({ document: url, ...issue }));
}

async function checkFile(run: Run, file: string): Promise<Finding[]> {
  const text = readInput(file, 'validate').toString('utf8');
  const root = rootOfDocument(text);
  const auid = run.options.text('app') ?? (root === undefined ? undefined : applicationByRoot(root));
  try {
    const usage = auid === undefined ? undefined : await usageOf(auid);
    if (usage)
      return usage
        .parse(text)
        .validate()
        .map((issue) => ({ document: file, ...issue }));
    parseDocument(text);
  } catch (error) {
    if (error instanceof XcapParseError) return [{ document: file, rule: 'not-well-formed', message: error.message }];
    throw error;
  }
  throw new CliFailure(
    `${file} is well-formed, but no table of its application is known${root === undefined ? '' : ` (root element ${root})`}; name one with --app.`,
  );
}
