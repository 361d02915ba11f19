import { HttpError, MethodNotAllowedError } from '../../client/errors.ts';
import { NotFoundError, XcapParseError } from '../../documents/errors.ts';
import type { Command, Run } from '../command.ts';
import { EXIT, WrongAccountFailure } from '../failure.ts';
import { accountOptions, jsonOption } from '../options/global-options.ts';
import { Options } from '../options/options.ts';
import { shown } from '../output/escape.ts';
import { table } from '../output/table.ts';
import { note, print, printJson } from '../output/terminal.ts';
import { performAction, succeeded } from '../requests/action.ts';
import { applications } from '../requests/applications.ts';
import { targetFor } from '../requests/target.ts';

/** A document as the listing shows it. */
interface Listed {
  readonly auid: string;
  readonly uri: string;
  readonly etag: string | undefined;
  readonly size: number | undefined;
  readonly lastModified?: string | undefined;
}

/** `xcap ls`. */
export const command: Command = {
  name: 'ls',
  synopsis: ['ls [OPTIONS]'],
  description: [
    "Lists the user's documents. They are read from the OMA xcap-directory. If the server has none, each known application usage is asked for its usual document.",
  ],
  options: [jsonOption, ...accountOptions],
  examples: [
    { line: 'xcap ls', does: 'lists the documents' },
    { line: 'xcap ls --json', does: 'lists them for a program' },
  ],
  mostArguments: 0,
  async run(run) {
    const documents = await listed(run);
    if (run.options.flag('json')) await printJson(documents);
    else if (documents.length === 0) await print('There are no documents.');
    else {
      const rows = documents.map(({ auid, uri, etag = '', size }) =>
        [auid, size === undefined ? '' : String(size), etag, uri].map(shown),
      );
      for (const line of table(rows, ['APPLICATION', 'SIZE', 'ETAG', 'DOCUMENT'])) await print(line);
    }
    return EXIT.ok;
  },
};

async function listed(run: Run): Promise<readonly Listed[]> {
  const client = await (await run.session()).client();
  try {
    return await client.directory();
  } catch (error) {
    const isMissing =
      error instanceof NotFoundError ||
      error instanceof MethodNotAllowedError ||
      error instanceof XcapParseError ||
      (error instanceof HttpError && error.status !== undefined && error.status >= 400);
    if (!isMissing) throw error;
    const found = await askOneByOne(run);
    // Without any document, the root may be the reason.
    const diagnosis = found.length === 0 ? await diagnose(run) : undefined;
    if (diagnosis !== undefined) throw new WrongAccountFailure(diagnosis, EXIT.refused, { cause: error });
    note('The server has no xcap-directory; these are the documents found by their usual names.');
    return found;
  }
}

async function diagnose(run: Run): Promise<string | undefined> {
  const { diagnoseRoot } = await import('../requests/diagnose-root.ts');
  return diagnoseRoot(run.account());
}

/** Returns the usual documents that exist. */
async function askOneByOne(run: Run): Promise<Listed[]> {
  const session = await run.session();
  const found: Listed[] = [];
  for (const application of applications) {
    if (application.readOnly) continue;
    const target = targetFor(session.account, application, new Options(new Map()), undefined);
    const answer = await performAction(session, { action: 'get', target, body: undefined, etag: undefined });
    if (!succeeded(answer)) continue;
    const { headers, body } = answer;
    found.push({
      auid: application.auid,
      uri: target.url,
      etag: headers['etag'],
      size: body.length,
      lastModified: headers['last-modified'],
    });
  }
  return found;
}
