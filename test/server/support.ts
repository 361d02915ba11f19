import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { parseXcapError, type XcapErrorReport } from '../../src/documents/xcap-error/read.ts';
import { createXcapServer, type XcapServer, type XcapServerOptions } from '../../src/server/index.ts';

/** An answer, read completely. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly octets: Buffer;
  readonly etag: string | undefined;
  /** The report of a 409. */
  readonly error: XcapErrorReport | undefined;
}

/** What goes with a request. */
export interface Sent {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}

/** Sends one request, its target octet for octet as it is given. */
export function send(
  origin: string,
  method: string,
  target: string,
  { headers = {}, body }: Sent = {},
): Promise<Answer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const request = httpRequest(
      {
        hostname,
        port,
        method,
        path: target,
        headers: { ...headers, ...length } as Record<string, string>,
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const octets = Buffer.concat(chunks);
          const text = octets.toString('utf8');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: text,
            octets,
            etag: response.headers.etag,
            error: parseXcapError(text),
          });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** A server with short words for what the tests say most. Paths are relative to the XCAP root. */
export interface TestServer extends AsyncDisposable {
  readonly server: XcapServer;
  request(method: string, path: string, sent?: Sent): Promise<Answer>;
  get(path: string, headers?: Sent['headers']): Promise<Answer>;
  remove(path: string, headers?: Sent['headers']): Promise<Answer>;
  /** PUT; the media type is guessed from the path unless it is given. */
  put(path: string, body: string | Buffer, headers?: Sent['headers']): Promise<Answer>;
}

/** With this URL in the environment, servers without a store of their own keep their documents in PostgreSQL. */
const DATABASE = process.env['XCAP_TEST_POSTGRES'];
let schemas = 0;

/** Starts a server for one test. */
export async function startServer(options: XcapServerOptions = {}): Promise<TestServer> {
  const schema = `test_${process.pid}_${++schemas}`;
  const database =
    DATABASE !== undefined && options.store === undefined
      ? new (await import('../../src/server/postgres/store.ts')).PostgresStore({
          url: DATABASE,
          schema,
          connections: 3,
        })
      : undefined;
  const server = await createXcapServer(database ? { ...options, store: database } : options).catch(
    async (error: unknown) => {
      await database?.close();
      throw error;
    },
  );
  const origin = new URL(server.root).origin;
  const request = (method: string, path: string, sent?: Sent) => send(origin, method, `/xcap-root/${path}`, sent);
  return {
    server,
    request,
    get: (path, headers = {}) => request('GET', path, { headers }),
    remove: (path, headers = {}) => request('DELETE', path, { headers }),
    put: (path, body, headers = {}) =>
      request('PUT', path, { headers: { 'content-type': typeOf(path), ...headers }, body }),
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await database?.close();
    },
  };
}

function typeOf(path: string): string {
  const [selector = ''] = path.split('?');
  if (!selector.includes('~~')) return `application/${path.split('/', 1)[0]}+xml`;
  return /\/(?:@|%40)[^/]*$/.test(selector) ? 'application/xcap-att+xml' : 'application/xcap-el+xml';
}
