import type { XcapDocument } from '../../documents/document.ts';
import { XcapParseError } from '../../documents/errors.ts';
import type { AnyUsage } from '../../documents/usage.ts';
import type { Run } from '../command.ts';
import { CliFailure } from '../failure.ts';
import { readText } from '../files/read.ts';
import { applicationByRoot, usageOf } from '../requests/applications.ts';
import { rootOfDocument } from '../requests/guess.ts';

/** A document in a file. */
export interface DocumentFile {
  readonly usage: AnyUsage;
  readonly document: XcapDocument;
}

/**
 * Reads a document from a file. --app names its application usage, else its root element does.
 *
 * @throws CliFailure when it cannot be read as a document of that usage
 */
export async function readDocumentFile(run: Run, file: string): Promise<DocumentFile> {
  const text = readText(file, 'a document');
  const root = rootOfDocument(text);
  const auid = run.options.text('app') ?? (root === undefined ? undefined : applicationByRoot(root));
  if (auid === undefined)
    throw new CliFailure(`Please specify --app. The root element of ${file} does not identify the application.`);
  const usage = await usageOf(auid);
  if (!usage)
    throw new CliFailure(`The library has no table of the application usage '${auid}', so it cannot read ${file}.`);
  try {
    return { usage, document: usage.parse(text) };
  } catch (error) {
    if (!(error instanceof XcapParseError)) throw error;
    throw new CliFailure(`${file} is not a ${auid} document: ${error.message}.`, undefined, { cause: error });
  }
}
