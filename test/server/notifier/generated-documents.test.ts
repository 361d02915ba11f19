import { describe, expect, it } from 'vitest';
import { alice, aliceLists, lists, request, serverWithUsers, subscribe } from './support.ts';

const CAPS = 'xcap-caps/global/index';
const DIRECTORY = `org.openmobilealliance.xcap-directory/users/${alice}/directory.xml`;

const bare = (etag: string | undefined): string => etag?.replaceAll('"', '') ?? 'none';

describe('a subscription to a document that the server generates', () => {
  it('reports xcap-caps, with the entity tag of a GET', async () => {
    await using server = await serverWithUsers();
    const { bodies, news } = await subscribe(server, request([CAPS]));
    await server.put(aliceLists, lists());
    expect(await news()).toEqual([[`exists ${CAPS}`]]);
    expect(bodies[0]).toContain(`new-etag="${bare((await server.get(CAPS)).etag)}"`);
  });

  it('reports the directory whenever a document of its user is written', async () => {
    await using server = await serverWithUsers();
    const { bodies, news } = await subscribe(server, request([DIRECTORY], 'aggregate'));
    await server.put(aliceLists, lists());
    await server.put('resource-lists/users/sip:bob@example.com/index', lists());
    expect(await news()).toEqual([[`exists ${DIRECTORY}`], [`changed ${DIRECTORY}`]]);
    await server.remove(aliceLists);
    expect(await news()).toEqual([[`changed ${DIRECTORY}`]]);
    expect(bodies.at(-1)).toContain(`new-etag="${bare((await server.get(DIRECTORY)).etag)}"`);
  });

  it.each([{ address: `${CAPS}/~~/xcap-caps/auids` }, { address: 'no-such/users/sip:alice@example.com/index' }])(
    'passes over $address beside other entries, and is refused for it alone',
    async ({ address }) => {
      await using server = await serverWithUsers();
      const { news } = await subscribe(server, request([address, aliceLists]));
      await server.put(aliceLists, lists());
      expect(await news()).toEqual([[], [`exists ${aliceLists}`]]);
      await expect(subscribe(server, request([address]))).rejects.toMatchObject({
        status: 404,
        message: expect.stringContaining('which serves resource-lists, '),
      });
    },
  );

  it('is refused for the directory of another user', async () => {
    await using server = await serverWithUsers({ auth: 'digest' });
    const other = DIRECTORY.replace('alice', 'bob');
    await expect(subscribe(server, request([other]))).rejects.toMatchObject({ status: 403 });
  });
});
