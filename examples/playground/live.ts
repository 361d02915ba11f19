/** A server that the page is connected to: reads documents from it, and writes them under their entity tag. */

import { NotFoundError, XcapClient } from 'xcap';
import { page, showError } from './page.ts';
import type { Choice } from './usages.ts';

/** The document that was read last: its URL, and its entity tag unless the server has no such document. */
let read: { readonly of: string; readonly etag: string | undefined } | undefined;

/** What a document is read with; a document of another account must not be written over. */
const accountOf = ({ name }: Choice): string => JSON.stringify([name, page.root.value, page.user.value]);

/** Runs a request with the account that is typed in, and shows its error. */
async function withClient(run: (client: XcapClient) => Promise<string>): Promise<void> {
  page.state.value = '';
  showError('live', undefined);
  for (const button of [page.load, page.save]) button.disabled = true;
  let client: XcapClient | undefined;
  try {
    const password = page.password.value;
    const options = { root: page.root.value.trim(), user: page.user.value.trim() };
    client = new XcapClient(password ? { ...options, password } : options);
    page.state.value = await run(client);
  } catch (error) {
    showError('live', error);
  } finally {
    for (const button of [page.load, page.save]) button.disabled = false;
    await client?.close();
  }
}

/** Reads the document of the chosen usage. Returns its text; `undefined` if there is none, or if it cannot be read. */
export async function load(choice: Choice): Promise<string | undefined> {
  let found: string | undefined;
  await withClient(async (client) => {
    const of = accountOf(choice);
    try {
      const { text, etag } = await client.get(choice.usage);
      read = { of, etag };
      found = text;
      return `read, at version ${etag ?? 'without a tag'}`;
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      read = { of, etag: undefined };
      return 'the server has no such document yet; Save creates it';
    }
  });
  return found;
}

/** Writes the document, unless others have written since it was read. */
export async function save(choice: Choice): Promise<void> {
  await withClient(async (client) => {
    const of = accountOf(choice);
    if (read?.of !== of) return 'load the document first: what is on the server must not be overwritten unseen';
    const condition = read.etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: read.etag };
    const { etag } = await client.put(choice.usage, choice.parse(page.document.value), condition);
    read = { of, etag };
    return `saved, at version ${etag ?? 'without a tag'}`;
  });
}
