/** Between node:http and plain requests and answers. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Outcome, type RequestHeaders, type ServerReply, type ServerRequest, textReply } from './exchange.ts';

/**
 * Reads a request completely.
 *
 * @param limit - octets of the body that are taken
 * @param wanted - whether the body is kept, or only read over
 * @returns `undefined` when the body is longer
 */
export async function readRequest(
  message: IncomingMessage,
  limit: number,
  wanted: boolean,
): Promise<ServerRequest | undefined> {
  const { method = '', url = '' } = message;
  // node joins repeated fields; the only one it keeps as an array is Set-Cookie, which no request has.
  const headers = message.headers as RequestHeaders;
  const request = { method, target: url, headers };
  const length = headers['content-length'];
  if (length === undefined && headers['transfer-encoding'] === undefined) return { ...request, body: NOTHING };
  if (length !== undefined && Number(length) > limit) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  // A request without an encoding gives its body in buffers.
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) return undefined;
    if (wanted) chunks.push(chunk);
  }
  return { ...request, body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) };
}

const NOTHING = Buffer.alloc(0);

/** The answer to a body that is too long. The rest of it is not read, so the connection cannot go on. */
export const tooLarge = (limit: number): ServerReply =>
  textReply(413, `this server takes bodies of at most ${limit} octets`, { connection: 'close' });

/** Sends an answer. HEAD gets the head of what GET would get. */
export function writeReply(response: ServerResponse, outcome: Outcome, method: string): void {
  if ('silence' in outcome) {
    if (outcome.silence === 'drop') response.destroy();
    return;
  }
  const { status, headers, body, truncate } = outcome;
  const octets = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  const length = status === 304 || status === 204 ? {} : { 'content-length': octets?.length ?? 0 };
  // node asks for arrays it may change; these are written and forgotten.
  response.writeHead(status, { ...(headers as Record<string, string | string[]>), ...length });
  if (method === 'HEAD' || octets === undefined) response.end();
  else if (truncate === undefined) response.end(octets);
  else response.write(octets.subarray(0, truncate), () => response.destroy());
}
