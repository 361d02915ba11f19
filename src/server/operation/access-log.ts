/** The access log: one entry for each request, without credentials and without content of documents. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { decodePercent } from '../../selector/encode.ts';
import { SelectorSyntaxError } from '../../selector/errors.ts';

/** A request that was answered, or whose connection was closed before. */
export interface AccessLogEntry {
  /** When the head of the request had arrived. */
  readonly time: Date;
  /** The IP address of the peer, which may be a proxy; `undefined` if the connection was closed already. */
  readonly address: string | undefined;
  readonly method: string;
  /**
   * The path of the request target without query and node selector, which can contain data of the document; at most 500
   * characters.
   */
  readonly path: string;
  /** Whether the request was for a node of the document. */
  readonly isNode: boolean;
  /** The AUID, if the server serves it. */
  readonly auid: string | undefined;
  /** The canonical XUI of the user who logged in. */
  readonly user: string | undefined;
  /** The HTTP status; `undefined` if the connection was closed without a reply. */
  readonly status: number | undefined;
  /** Milliseconds from the head of the request to the end of the reply. */
  readonly duration: number;
  /** Octets of the request body that were read. */
  readonly received: number;
  /** Octets of the reply's body. */
  readonly sent: number;
}

/** Facts about a request that are known once it is answered. */
export interface AnsweredRequest {
  user?: string | undefined;
  received: number;
  sent: number;
}

/** The receiver of the entries, and the facts about the server that they need. */
export interface AccessLogRules {
  /** The path of the XCAP root. */
  readonly rootPath: string;
  isServed(auid: string): boolean;
  onEntry(entry: AccessLogEntry): void;
}

/** Starts the entry of a request. It is complete when the reply was sent, or the connection closed. */
export function beginEntry(rules: AccessLogRules, message: IncomingMessage, response: ServerResponse): AnsweredRequest {
  const time = new Date();
  const start = performance.now();
  const { method = '', url = '', socket } = message;
  const address = socket.remoteAddress;
  const answered: AnsweredRequest = { received: 0, sent: 0 };
  response.once('close', () => {
    const status = response.headersSent ? response.statusCode : undefined;
    const duration = performance.now() - start;
    rules.onEntry({ time, address, method, ...addressOf(url, rules), user: undefined, ...answered, status, duration });
  });
  return answered;
}

const LONGEST_PATH = 500;

function addressOf(url: string, { rootPath, isServed }: AccessLogRules) {
  // Some clients send the target in absolute form, which may contain a password.
  const [whole = ''] = url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '').split(/[?#]/);
  const separator = /\/(?:~|%7e){2}(?:\/|$)/i.exec(whole);
  const path = separator ? whole.slice(0, separator.index) : whole;
  const first = path.startsWith(`${rootPath}/`) ? path.slice(rootPath.length + 1).split('/', 1)[0] : undefined;
  const auid = first === undefined ? undefined : decoded(first);
  return {
    path: path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH)}…` : path,
    isNode: separator !== null,
    auid: auid !== undefined && isServed(auid) ? auid : undefined,
  };
}

function decoded(segment: string): string | undefined {
  try {
    return decodePercent(segment);
  } catch (error) {
    if (error instanceof SelectorSyntaxError) return undefined;
    throw error;
  }
}
