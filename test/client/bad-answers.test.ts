import { describe, expect, it, onTestFinished } from 'vitest';
import { XcapClient } from '../../src/client/client.ts';
import type { XcapClientOptions } from '../../src/client/options.ts';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { buddies, friends } from '../support/fixtures.ts';
import { type SeenRequest, startHttpServer } from '../support/http-server.ts';

type Responder = Parameters<typeof startHttpServer>[0];

/** A client of a server that answers as the test says. */
async function clientOf(
  answer: Responder,
  options: Partial<XcapClientOptions> = {},
): Promise<{ client: XcapClient; seen: SeenRequest[] }> {
  const server = await startHttpServer(answer);
  const client = new XcapClient({
    root: `${server.origin}/xcap-root`,
    user: 'sip:alice@example.com',
    password: 'secret',
    ...options,
  });
  onTestFinished(async () => {
    await client.close();
    await server[Symbol.asyncDispose]();
  });
  return { client, seen: server.seen };
}

const page = '<!doctype html><html><body>Please log in<br></body></html>';
const editing = (client: XcapClient) =>
  client.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: 'sip:bob@example.com' }), { retries: 1 });

describe('answers that no XCAP server should give', () => {
  it('a web page instead of a document is told as one', async () => {
    const { client, seen } = await clientOf((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html', etag: '"1"' }).end(page);
    });
    await expect(client.get(resourceLists)).rejects.toMatchObject({
      code: 'http',
      message: /web page.*check that root/,
    });
    await expect(editing(client)).rejects.toMatchObject({ code: 'http' });
    expect(seen.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('a truncated document is never taken for a whole one', async () => {
    const text = buddies('sip:a@example.com');
    const { client, seen } = await clientOf((_, response) => {
      response.writeHead(200, { etag: '"1"', 'content-length': text.length }).write(text.slice(0, -30), () => {
        response.destroy();
      });
    });
    await expect(client.get(resourceLists)).rejects.toMatchObject({ code: 'transport' });
    await expect(editing(client)).rejects.toMatchObject({ code: 'transport' });
    expect(seen.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('a document that was cut before it was sent is XcapParseError with the place', async () => {
    const { client } = await clientOf((_, response) => {
      response.writeHead(200, { etag: '"1"' }).end(buddies('sip:a@example.com').slice(0, -30));
    });
    await expect(client.get(resourceLists)).rejects.toMatchObject({ code: 'parse', line: expect.any(Number) });
  });

  it('a charset that is not supported is named, and nothing is guessed', async () => {
    const { client } = await clientOf((_, response) => {
      response
        .writeHead(200, { 'content-type': 'application/resource-lists+xml; charset=koi8-r' })
        .end(buddies('sip:zoë@example.com'));
    });
    await expect(client.get(resourceLists)).rejects.toMatchObject({ code: 'parse', message: /koi8-r/ });
  });

  it('a document of another usage is told by its root', async () => {
    const { client } = await clientOf((_, response) => {
      response.writeHead(200, { etag: '"1"' }).end('<ruleset xmlns="urn:ietf:params:xml:ns:common-policy"/>');
    });
    await expect(client.get(resourceLists)).rejects.toMatchObject({
      code: 'parse',
      message: /<resource-lists>.*<ruleset>/,
    });
  });

  it('a 401 without a challenge ends it', async () => {
    const { client, seen } = await clientOf((_, response) => {
      response.writeHead(401).end();
    });
    await expect(client.get(resourceLists)).rejects.toMatchObject({ code: 'authentication', status: 401 });
    expect(seen).toHaveLength(1);
  });

  it('a redirect to another origin is not followed, for any verb', async () => {
    const { client, seen } = await clientOf((_, response) => {
      response.writeHead(307, { location: 'http://elsewhere.example.com/xcap-root/' }).end();
    });
    for (const call of [
      () => client.get(resourceLists),
      () => client.put(resourceLists, buddies()),
      () => editing(client),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'http', message: /another origin/ });
    }
    expect(seen.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  it('a server without entity tags is told to a client that expects them, before anything is overwritten', async () => {
    const answer: Responder = (_, response) => void response.writeHead(200).end(buddies());
    const { client, seen } = await clientOf(answer, { profile: 'rfc4825' });
    await expect(editing(client)).rejects.toMatchObject({ code: 'http', message: /no entity tag/ });
    expect(seen.every(({ method }) => method === 'GET')).toBe(true);
  });

  it.each([202, 203, 206, 207])('a %i to a GET never becomes a document', async (status) => {
    const { client, seen } = await clientOf((_, response) => {
      response.writeHead(status, { etag: '"1"' }).end(buddies());
    });
    await expect(client.get(resourceLists)).rejects.toMatchObject({ code: 'http', status });
    await expect(editing(client)).rejects.toMatchObject({ code: 'http', status });
    await expect(client.open(resourceLists, { retries: 1 })).rejects.toMatchObject({ code: 'http', status });
    expect(seen.every(({ method }) => method === 'GET')).toBe(true);
  });

  it.each([202, 203, 205, 206, 207])('a %i to a PUT is resolved by reading the document', async (status) => {
    let [text, version] = [buddies(), 1];
    const { client, seen } = await clientOf(({ method, body }, response) => {
      if (method === 'GET') return void response.writeHead(200, { etag: `"${version}"` }).end(text);
      [text, version] = [body, version + 1];
      response.writeHead(status).end();
    });
    const { etag } = await editing(client);
    expect(etag).toBe('"2"');
    expect(seen.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET']);
    await client.put(resourceLists, buddies('sip:carol@example.com'));
    expect(seen.map(({ method }) => method).slice(3)).toEqual(['PUT', 'GET']);
  });

  it('a 202 of a server that never acts is an error, not a success', async () => {
    const { client } = await clientOf(({ method }, response) => {
      response.writeHead(method === 'GET' ? 200 : 202, { etag: '"1"' }).end(method === 'GET' ? buddies() : '');
    });
    await expect(editing(client)).rejects.toMatchObject({ code: 'http', status: 202 });
  });

  it.each(['*', '"*"', '"a", "b"', ['"a"', '"b"'], '"a\tb"', 'a b', ''])(
    'an ETag of %j is never sent as a condition, and nothing is overwritten',
    async (etag) => {
      const { client, seen } = await clientOf((_, response) => {
        response.setHeader('etag', etag).end(buddies());
      });
      expect(await client.get(resourceLists)).toMatchObject({ etag: undefined });
      await expect(editing(client)).rejects.toMatchObject({ code: 'http', message: /no entity tag/ });
      expect(seen.every(({ method, headers }) => method === 'GET' && !headers['if-none-match'])).toBe(true);
    },
  );

  it.each(['1a2b', '"1a2b"', 'W/"1a2b"', 'W/1a2b', '"a b"', '"\xe9"'])(
    'an ETag of %j is echoed exactly as received',
    async (etag) => {
      const { client, seen } = await clientOf(({ method }, response) => {
        response.writeHead(200, { etag }).end(method === 'GET' ? buddies() : '');
      });
      await editing(client);
      expect(seen.at(-1)).toMatchObject({ method: 'PUT', headers: { 'if-match': etag } });
    },
  );

  it('a server that answers 500 to everything is told after some tries', async () => {
    const { client } = await clientOf((_, response) => {
      response.writeHead(500).end();
    });
    await expect(editing(client)).rejects.toMatchObject({ code: 'http', status: 500 });
  });

  it('an element whose prefixes only the document declares is read from the document', async () => {
    const text = buddies().replace('<resource-lists', '<resource-lists xmlns:x="urn:x"');
    const { client, seen } = await clientOf(({ target }, response) => {
      const entry = '<entry uri="sip:a@example.com"><x:tag/></entry>';
      response.end(
        target.includes('~~') ? entry : text.replace('<list name="friends">', `<list name="friends">${entry}`),
      );
    });
    const { value } = await client.get(friends.entry('sip:a@example.com'));
    expect(value).toMatchObject({ uri: 'sip:a@example.com' });
    expect(seen).toHaveLength(2);
  });

  it.each(['"it&apos;s"', "'it&apos;s'", 'it&apos;s', "it's"])('an attribute is read from %s', async (body) => {
    const { client } = await clientOf((_, response) => {
      response.end(body);
    });
    expect(await client.get(friends.attr('name'))).toMatchObject({ value: "it's" });
  });
});
