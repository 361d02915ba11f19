import { describe, expect, it } from 'vitest';
import { AlreadyExistsError, NotFoundError, resourceLists } from '../../../src/index.ts';
import type { QuirkChoice } from '../../../src/server/quirks/names.ts';
import { buddies, friends, startServer } from '../../support/fixtures.ts';

const DEVICES = [0, 1, 2, 3];
const EDITS = [0, 1, 2];

/** Every bundle that serves resource-lists, and single deviations that matter to two writers. */
const SERVERS: readonly (readonly [name: string, quirks: QuirkChoice | undefined])[] = [
  ['the standard', undefined],
  ['kamailio', 'kamailio'],
  ['openxcap', 'openxcap'],
  ['no entity tags', ['no-etags']],
  ['documents only', ['documents-only']],
  ['no DELETE', ['no-delete']],
  ['star conditions', ['star-conditions']],
];

describe.each(SERVERS)('devices without a profile, on a server with the quirks of %s', (_, quirks) => {
  const start = () => startServer(quirks ? { quirks } : {});

  it('lose no edit of each other', async () => {
    await using server = await start();
    await server.client().put(resourceLists, buddies());
    const uriOf = (device: number, edit: number) => `sip:${device}-${edit}@example.com`;
    await Promise.all(
      DEVICES.map(async (device) => {
        const client = server.client();
        for (const edit of EDITS)
          await client.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: uriOf(device, edit) }), {
            retries: 30,
          });
      }),
    );
    const { value } = await server.client().get(resourceLists);
    const uris = value.entries(friends).map(({ uri }) => uri);
    expect(uris.sort()).toEqual(DEVICES.flatMap((device) => EDITS.map((edit) => uriOf(device, edit))));
  });

  it('do not overwrite with insert, nor create with replace', async () => {
    await using server = await start();
    const keep = buddies('sip:keep@example.com');
    await server.client().put(resourceLists, keep);
    const absent = { uri: 'sip:absent@example.com' };
    await expect(server.client().insert(resourceLists, buddies())).rejects.toBeInstanceOf(AlreadyExistsError);
    await expect(
      server.client().insert(friends.entry('sip:keep@example.com'), { uri: 'sip:keep@example.com' }),
    ).rejects.toBeInstanceOf(AlreadyExistsError);
    await expect(server.client().replace(friends.entry(absent.uri), absent)).rejects.toBeInstanceOf(NotFoundError);
    await expect(server.client().replace(resourceLists, buddies(), { document: 'absent' })).rejects.toBeInstanceOf(
      NotFoundError,
    );
    expect((await server.client().get(resourceLists)).text).toBe(keep);
  });
});

/** Elsewhere nothing makes one of several creations at the same time fail. */
const KEEPS_DOCUMENTS = SERVERS.filter(([name]) => name !== 'no entity tags' && name !== 'star conditions');

describe.each(KEEPS_DOCUMENTS)('devices without a profile that race on a server with the quirks of %s', (_, quirks) => {
  it('create a document once: the others get AlreadyExistsError', async () => {
    await using server = await startServer(quirks ? { quirks } : {});
    const texts = DEVICES.map((device) => buddies(`sip:${device}@example.com`));
    const outcomes = await Promise.allSettled(texts.map((text) => server.client().insert(resourceLists, text)));
    const won = texts.filter((_, device) => outcomes[device]?.status === 'fulfilled');
    const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    for (const error of lost) expect(error).toBeInstanceOf(AlreadyExistsError);
    expect([(await server.client().get(resourceLists)).text]).toEqual(won);
  });
});
