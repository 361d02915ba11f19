import { createHash } from 'node:crypto';
import { type FixtureServer, startHttpServer } from '../../support/http-server.ts';

/** A server that stores anything, as many in the field do. */
export interface PlainServer extends FixtureServer {
  /** The documents by path. */
  readonly documents: Map<string, string>;
}

const tagOf = (text: string): string => `"${createHash('sha1').update(text).digest('hex')}"`;

/** Starts a server without authentication and validation that stores whole documents under entity tags. */
export async function startPlainServer(documents: Readonly<Record<string, string>> = {}): Promise<PlainServer> {
  const stored = new Map(Object.entries(documents));
  const server = await startHttpServer(({ method, target, headers, body }, response) => {
    const path = decodeURIComponent(target);
    const text = stored.get(path);
    const tag = text === undefined ? undefined : tagOf(text);
    const isStale = headers['if-match'] !== undefined && headers['if-match'] !== tag;
    if (isStale || (headers['if-none-match'] === '*' && text !== undefined && method === 'PUT'))
      return void response.writeHead(412).end();
    if (method === 'PUT') {
      stored.set(path, body);
      return void response.writeHead(text === undefined ? 201 : 200, { etag: tagOf(body) }).end();
    }
    if (text === undefined || tag === undefined) return void response.writeHead(404).end();
    if (headers['if-none-match'] === tag) return void response.writeHead(304, { etag: tag }).end();
    response.writeHead(200, { etag: tag, 'content-type': 'application/xml' }).end(text);
  });
  return Object.assign(server, { documents: stored });
}

/** The path of a document of Alice. */
export const pathOf = (auid: string, name = 'index'): string => `/${auid}/users/sip:alice@example.com/${name}`;
