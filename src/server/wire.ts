/** Converts between node:http and plain requests and replies. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { type BodyRefusal, type BodyRules, type BodySender, FREE_OCTETS, readBody } from './body.ts';
import { type Outcome, type RequestHeaders, type ServerReply, type ServerRequest, textReply } from './exchange.ts';
import { Refusal } from './refusal.ts';

/** A request that was read completely. Its memory is occupied until it is released. */
export interface ReceivedRequest {
  readonly request: ServerRequest;
  release(): void;
}

const EMPTY = Buffer.alloc(0);

/** The head of a request, with an empty body. */
export const requestHead = ({ method = '', url = '', headers }: IncomingMessage): ServerRequest => ({
  method,
  target: url,
  // node joins repeated fields; the only one it returns as an array is Set-Cookie, which no request has.
  headers: headers as RequestHeaders,
  body: EMPTY,
});

/** How the body of a request is read. */
export interface RequestRules extends Omit<BodyRules, 'sender'> {
  /** Judges the sender. Called for bodies that can exceed 16 KiB. */
  sender(): Promise<BodySender>;
}

/**
 * Reads a request completely.
 *
 * @returns the request, or the reply to a body that the server does not take
 * @throws Refusal when the connection was closed before the body was complete
 */
export async function readRequest(
  message: IncomingMessage,
  head: ServerRequest,
  rules: RequestRules,
): Promise<ReceivedRequest | ServerReply> {
  const length = head.headers['content-length'];
  if (length === undefined && head.headers['transfer-encoding'] === undefined)
    return { request: head, release: () => undefined };
  if (length !== undefined && Number(length) > rules.limit) return refuseBody('too-large', rules);
  const isSmall = length !== undefined && Number(length) <= FREE_OCTETS;
  const sender = isSmall ? 'stranger' : await rules.sender();
  if (message.destroyed) throw new Refusal(400, 'the connection was closed before the body was read');
  const read = await readBody(message, { ...rules, sender });
  if (typeof read === 'string') return refuseBody(read, rules);
  const { body, isDiscarded, release } = read;
  return { request: isDiscarded ? { ...head, body: EMPTY, isBodyDiscarded: true } : { ...head, body }, release };
}

/** The rest of a refused body is not read, so the connection is closed. */
function refuseBody(refusal: BodyRefusal, { limit }: RequestRules): ServerReply {
  const close = { connection: 'close' };
  if (refusal === 'too-large') return textReply(413, `the largest body of this server is ${limit} octets`, close);
  if (refusal === 'too-many-pieces') return textReply(413, 'the body has too many chunks; send larger ones', close);
  const reason = 'the server receives too many large bodies at the moment; repeat the request';
  return textReply(503, reason, { ...close, 'retry-after': '1' });
}

/**
 * Sends a reply. The answer to HEAD has the head of the answer to GET.
 *
 * @returns the octets of the body
 */
export function writeReply(response: ServerResponse, outcome: Outcome, method: string): number {
  if ('silence' in outcome) {
    if (outcome.silence === 'drop') response.destroy();
    return 0;
  }
  const { status, headers, body, truncate } = outcome;
  const octets = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  const length = status === 304 || status === 204 ? {} : { 'content-length': octets?.length ?? 0 };
  // node's type wants arrays that it may change; these are not used again.
  response.writeHead(status, { ...(headers as Record<string, string | string[]>), ...length });
  if (method === 'HEAD' || octets === undefined) {
    response.end();
    return 0;
  }
  if (truncate === undefined) response.end(octets);
  else response.write(octets.subarray(0, truncate), () => response.destroy());
  return Math.min(octets.length, truncate ?? octets.length);
}
