import { describe, expect } from 'vitest';
import { startServer } from '../support.ts';
import { inExample, inLists, it, LISTS, paths, XML } from './fixture.ts';

describe('RFC 9110: content', () => {
  it.for([{ coding: 'gzip' }, { coding: 'br' }, { coding: 'unheard-of' }])(
    'refuses the content coding $coding',
    async ({ coding }, { server }) => {
      const answer = await server.put(paths.lists, LISTS, { 'content-encoding': coding });
      expect([answer.status, answer.headers['accept-encoding']]).toEqual([415, 'identity']);
      expect((await server.get(paths.lists)).body).toBe(LISTS);
    },
  );

  it('accepts the content coding identity', async ({ server }) => {
    expect((await server.put(paths.lists, LISTS, { 'content-encoding': 'identity' })).status).toBe(200);
  });

  it('refuses a part of a document or node', async ({ server }) => {
    const part = { 'content-range': 'bytes 0-3/10' };
    expect((await server.put(paths.lists, LISTS, part)).status).toBe(400);
    expect((await server.put(inExample('root/el1[1]'), '<el1/>', part)).status).toBe(400);
    expect((await server.get(paths.lists)).body).toBe(LISTS);
  });
});

describe('RFC 4825 section 8: the order of decisions', () => {
  const users = { 'ann@example.com': 'pw' };

  it('answers 404 to a selector outside of the grammar before it asks for credentials', async () => {
    await using server = await startServer({ users });
    for (const selector of ['resource-lists/list[last()]', 'resource-lists//list', 'resource-lists/list[']) {
      const path = inLists(selector);
      expect((await server.get(path)).status).toBe(404);
      expect((await server.put(path, '<x/>')).status).toBe(404);
    }
    expect((await server.get('xcap-caps/global/index/~~/xcap-caps%5B')).status).toBe(404);
  });

  it('asks for credentials before it refuses a prefix without binding', async () => {
    await using server = await startServer({ users });
    expect((await server.get(inLists('p:resource-lists'))).status).toBe(401);
  });

  it('answers 400 to a prefix without binding', async ({ server }) => {
    expect((await server.get(inLists('p:resource-lists'))).status).toBe(400);
  });
});

describe('RFC 4825 section 11.2: the closest ancestor', () => {
  it('is the home of the user when the document does not exist', async ({ server }) => {
    const answer = await server.put(inLists('resource-lists/list').replace('index', 'none'), '<list/>');
    expect(answer.error).toMatchObject({
      condition: 'no-parent',
      ancestor: `${server.server.root}/resource-lists/users/sip:ann@example.com/`,
    });
  });

  it('is the global tree when the document there does not exist', async () => {
    await using server = await startServer({ admins: 'anyone' });
    const answer = await server.put('resource-lists/global/none/~~/resource-lists', '<resource-lists/>');
    expect(answer.error?.ancestor).toBe(`${server.server.root}/resource-lists/global/`);
  });

  it('is the home of the user when a document has the name of a folder', async ({ server }) => {
    const answer = await server.put(`${paths.example}/below`, '<a/>', XML);
    expect(answer.error).toMatchObject({
      condition: 'no-parent',
      ancestor: `${server.server.root}/org.example.test/users/sip:ann@example.com/`,
    });
  });
});

describe('documents and folders', () => {
  it('lets a document take the name of a folder without documents', async () => {
    await using server = await startServer({ permissive: true, createFolders: true });
    const folder = 'org.example.test/users/sip:ann@example.com/dir';
    expect((await server.put(`${folder}/doc`, '<a/>', XML)).status).toBe(201);
    expect((await server.put(folder, '<a/>', XML)).error?.condition).toBe('constraint-failure');
    expect((await server.remove(`${folder}/doc`)).status).toBe(200);
    expect((await server.put(folder, '<a/>', XML)).status).toBe(201);
  });
});
