import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  AuthenticationError,
  HttpError,
  ResponseTooLargeError,
  TimeoutError,
  TransportError,
} from '../../../src/client/errors.ts';
import { resourceLists, XcapClient, type XcapClientOptions, type XcapError } from '../../../src/index.ts';
import { startHttpServer, startRawServer } from '../../support/http-server.ts';

/** Whatever a server sends, a call ends in time with an error that says what happened, and memory stays bounded. */

const MEBI = 1024 * 1024;
const PASSWORD = 'hunter2';

const over = (origin: string, options: Partial<XcapClientOptions> = {}) =>
  new XcapClient({
    root: `${origin}/root`,
    user: 'sip:ann@example.com',
    password: PASSWORD,
    timeout: 5000,
    ...options,
  });

const head = (status: string, ...fields: string[]) => `HTTP/1.1 ${[status, ...fields].join('\r\n')}\r\n\r\n`;

/** Writes for as long as the peer reads, and never more than it takes. */
function writeForever(socket: Socket, piece: string | Buffer): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', more);
  more();
}

/** The error of a GET, which must come within the time limit of the client plus a wide margin. */
async function failureOf(client: XcapClient): Promise<XcapError> {
  const result = await client.get(resourceLists).then(
    () => expect.unreachable('the call succeeded'),
    (error: XcapError) => error,
  );
  await client.close();
  expect(result.message.length).toBeLessThan(4100);
  expect(`${result.message} ${JSON.stringify(result)}`).not.toContain(PASSWORD);
  return result;
}

describe('a server that never stops', () => {
  it.each([
    { what: 'header fields', start: 'HTTP/1.1 200 OK\r\n', piece: `x-a: ${'b'.repeat(1000)}\r\n` },
    { what: 'one header field', start: 'HTTP/1.1 200 OK\r\nx-a: ', piece: 'b'.repeat(10_000) },
    { what: 'the status line', start: 'HTTP/1.1 200 ', piece: 'b'.repeat(10_000) },
    { what: 'interim answers', start: '', piece: head('103 Early Hints', 'x-a: b').repeat(50) },
    { what: 'a chunk header', start: head('200 OK', 'transfer-encoding: chunked'), piece: '0'.repeat(10_000) },
    {
      what: 'a chunk extension',
      start: `${head('200 OK', 'transfer-encoding: chunked')}1;a=`,
      piece: 'b'.repeat(10_000),
    },
    {
      what: 'trailers',
      start: `${head('200 OK', 'transfer-encoding: chunked')}1\r\na\r\n0\r\n`,
      piece: `x-a: ${'b'.repeat(1000)}\r\n`,
    },
  ])('sending $what is a TransportError', { timeout: 60_000 }, async ({ start, piece }) => {
    await using server = await startRawServer((socket) => {
      socket.removeAllListeners('data');
      socket.resume();
      socket.write(start);
      writeForever(socket, piece);
    });
    const before = process.memoryUsage().rss;
    expect(await failureOf(over(server.origin, { timeout: 2000 }))).toBeInstanceOf(TransportError);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MEBI);
  });

  it.each([
    { what: 'with chunks', fields: 'transfer-encoding: chunked', piece: `10000\r\n${'a'.repeat(0x10000)}\r\n` },
    { what: 'until the connection closes', fields: 'connection: close', piece: 'a'.repeat(0x10000) },
    { what: 'with an enormous Content-Length', fields: 'content-length: 9007199254740991', piece: 'a'.repeat(0x10000) },
  ])('sending a body $what is a ResponseTooLargeError', async ({ fields, piece }) => {
    await using server = await startRawServer((socket) => {
      socket.write(head('200 OK', fields));
      writeForever(socket, piece);
    });
    expect(await failureOf(over(server.origin, { maxResponseSize: MEBI }))).toBeInstanceOf(ResponseTooLargeError);
  });

  it('sending nothing at all is a TimeoutError', async () => {
    await using server = await startRawServer(() => {});
    expect(await failureOf(over(server.origin, { timeout: 100 }))).toBeInstanceOf(TimeoutError);
  });

  it('sending an octet now and then is a TimeoutError', async () => {
    await using server = await startRawServer((socket) => {
      socket.write(head('200 OK', 'content-length: 1000'));
      const timer = setInterval(() => socket.write('a'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await failureOf(over(server.origin, { timeout: 300 }))).toBeInstanceOf(TimeoutError);
  });
});

describe('chunks of one octet', () => {
  it('cost no more memory than the body', { timeout: 120_000 }, async () => {
    const octets = 4 * MEBI;
    const xml = '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>';
    const chunks = Buffer.from('1\r\n \r\n'.repeat(0x10000));
    await using server = await startRawServer((socket) => {
      socket.write(`${head('200 OK', 'transfer-encoding: chunked')}${xml.length.toString(16)}\r\n${xml}\r\n`);
      let left = octets / 0x10000;
      const more = (): void => {
        while (left > 0) {
          left--;
          if (!socket.write(chunks)) return;
        }
        socket.removeListener('drain', more);
        socket.end('0\r\n\r\n');
      };
      socket.on('drain', more);
      more();
    });
    const before = process.memoryUsage();
    const client = over(server.origin, { timeout: 100_000 });
    const { text } = await client.get(resourceLists);
    await client.close();
    expect(text).toHaveLength(xml.length + octets);
    const after = process.memoryUsage();
    // A list of chunks keeps more than 100 octets for each: 400 MiB.
    expect(after.rss - before.rss).toBeLessThan(250 * MEBI);
  });
});

describe('lengths that are wrong', () => {
  it.each([
    { what: 'a Content-Length that is too long', bytes: `${head('200 OK', 'content-length: 100')}abc`, ends: true },
    { what: 'a Content-Length that is negative', bytes: `${head('200 OK', 'content-length: -1')}abc`, ends: false },
    { what: 'two lengths', bytes: `${head('200 OK', 'content-length: 3', 'content-length: 5')}abc`, ends: false },
    {
      what: 'a length and chunks',
      bytes: `${head('200 OK', 'content-length: 3', 'transfer-encoding: chunked')}3\r\nabc\r\n0\r\n\r\n`,
      ends: false,
    },
    { what: 'a chunk length of letters', bytes: `${head('200 OK', 'transfer-encoding: chunked')}xyz\r\n`, ends: false },
  ])('$what is a TransportError', async ({ bytes, ends }) => {
    await using server = await startRawServer((socket) => {
      socket.write(bytes);
      if (ends) socket.end();
    });
    expect(await failureOf(over(server.origin, { timeout: 2000 }))).toBeInstanceOf(TransportError);
  });
});

describe('garbage', () => {
  it.each([
    { what: 'another protocol', bytes: 'SSH-2.0-OpenSSH_9.6\r\n' },
    { what: 'binary octets', bytes: Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256)) },
    { what: 'a status beyond 999', bytes: 'HTTP/1.1 20000 OK\r\n\r\n' },
    { what: 'a null octet in a header', bytes: 'HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n' },
    { what: 'HTTP/9.9', bytes: 'HTTP/9.9 200 OK\r\n\r\n' },
  ])('$what is a TransportError', async ({ bytes }) => {
    await using server = await startRawServer((socket) => void socket.write(bytes));
    expect(await failureOf(over(server.origin, { timeout: 1000 }))).toBeInstanceOf(TransportError);
  });

  it.each([
    { what: 'deep nesting', body: '<a>'.repeat(300_000) },
    { what: 'white space in a tag', body: `<resource-lists ${' '.repeat(MEBI)}` },
    { what: 'attributes', body: `<a ${Array.from({ length: 100_000 }, (_, index) => `a${index}=""`).join(' ')}/>` },
    { what: 'references', body: `<a b="${'&#38;'.repeat(200_000)}` },
    { what: 'an endless name', body: `<${'a'.repeat(MEBI)}` },
    { what: 'entities', body: '<!DOCTYPE a [<!ENTITY b "&c;&c;"><!ENTITY c "&b;&b;">]><a>&b;</a>' },
  ])('a document of $what is an XcapParseError', async ({ body }) => {
    await using server = await startHttpServer((_, response) => void response.end(body));
    expect(await failureOf(over(server.origin))).toMatchObject({ code: 'parse', status: 200 });
  });

  it.each([
    { what: 'nesting', body: `<xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error">${'<no-parent>'.repeat(90_000)}` },
    {
      what: 'a phrase',
      body: `<xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error"><no-parent phrase="${'p'.repeat(MEBI)}"/></xcap-error>`,
    },
    {
      what: 'alternative values',
      body: `<xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error"><uniqueness-failure><exists field="f">${'<alt-value>v</alt-value>'.repeat(40_000)}</exists></uniqueness-failure></xcap-error>`,
    },
  ])('a 409 with a megabyte of $what is a ConflictError with a short message', async ({ body }) => {
    await using server = await startHttpServer((_, response) => void response.writeHead(409).end(body));
    const error = await failureOf(over(server.origin));
    expect(error.code).toBe('conflict');
    expect(error.message.length).toBeLessThan(1500);
  });
});

describe('redirects', () => {
  it('in circles end after a few requests', async () => {
    let next = 0;
    await using server = await startHttpServer(
      (_, response) => void response.writeHead(307, { location: `/root/${++next}` }).end(),
    );
    expect(await failureOf(over(server.origin))).toBeInstanceOf(HttpError);
    expect(server.seen.length).toBeLessThan(10);
  });

  it.each(['//{other}/x', 'http://{other}/x', 'http://ann:pw@{other}/x', 'http:\\\\{other}\\x', 'file:///etc/passwd'])(
    'to another origin, as %s, carry nothing there',
    async (spelled) => {
      await using other = await startHttpServer((_, response) => void response.end());
      const location = spelled.replace('{other}', new URL(other.origin).host);
      await using server = await startHttpServer(({ headers }, response) => {
        if (headers.authorization === undefined) {
          response.writeHead(401, { 'www-authenticate': 'Digest realm="r", nonce="n", qop="auth"' }).end();
        } else response.writeHead(307, { location }).end();
      });
      expect(await failureOf(over(server.origin))).toBeInstanceOf(HttpError);
      expect(other.connections()).toBe(0);
    },
  );

  it('and challenges in turn end after a few requests', async () => {
    let count = 0;
    await using server = await startHttpServer((_, response) => {
      if (++count % 2) {
        const challenge = `Digest realm="r", nonce="n${count}", qop="auth", stale=true`;
        response.writeHead(401, { 'www-authenticate': challenge }).end();
      } else response.writeHead(307, { location: `/root/${count}` }).end();
    });
    await failureOf(over(server.origin));
    expect(server.seen.length).toBeLessThan(20);
  });
});

describe('challenges', () => {
  it('that call every nonce stale end after a few requests', async () => {
    await using server = await startHttpServer(({ target }, response) => {
      const challenge = `Digest realm="r", nonce="${target}${Math.random()}", qop="auth", stale=true`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
    });
    expect(await failureOf(over(server.origin))).toBeInstanceOf(AuthenticationError);
    expect(server.seen.length).toBeLessThan(10);
  });

  it.each([
    { what: 'an open quote', field: `Digest realm="${'\\'.repeat(6000)}` },
    { what: 'commas', field: ','.repeat(6000) },
    { what: 'equal signs', field: '='.repeat(6000) },
    { what: 'schemes', field: 'a '.repeat(3000) },
    { what: 'many challenges', field: Array.from({ length: 200 }, () => 'Digest realm="r", nonce="n"').join(', ') },
    { what: 'many parameters', field: `Digest ${Array.from({ length: 900 }, (_, i) => `a${i}=b`).join(', ')}` },
    { what: 'a long realm', field: `Digest realm="${'r'.repeat(6000)}", nonce="n", qop="auth"` },
    { what: 'a prototype for a name', field: 'Digest __proto__="x", constructor="y", realm="r", nonce="n"' },
  ])('of $what are an AuthenticationError with a short message', async ({ field }) => {
    await using server = await startRawServer((socket) => {
      socket.write(head('401 Unauthorized', `www-authenticate: ${field}`, 'content-length: 0'));
    });
    const error = await failureOf(over(server.origin, { timeout: 2000 }));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error.message.length).toBeLessThan(600);
  });

  it('for Basic after Digest do not get the password', async () => {
    await using server = await startHttpServer((_, response) => {
      const challenge = server.seen.length < 2 ? 'Digest realm="r", nonce="n", qop="auth"' : 'Basic realm="r"';
      response.writeHead(401, { 'www-authenticate': challenge }).end();
    });
    const error = await failureOf(over(server.origin));
    expect(error.message).toContain('although it has asked for Digest');
    expect(
      server.seen.map(({ headers }) => headers.authorization ?? '').filter((sent) => /^Basic/i.test(sent)),
    ).toEqual([]);
  });

  it('answered by a server with a wrong proof are an AuthenticationError, and the document is not used', async () => {
    await using server = await startHttpServer(({ headers }, response) => {
      if (headers.authorization === undefined) {
        response.writeHead(401, { 'www-authenticate': 'Digest realm="r", nonce="n", qop="auth"' }).end();
      } else {
        response.writeHead(200, { 'authentication-info': `rspauth="${'0'.repeat(32)}", qop=auth` });
        response.end('<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>');
      }
    });
    const error = await failureOf(over(server.origin));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error.message).toContain('rspauth');
  });
});

describe('entity tags', () => {
  it.each(['"a\tb"', `"${'x'.repeat(6000)}"`, 'W/', '*', '"a", "b"'])('like %j do not break a read', async (etag) => {
    await using server = await startHttpServer((_, response) => {
      response.writeHead(200, { etag });
      response.end('<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>');
    });
    const client = over(server.origin);
    expect((await client.get(resourceLists)).value.toString()).toContain('<resource-lists');
    await client.close();
  });
});
