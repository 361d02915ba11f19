import { describe, expect } from 'vitest';
import { MemoryServerStore } from '../../../src/server/index.ts';
import { startServer } from '../support.ts';
import { EXAMPLE, inExample, inLists, it, LISTS, paths, XML } from './fixture.ts';

const BILL = '<entry uri="sip:bill@example.com"><display-name>Bill</display-name></entry>';

describe('RFC 4825 section 6: the node selector separator', () => {
  it.for(['~~', '%7E%7E', '%7e~'])('can be written as %s', async (separator, { server }) => {
    expect((await server.get(`${paths.lists}/${separator}/resource-lists`)).status).toBe(200);
  });

  it('is the first ~~; a later one belongs to the node selector', async ({ server }) => {
    await server.put(paths.example, '<a><b k="~~"/></a>', XML);
    expect((await server.get(`${paths.example}/~~/a/b%5B@k=%22~~%22%5D`)).body).toBe('<b k="~~"/>');
  });
});

describe('RFC 4825 section 6.1: the root', () => {
  it('corresponds to no resource', async ({ server }) => {
    expect((await server.get('')).status).toBe(404);
  });
});

describe('RFC 4825 section 6.2: document selectors', () => {
  it.for([
    'resource-lists/users/ann@example.com/index',
    'resource-lists/users/sip%3Aann%40example.com/index',
    '%72esource-lists/%75sers/sip:ann@example.com/%69ndex',
  ])('%s is the same document', async (path, { server }) => {
    expect((await server.get(path)).body).toBe(LISTS);
  });

  it('distinguish the documents of one user by name', async ({ server }) => {
    await server.put('resource-lists/users/ann@example.com/other', LISTS.replace('friends', 'x'));
    expect((await server.get(paths.lists)).body).toBe(LISTS);
  });

  it('can contain folders, which the first document creates if the server is told so', async () => {
    await using server = await startServer({ createFolders: true });
    const path = 'resource-lists/users/ann@example.com/a/b%20c/index';
    expect((await server.put(path, LISTS)).status).toBe(201);
    expect((await server.get(path)).body).toBe(LISTS);
  });

  it('cannot name a folder that does not exist (section 8.2.1)', async ({ server }) => {
    const answer = await server.put('resource-lists/users/ann@example.com/a/index', LISTS);
    expect([answer.status, answer.error?.condition]).toEqual([409, 'no-parent']);
    expect(answer.error?.ancestor).toBe(`${server.server.root}/resource-lists/users/sip:ann@example.com/`);
  });

  it('can name a folder that contains a document', async () => {
    const store = new MemoryServerStore();
    await store.save('resource-lists/users/sip:ann@example.com/a/first', { body: Buffer.from(LISTS) });
    await using server = await startServer({ store });
    expect((await server.put('resource-lists/users/ann@example.com/a/second', LISTS)).status).toBe(201);
  });

  it('can contain an escaped slash in a name', async ({ server }) => {
    await server.put('resource-lists/users/ann@example.com/a%2Fb', LISTS);
    expect((await server.get('resource-lists/users/ann@example.com/a/b')).status).toBe(404);
  });

  it('cannot give a document and a folder the same name', async () => {
    await using server = await startServer({ createFolders: true });
    await server.put(paths.lists, LISTS);
    const below = await server.put(`${paths.lists}/below`, LISTS);
    expect([below.status, below.error?.condition]).toEqual([409, 'no-parent']);
    await server.put('resource-lists/users/ann@example.com/folder/x', LISTS);
    expect((await server.put('resource-lists/users/ann@example.com/folder', LISTS)).status).toBe(409);
  });

  it('are case-sensitive', async ({ server }) => {
    expect((await server.get('resource-lists/users/ann@example.com/INDEX')).status).toBe(404);
  });
});

describe('RFC 4825 section 6.3: node selectors', () => {
  it.for([
    ['by name', 'resource-lists/list', undefined],
    ['by position', 'resource-lists/list/entry[1]', BILL],
    ['by attribute', 'resource-lists/list/entry[@uri="sip:bill@example.com"]', BILL],
    ['by attribute in apostrophes', "resource-lists/list/entry[@uri='sip:bill@example.com']", BILL],
    ['by position and attribute', 'resource-lists/list/entry[1][@uri="sip:bill@example.com"]', BILL],
    ['with a wildcard', '*/*[1]/*[2]', '<entry uri="sip:joe@example.com"/>'],
    ['an attribute', 'resource-lists/list/@name', '"friends"'],
  ] as const)('selects %s', async ([, selector, expected], { server }) => {
    const answer = await server.get(inLists(selector));
    expect(answer.status).toBe(200);
    if (expected !== undefined) expect(answer.body).toBe(expected);
  });

  it.for([
    ['a step that matches nothing', 'resource-lists/list/entry[3]'],
    ['a step that matches several elements', 'resource-lists/list/entry'],
    ['a middle step that matches several', 'resource-lists/*/entry/display-name'],
    ['position 0', 'resource-lists/list/entry[0]'],
    ['a position whose element has another value', 'resource-lists/list/entry[2][@uri="sip:bill@example.com"]'],
    ['an attribute that is absent', 'resource-lists/list/@nope'],
    ['a namespace declaration as an attribute', 'resource-lists/@xmlns'],
    ['a test of a namespace declaration', '*[@xmlns="urn:ietf:params:xml:ns:resource-lists"]'],
  ] as const)('%s is 404', async ([, selector], { server }) => {
    expect((await server.get(inLists(selector))).status).toBe(404);
  });

  it.for([
    ['attribute before position', 'resource-lists/list[@name="friends"][1]'],
    ['two positions', 'resource-lists/list[1][1]'],
    ['an XPath function', 'resource-lists/list[last()]'],
    ['an axis', 'resource-lists/child::list'],
    ['an empty step', 'resource-lists//list'],
    ['a trailing slash', 'resource-lists/'],
    ['a lone attribute', '@name'],
    ['an unquoted value', 'resource-lists/list[@name=friends]'],
    ['a bare ampersand', 'resource-lists/list[@name="a&b"]'],
    ['white space', 'resource-lists/list[ 1 ]'],
  ] as const)('%s is an extension that is not understood: 404', async ([, selector], { server }) => {
    expect((await server.get(inLists(selector))).status).toBe(404);
  });

  it('compare values after resolving references', async ({ server }) => {
    await server.put(paths.example, '<a><b k="x&amp;y/z?&#35;%41"/></a>', XML);
    expect((await server.get(`${paths.example}/~~/a/b%5B@k=%22x&amp;y%2Fz%3F%23%2541%22%5D`)).status).toBe(200);
  });

  it('compare values case-sensitively', async ({ server }) => {
    expect((await server.get(inLists('resource-lists/list[@name="Friends"]'))).status).toBe(404);
  });

  it('ignore comments and text in positions', async ({ server }) => {
    expect((await server.get(inExample('root/*[3]'))).body).toBe('<el2 att="first"/>');
  });
});

describe('RFC 4825 section 6.4: namespace bindings', () => {
  const query = '?xmlns(rl=urn:ietf:params:xml:ns:resource-lists)';

  it('bind prefixes by the query', async ({ server }) => {
    expect((await server.get(inLists('rl:resource-lists/rl:list/rl:entry[1]', query))).body).toBe(BILL);
  });

  it('are required: a prefix without binding is 400', async ({ server }) => {
    expect((await server.get(inLists('rl:resource-lists'))).status).toBe(400);
  });

  it('of the document are ignored', async ({ server }) => {
    await server.put(paths.example, '<p:a xmlns:p="urn:p"/>', XML);
    expect((await server.get(inExample('p:a'))).status).toBe(400);
    expect((await server.get(inExample('q:a', '?xmlns(q=urn:p)'))).status).toBe(200);
  });

  it('parts of other schemes are ignored, and a later part overrides', async ({ server }) => {
    const later = '?element(/1)xmlns(rl=urn:x)%20xmlns(rl=urn:ietf:params:xml:ns:resource-lists)';
    expect((await server.get(inLists('rl:resource-lists', later))).status).toBe(200);
  });

  it('give an unprefixed name the default document namespace of the usage', async ({ server }) => {
    const prefixed = LISTS.replace('xmlns=', 'xmlns:r=').replaceAll(/<(\/?)(?=[a-z])/g, '<$1r:');
    await server.put(paths.lists, prefixed);
    expect((await server.get(inLists('resource-lists/list/entry[2]'))).body).toBe(
      '<r:entry uri="sip:joe@example.com"/>',
    );
  });

  it('leave an unprefixed name in no namespace when the usage has no default', async ({ server }) => {
    await server.put(paths.example, '<root xmlns="urn:x"/>', XML);
    expect((await server.get(inExample('root'))).status).toBe(404);
  });

  it('leave an unprefixed attribute in no namespace', async ({ server }) => {
    await server.put(paths.example, '<a xmlns:p="urn:p"><b p:k="1"/></a>', XML);
    expect((await server.get(inExample('a/b/@k'))).status).toBe(404);
    expect((await server.get(inExample('a/b/@q:k', '?xmlns(q=urn:p)'))).body).toBe('"1"');
  });

  it('of a document URI are ignored', async ({ server }) => {
    expect((await server.get(`${paths.example}?x=1`)).body).toBe(EXAMPLE);
  });
});
