import { describe, expect } from 'vitest';
import { EXAMPLE, inExample, inLists, it, LISTS, paths, XML } from './fixture.ts';

describe('RFC 4825 section 8.3: GET', () => {
  it('returns a document with its media type and an entity tag', async ({ server }) => {
    const answer = await server.get(paths.lists);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/resource-lists+xml',
      etag: expect.stringMatching(/^"[^"]+"$/),
    });
  });

  it.for([
    ['root/el2', 'application/xcap-el+xml'],
    ['root/el2/@att', 'application/xcap-att+xml'],
    ['root/el2/namespace::*', 'application/xcap-ns+xml'],
  ] as const)('%s comes as %s with the tag of the document', async ([selector, type], { server }) => {
    const answer = await server.get(inExample(selector).replace('%3A%3A', '::'));
    const { etag } = await server.get(paths.example);
    expect([answer.headers['content-type'], answer.etag]).toEqual([type, etag]);
  });

  it('returns an element as it is in the document, without added declarations', async ({ server }) => {
    const text = '<a xmlns="urn:a" xmlns:p="urn:p"><p:b  k=\'1\'>\r\n<c/>&#65;<!--x--></p:b ></a>';
    await server.put(paths.example, text, XML);
    expect((await server.get(inExample('*/*'))).body).toBe("<p:b  k='1'>\r\n<c/>&#65;<!--x--></p:b >");
  });

  it('answers 404 for a missing document or node', async ({ server }) => {
    expect((await server.get(`${paths.lists}x`)).status).toBe(404);
    expect((await server.get(inLists('resource-lists/list[2]'))).status).toBe(404);
  });

  it('answers HEAD as GET, without the body', async ({ server }) => {
    const [head, get] = [await server.request('HEAD', paths.lists), await server.get(paths.lists)];
    expect(head.body).toBe('');
    const { date: _, ...rest } = get.headers;
    expect(head.headers).toMatchObject(rest);
  });

  it('requires caches to revalidate each time', async ({ server }) => {
    expect((await server.get(paths.lists)).headers['cache-control']).toBe('no-cache');
  });

  it('answers 304 with the tag to the current If-None-Match, for a document and its nodes', async ({ server }) => {
    const { etag = '' } = await server.get(paths.lists);
    for (const path of [paths.lists, inLists('resource-lists/list')]) {
      const answer = await server.get(path, { 'if-none-match': etag });
      expect([answer.status, answer.etag, answer.body]).toEqual([304, etag, '']);
    }
  });

  it('answers 404 for a missing node in spite of a matching If-None-Match', async ({ server }) => {
    const { etag = '' } = await server.get(paths.lists);
    expect((await server.get(inLists('resource-lists/list[2]'), { 'if-none-match': etag })).status).toBe(404);
  });
});

describe('RFC 4825 section 8.4: DELETE', () => {
  it('deletes a document, and the reply has no tag', async ({ server }) => {
    const answer = await server.remove(paths.lists);
    expect([answer.status, answer.etag]).toEqual([200, undefined]);
    expect((await server.get(paths.lists)).status).toBe(404);
  });

  it('answers 404 for a missing document or node', async ({ server }) => {
    expect((await server.remove(`${paths.lists}x`)).status).toBe(404);
    expect((await server.remove(inExample('root/nope'))).status).toBe(404);
    expect((await server.remove(inExample('root/el1'))).status).toBe(404);
    expect((await server.remove(inExample('root/el2/@nope'))).status).toBe(404);
  });

  it('deletes an element but not the white space around it, and the tag changes', async ({ server }) => {
    const before = await server.get(paths.example);
    const answer = await server.remove(inExample('root/el1[2]'));
    expect((await server.get(paths.example)).body).toBe(EXAMPLE.replace('<el1 att="second"/>', ''));
    expect(answer.etag).not.toBe(before.etag);
    expect((await server.get(paths.example)).etag).toBe(answer.etag);
  });

  it('deletes an attribute', async ({ server }) => {
    await server.remove(inExample('root/el2/@att'));
    expect((await server.get(inExample('root/el2'))).body).toBe('<el2/>');
  });

  it('answers cannot-delete when another element would match afterwards', async ({ server }) => {
    const answer = await server.remove(inExample('root/el1[1]'));
    expect([answer.status, answer.error?.condition]).toEqual([409, 'cannot-delete']);
    expect((await server.get(paths.example)).body).toBe(EXAMPLE);
  });

  it('deletes the same element by an attribute test', async ({ server }) => {
    expect((await server.remove(inExample('root/el1[1][@att="first"]'))).status).toBe(200);
  });

  it('refuses a deletion that makes the document invalid', async ({ server }) => {
    const answer = await server.remove(inLists('resource-lists/list/entry[1]/@uri'));
    expect(answer.error?.condition).toBe('schema-validation-error');
    expect((await server.get(paths.lists)).body).toBe(LISTS);
  });

  it('refuses to delete the root element', async ({ server }) => {
    expect((await server.remove(inExample('root'))).status).toBe(409);
  });

  it('answers 404 for a missing node in spite of a wrong If-Match', async ({ server }) => {
    expect((await server.remove(inExample('root/nope'), { 'if-match': '"other"' })).status).toBe(404);
  });

  it('answers 412 to a wrong If-Match, for a document and a node', async ({ server }) => {
    for (const path of [paths.example, inExample('root/el2')])
      expect((await server.remove(path, { 'if-match': '"other"' })).status).toBe(412);
  });
});

describe('RFC 4825 section 8.5: entity tags', () => {
  it('change for the document and all its nodes when one node changes', async ({ server }) => {
    const before = await server.get(paths.example);
    const { etag } = await server.put(inExample('root/el2/@att'), '"x"');
    const tags = [paths.example, inExample('root/el1[1]'), inExample('root/el2/@att')].map(
      async (path) => (await server.get(path)).etag,
    );
    expect(await Promise.all(tags)).toEqual([etag, etag, etag]);
    expect(etag).not.toBe(before.etag);
  });

  it('never return', async ({ server }) => {
    const tags = [];
    for (const value of ['"a"', '"b"', '"a"']) tags.push((await server.put(inExample('root/el2/@att'), value)).etag);
    expect(new Set(tags).size).toBe(3);
  });

  it('differ from document to document', async ({ server }) => {
    const { etag } = await server.get(paths.lists);
    await server.put(inExample('root/el2/@att'), '"x"');
    expect((await server.get(paths.lists)).etag).toBe(etag);
  });

  it.for([
    ['the tag', (tag: string) => tag, 200],
    ['a list with the tag', (tag: string) => `"x", ${tag} , "y"`, 200],
    ['*', () => '*', 200],
    ['another tag', () => '"x"', 412],
    ['the tag as a weak one: strong comparison', (tag: string) => `W/${tag}`, 412],
  ] as const)('If-Match with %s', async ([, field, status], { server }) => {
    const { etag = '' } = await server.get(paths.lists);
    expect((await server.put(paths.lists, LISTS, { 'if-match': field(etag) })).status).toBe(status);
  });

  it.for([
    ['the tag', (tag: string) => tag, 304],
    ['a list with the tag', (tag: string) => `"x",${tag}`, 304],
    ['the tag as a weak one: weak comparison', (tag: string) => `W/${tag}`, 304],
    ['*', () => '*', 304],
    ['another tag', () => '"x"', 200],
  ] as const)('If-None-Match with %s', async ([, field, status], { server }) => {
    const { etag = '' } = await server.get(paths.lists);
    expect((await server.get(paths.lists, { 'if-none-match': field(etag) })).status).toBe(status);
  });
});

describe('RFC 4825 section 10: namespace bindings', () => {
  const path = `${paths.example}/~~/*/*/namespace::*`;

  it('are an empty element of the same name with every binding in scope', async ({ server }) => {
    await server.put(paths.example, '<a xmlns="urn:a" xmlns:p="urn:p"><p:b xmlns:q="urn:q&amp;"/></a>', XML);
    const { body } = await server.get(path);
    expect(body).toMatch(/^<p:b [^>]*\/>$/);
    expect(body.match(/xmlns[^ ]*="[^"]*"/g)?.sort()).toEqual([
      'xmlns:p="urn:p"',
      'xmlns:q="urn:q&amp;"',
      'xmlns="urn:a"',
    ]);
  });

  it.for(['PUT', 'DELETE'])('%s of them is 405 with Allow: GET', async (method, { server }) => {
    const answer = await server.request(method, path, { headers: { 'content-type': 'application/xcap-ns+xml' } });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
});
