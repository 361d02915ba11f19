import { XcapParseError } from '../../documents/errors.ts';
import { parseDocument } from '../../documents/usage.ts';
import type { Command, Run } from '../command.ts';
import { chosenUsage, readDocument } from '../documents/document-access.ts';
import { CliFailure, EXIT } from '../failure.ts';
import { readText } from '../files/read.ts';
import { accountOptions, documentOptions, jsonOption } from '../options/global-options.ts';
import { shown } from '../output/escape.ts';
import { print, printJson, styled } from '../output/terminal.ts';
import { applicationByRoot, usageOf } from '../requests/applications.ts';
import { rootOfDocument } from '../requests/guess.ts';

/** A breach of a rule. */
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
    'Checks documents against the schema and the rules of their application usage: files, or without FILE the document on the server (of --app, else resource-lists). The root element of a file identifies its application unless --app does.',
    'Ends with status 1 when a document is not valid.',
  ],
  options: [jsonOption, ...documentOptions, ...accountOptions],
  examples: [
    { line: 'xcap validate', does: 'checks the buddy lists on the server' },
    { line: 'xcap validate friends.xml', does: 'checks a file' },
  ],
  async run(run) {
    const findings =
      run.args.length === 0
        ? await checkServer(run)
        : (await Promise.all(run.args.map((file) => checkFile(run, file)))).flat();
    const status = findings.length === 0 ? EXIT.ok : EXIT.failed;
    process.exitCode = status;
    if (run.options.flag('json')) await printJson(findings);
    else if (findings.length === 0) await print(run.args.length > 1 ? 'All are valid.' : 'It is valid.');
    else
      for (const { document, selector, rule, message } of findings)
        await print(
          `${shown(document)}: ${selector === undefined ? '' : `${shown(selector)}: `}${styled('red', rule)}: ${shown(message)}`,
        );
    return status;
  },
};

async function checkServer(run: Run): Promise<Finding[]> {
  const { value, url } = await readDocument(run, await chosenUsage(run.options, 'resource-lists'));
  return value.validate().map((issue) => ({ document: url, ...issue }));
}

async function checkFile(run: Run, file: string): Promise<Finding[]> {
  const text = readText(file, 'validate');
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
  const element = root === undefined ? '' : ` (root element ${root})`;
  throw new CliFailure(
    `${file} is well-formed, but the library has no table of its application usage${element}; name one with --app.`,
  );
}
