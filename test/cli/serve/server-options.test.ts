import { expect, it } from 'vitest';
import { command } from '../../../src/cli/commands/serve.ts';
import { parseCommandLine } from '../../../src/cli/options/options.ts';
import { serverOptions } from '../../../src/cli/serve/server-options.ts';
import * as module from '../../../src/server/index.ts';
import { createXcapServer } from '../../../src/server/index.ts';

/** Starts a server with the words of a command line, and puts a document into a folder that does not exist. */
async function putIntoNewFolder(...words: string[]): Promise<number> {
  const { options } = parseCommandLine(words, command.options ?? []);
  const server = await createXcapServer({ ...serverOptions(options, module), admins: 'anyone' });
  try {
    const answer = await fetch(`${server.root}/resource-lists/users/sip:a@example.com/folder/index`, {
      method: 'PUT',
      headers: { 'content-type': 'application/resource-lists+xml' },
      body: '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>',
    });
    return answer.status;
  } finally {
    await server.close();
  }
}

it('--create-folders lets the first document in a folder create it', async () => {
  expect(await putIntoNewFolder()).toBe(409);
  expect(await putIntoNewFolder('--create-folders')).toBe(201);
});
