import { NotFoundError } from '../../documents/errors.ts';
import { XcapError } from '../../selector/errors.ts';
import type { Command, Run } from '../command.ts';
import { EXIT } from '../failure.ts';
import { accountOptions, jsonOption, profileOption } from '../options/global-options.ts';
import { Options } from '../options/options.ts';
import { note, print, shown, table } from '../output/terminal.ts';
import { performAction } from '../requests/action.ts';
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
    "Lists the user's documents, from the OMA xcap-directory where the server keeps one. Elsewhere the documents of the known application usages are asked for one by one, and those that exist are listed.",
  ],
  options: [jsonOption, profileOption, ...accountOptions],
  examples: [
    { line: 'xcap ls', does: 'lists the documents' },
    { line: 'xcap ls --json', does: 'lists them for a program' },
  ],
  async run(run) {
    const documents = await listed(run);
    if (run.options.flag('json')) await print(JSON.stringify(documents, null, 2));
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
      (error instanceof XcapError && error.status !== undefined && error.status !== 401);
    if (!isMissing) throw error;
    note('The server keeps no xcap-directory; these are the documents that were found by their usual names.');
    return askOneByOne(run);
  }
}

/** The usual documents that exist. */
async function askOneByOne(run: Run): Promise<Listed[]> {
  const session = await run.session();
  const { root, user } = session.account;
  const found: Listed[] = [];
  for (const application of applications) {
    if (application.readOnly) continue;
    const target = targetFor({ root, user }, application, new Options(new Map()), undefined);
    const answer = await performAction(session, {
      action: 'get',
      target,
      body: undefined,
      etag: undefined,
      headers: {},
    });
    if ('exists' in answer || answer.status !== 200) continue;
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
