import { describe, expect } from 'vitest';
import { parseDocument } from '../../../src/documents/index.ts';
import { inExample, it, LISTS, paths, XML } from './fixture.ts';

describe('RFC 4825 section 11: error reports', () => {
  it('have their media type and exactly one error element', async ({ server }) => {
    const answer = await server.put(inExample('root/x'), 'nonsense');
    expect(answer.headers['content-type']).toBe('application/xcap-error+xml');
    const report = parseDocument(answer.body, { defaultNamespace: 'urn:ietf:params:xml:ns:xcap-error' });
    expect(report.selectValue('count(/*/*)')).toBe(1);
  });

  it('are well-formed whatever they quote', async ({ server }) => {
    const answer = await server.put(inExample('root/x'), '<a b="&quot;<>\u{1F600}');
    expect(answer.error?.condition).toBe('not-xml-frag');
    expect(() => parseDocument(answer.body)).not.toThrow();
  });
});

describe('RFC 4825 section 12: server capabilities', () => {
  const path = 'xcap-caps/global/index';

  it('list every AUID and namespace that is served, including xcap-caps', async ({ server }) => {
    const answer = await server.get(path);
    expect(answer.headers['content-type']).toBe('application/xcap-caps+xml');
    const caps = parseDocument(answer.body);
    for (const auid of ['resource-lists', 'xcap-caps'])
      expect(caps.selectValue(`count(//c:auid[.="${auid}"])`, { c: 'urn:ietf:params:xml:ns:xcap-caps' })).toBe(1);
    expect(answer.body).toContain('<namespace>urn:ietf:params:xml:ns:xcap-caps</namespace>');
  });

  it('can be read like any other document', async ({ server }) => {
    const { etag = '' } = await server.get(path);
    expect((await server.get(path, { 'if-none-match': etag })).status).toBe(304);
    expect((await server.get(`${path}/~~/xcap-caps/auids/auid%5B1%5D`)).body).toBe('<auid>resource-lists</auid>');
  });

  it.for(['PUT', 'DELETE'])('%s is 405', async (method, { server }) => {
    const answer = await server.request(method, path, {
      headers: { 'content-type': 'application/xcap-caps+xml' },
      body: '<a/>',
    });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  it('exist in the global tree only', async ({ server }) => {
    expect((await server.get('xcap-caps/users/sip:ann@example.com/index')).status).toBe(404);
  });
});

describe('OMA xcap-directory', () => {
  const path = 'org.openmobilealliance.xcap-directory/users/sip:ann@example.com/directory.xml';
  const names = { d: 'urn:oma:xml:xdm:xcap-directory' };

  it('lists the documents of the user with their tags, by AUID', async ({ server }) => {
    const directory = parseDocument((await server.get(path)).body);
    const { etag } = await server.get(paths.lists);
    const entry = 'string(/d:xcap-directory/d:folder[@auid="resource-lists"]/d:entry';
    expect(directory.selectValue(`${entry}/@uri)`, names)).toBe(`${server.server.root}/${paths.lists}`);
    expect(directory.selectValue(`${entry}/@etag)`, names)).toBe(etag);
    expect(directory.selectValue('count(//d:entry)', names)).toBe(2);
  });

  it('does not list the documents of other users', async ({ server }) => {
    await server.put('resource-lists/users/sip:annette@example.com/index', LISTS);
    expect((await server.get(path)).body).not.toContain('annette');
  });

  it('gets a new tag when a document changes', async ({ server }) => {
    const { etag } = await server.get(path);
    await server.put(paths.example, '<b/>', XML);
    expect((await server.get(path)).etag).not.toBe(etag);
  });

  it('can be read by node, and cannot be written', async ({ server }) => {
    const folder = `${path}/~~/xcap-directory/folder%5B@auid=%22resource-lists%22%5D`;
    expect((await server.get(folder)).status).toBe(200);
    expect((await server.remove(path)).status).toBe(405);
  });
});
