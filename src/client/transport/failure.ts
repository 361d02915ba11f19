import { InvalidArgumentError, type XcapError } from '../../selector/errors.ts';
import { type RequestOutcome, TimeoutError, TransportError } from '../errors.ts';
import { type ExchangeRequest, noteClosedUnanswered, whereOf } from './exchange.ts';

const CERTIFICATE = 'check the server and its certificate, or give the authority that signed it as tls.ca';
const UNKNOWN_AUTHORITY = `the server's certificate comes from an unknown authority; ${CERTIFICATE}`;

/** The cause and the remedy for each code of Node and undici. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; check that the server runs and that host and port are right',
  ENOTFOUND: 'the host name is unknown; check its spelling and the network',
  EAI_AGAIN: 'the host name cannot be resolved now; check the network and try again',
  EHOSTUNREACH: 'the host cannot be reached; check the network',
  ENETUNREACH: 'the network cannot be reached; check the connection',
  EADDRNOTAVAIL: 'no local port is free to connect from; use fewer connections at a time',
  EMFILE: 'too many files are open to connect; use fewer connections at a time',
  ECONNRESET: 'the connection broke before the answer was complete',
  EPIPE: 'the connection broke before the answer was complete',
  UND_ERR_SOCKET: 'the server closed the connection before the answer was complete',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the body of the answer does not have the length that Content-Length states',
  UND_ERR_HEADERS_OVERFLOW: 'the header fields of the answer are too large',
  UND_ERR_CLOSED: 'the client is closed; make a new one',
  UND_ERR_DESTROYED: 'the client is closed; make a new one',
  CERT_HAS_EXPIRED: `the server's certificate has expired; ${CERTIFICATE}`,
  CERT_NOT_YET_VALID: "the server's certificate is not valid yet; check the clock of both machines",
  DEPTH_ZERO_SELF_SIGNED_CERT: `the server's certificate is self-signed; ${CERTIFICATE}`,
  SELF_SIGNED_CERT_IN_CHAIN: `the server's certificate comes from an authority that is not trusted; ${CERTIFICATE}`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another host; check the host in root",
  EPROTO: 'TLS failed; check that the server speaks https on that port',
};

/** Returns the error for a failure of undici. The caller's abort reason is not passed here. */
export function describeFailure(error: unknown, where: string, outcome: RequestOutcome): XcapError {
  const code = codeOf(error);
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return new TimeoutError(where, 'the connection was not made in time; check host, port and network', outcome, {
      cause: error,
    });
  }
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') {
    // Without its cause, which might repeat a header field with a secret.
    return new InvalidArgumentError(`${where}: the request cannot be written as HTTP: ${messageOf(error)}`);
  }
  const reason = REASONS[code] ?? reasonByFamily(code) ?? `the request failed: ${messageOf(error)}`;
  return new TransportError(where, reason, outcome, { cause: error });
}

const NEVER_CONNECTED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'];

/** Returns the error for the cause of a `fetch` of Node that failed; `undefined` if the cause has no code. */
export function describeCause(cause: unknown, request: ExchangeRequest, isAnswered: boolean): XcapError | undefined {
  const code = codeOf(cause);
  if (code === '') return undefined;
  const failure = describeFailure(cause, whereOf(request), NEVER_CONNECTED.includes(code) ? 'not-sent' : 'unknown');
  if (!isAnswered && isClosedConnection(cause)) noteClosedUnanswered(failure);
  return failure;
}

function reasonByFamily(code: string): string | undefined {
  if (code.startsWith('HPE_')) return 'the answer is not HTTP; check host and port';
  if (code.startsWith('ERR_SSL_')) return REASONS['EPROTO'];
  return undefined;
}

/** Returns the code, which an AggregateError over several addresses has, too. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whether the connection closed during the request, as a kept-alive one does when the server has just closed it. */
export function isClosedConnection(error: unknown): boolean {
  const code = codeOf(error instanceof TransportError ? error.cause : error);
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}
