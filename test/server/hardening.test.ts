import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send, startServer, type TestServer } from './support.ts';

const lists = 'resource-lists/users/sip:ann@x.example/index';
const loose = 'org.example.any/users/sip:ann@x.example/index';
const xml = { 'content-type': 'application/xml' };
const document = '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="a"/></resource-lists>';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    permissive: true,
    limits: { body: 300_000, depth: 50, nodes: 2000, headersTimeout: 400, requestTimeout: 400 },
  });
  await server.put(lists, document);
});
afterAll(() => server[Symbol.asyncDispose]());

/** Writes octets to the server as they are. @returns all it answers until it closes the connection */
function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(server.server.root);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text, 'latin1'));
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

describe('a hostile request target', () => {
  it.each([
    ['bad percent-encoding', `${lists}%zz`, 400],
    ['a lone percent sign', `${lists}%`, 400],
    ['answers not-utf-8 to octets that are not UTF-8', `${lists}%ff`, 400],
    ['NUL', `${lists}%00`, 400],
    ['a line break', `${lists}%0d%0ax`, 400],
    ['..', 'resource-lists/users/sip:ann@x.example/../index', 400],
    ['encoded ..', 'resource-lists/users/sip:ann@x.example/%2e%2e/index', 400],
    ['an empty segment', 'resource-lists/users/sip:ann@x.example//index', 400],
    ['an empty document name', 'resource-lists/users/sip:ann@x.example/', 404],
    ['a user without documents', 'resource-lists/users/sip:ann@x.example', 404],
    ['nothing', '', 404],
    ['an unknown tree', 'resource-lists/nobody/index', 404],
    ['an unknown AUID', 'a b/users/sip:ann@x.example/index'.replace(' ', '%20'), 404],
    ['a name of 5,000 octets', `${lists}${'x'.repeat(5000)}`, 414],
    [
      'folders with long names',
      `resource-lists/users/sip:ann@x.example/${`${'x'.repeat(235)}/`.repeat(8)}${'x'.repeat(230)}`,
      414,
    ],
    ['a hundred folders', `resource-lists/users/sip:ann@x.example/${'f/'.repeat(100)}index`, 414],
    ['a selector of 10,000 steps', `${lists}/~~/${'list/'.repeat(9999)}list`, 431],
    ['a selector of 3,000 steps', `${lists}/~~/${'list/'.repeat(2999)}list`, 404],
    ['an empty selector', `${lists}/~~/`, 404],
    ['no selector', `${lists}/~~`, 404],
    ['an unclosed predicate', `${lists}/~~/resource-lists%5B`, 404],
    ['a position of a thousand digits', `${lists}/~~/resource-lists%5B${'9'.repeat(1000)}%5D`, 404],
    ['a fragment of a selector in bad UTF-8', `${lists}/~~/%c3%28`, 400],
  ])('%s', async (_, path, status) => {
    expect((await server.get(path)).status).toBe(status);
  });

  it.each(['//', '/', '*', 'http://[bad', '/xcap-rootx/resource-lists'])(
    'answers 404 to the target %j',
    async (target) => {
      expect((await send(new URL(server.server.root).origin, 'GET', target)).status).toBe(404);
    },
  );

  it('accepts a target in absolute form', async () => {
    const { origin } = new URL(server.server.root);
    expect((await send(origin, 'GET', `${server.server.root}/${lists}`)).status).toBe(200);
  });
});

describe('a hostile body', () => {
  it.each([
    [
      'a billion laughs',
      '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>',
      'constraint-failure',
    ],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 'constraint-failure'],
    ['an undefined entity', '<a>&x;</a>', 'not-well-formed'],
    ['elements 51 deep', `${'<a>'.repeat(51)}${'</a>'.repeat(51)}`, 'constraint-failure'],
    ['2,001 elements', `<a>${'<b/>'.repeat(2000)}</a>`, 'constraint-failure'],
    ['257 attributes', `<a ${Array.from({ length: 257 }, (__, at) => `a${at}="1"`).join(' ')}/>`, 'constraint-failure'],
    [
      '257 attributes behind a > in a value',
      `<a b=">" ${Array.from({ length: 257 }, (__, at) => `a${at}=''`).join(' ')}/>`,
      'constraint-failure',
    ],
    ['300 quoted words in a comment', `<a><!--${'"x" '.repeat(300)}<b ${'"x" '.repeat(300)}--></a>`, undefined],
    [
      '257 attributes behind a > in a value',
      `<a b=">" ${Array.from({ length: 257 }, (__, at) => `a${at}=''`).join(' ')}/>`,
      'constraint-failure',
    ],
    ['300 quoted words in a comment', `<a><!--${'"x" '.repeat(300)}<b ${'"x" '.repeat(300)}--></a>`, undefined],
    ['NUL', '<a>\0</a>', 'not-well-formed'],
    ['nothing', '', 'not-well-formed'],
    ['white space', ' \n', 'not-well-formed'],
    ['an unclosed start tag of 100,000 octets', `<${'a'.repeat(100_000)}`, 'not-well-formed'],
    ['100,000 less-than signs', '<'.repeat(100_000), 'constraint-failure'],
    ['100,000 ampersands', `<a>${'&'.repeat(100_000)}</a>`, 'not-well-formed'],
    ['100,000 equals signs', `<a b="${'='.repeat(100_000)}"/>`, undefined],
  ])('%s', async (_, body, condition) => {
    expect((await server.put(loose, body, xml)).error?.condition).toBe(condition);
  });

  it('answers not-utf-8 to octets that are not UTF-8', async () => {
    const answer = await server.put(loose, Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e]), xml);
    expect(answer.error?.condition).toBe('not-utf-8');
  });

  it('answers 413 at once to a Content-Length above the limit', async () => {
    expect(await raw(`PUT /xcap-root/${loose} HTTP/1.1\r\nHost: x\r\nContent-Length: 300001\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 413 /,
    );
  });

  it('answers 413 to chunks above the limit', async () => {
    const chunk = `${(10_000).toString(16)}\r\n${'x'.repeat(10_000)}\r\n`;
    const head = `PUT /xcap-root/${loose} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`;
    expect(await raw(head + chunk.repeat(31))).toMatch(/^HTTP\/1.1 413 /);
  });

  it('refuses edits that would make the document larger than the limit', async () => {
    await server.put(loose, '<a></a>', xml);
    const half = `<b>${'x'.repeat(160_000)}</b>`;
    expect((await server.put(`${loose}/~~/a/*%5B1%5D`, half)).status).toBe(201);
    expect((await server.put(`${loose}/~~/a/*%5B2%5D`, half)).error?.condition).toBe('constraint-failure');
    expect((await server.get(loose)).body).toBe(`<a>${half}</a>`);
  });

  it('accepts a chunked body', async () => {
    const head = `PUT /xcap-root/${loose} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/xml\r\nTransfer-Encoding: chunked\r\n\r\n`;
    expect(await raw(`${head}4\r\n<a/>\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1.1 20[01] /);
  });
});

describe('a hostile connection', () => {
  it('answers 408 to a head that never ends', async () => {
    expect(await raw('GET /xcap-root/ HTTP/1.1\r\nHost: x\r\nX-Slow: ')).toMatch(/^HTTP\/1.1 408 /);
  });

  it('closes a connection with a body that never ends', async () => {
    const answer = await raw(`PUT /xcap-root/${loose} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n<a>`);
    expect(answer).toMatch(/^(?:HTTP\/1.1 408 .*)?$/s);
  });

  it('answers 431 to a head that is too long', async () => {
    expect(await raw(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431 /);
  });

  it('answers 400 to text that is not HTTP', async () => {
    expect(await raw('HELLO\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  });

  it('answers 417 to an unknown expectation', async () => {
    expect((await server.get(lists, { expect: 'miracles' })).status).toBe(417);
  });

  it('leaves the server running and its documents unchanged', async () => {
    expect((await server.get(lists)).body).toBe(document);
  });
});
