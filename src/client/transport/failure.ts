import { InvalidArgumentError, type XcapError } from '../../selector/errors.ts';
import { type Outcome, TimeoutError, TransportError } from '../errors.ts';

const CERTIFICATE = 'check the server and its certificate, or give the authority that signed it as tls.ca';

/** What each code of Node and undici means to whoever has to act on it. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; check that the server runs and that host and port are right',
  ENOTFOUND: 'the host name is not known; check its spelling and the network',
  EAI_AGAIN: 'the host name could not be looked up just now; check the network and try again',
  EHOSTUNREACH: 'the host cannot be reached; check the network',
  ENETUNREACH: 'the network cannot be reached; check the connection',
  EADDRNOTAVAIL: 'no local port is left to connect from; make fewer connections at a time',
  EMFILE: 'too many files are open to connect; make fewer connections at a time',
  ECONNRESET: 'the connection broke before the answer was complete',
  EPIPE: 'the connection broke before the answer was complete',
  UND_ERR_SOCKET: 'the server closed the connection before the answer was complete',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer is shorter or longer than it says',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer are too large',
  UND_ERR_CLOSED: 'the client is closed; make a new one',
  UND_ERR_DESTROYED: 'the client is closed; make a new one',
  CERT_HAS_EXPIRED: `the server's certificate has expired; ${CERTIFICATE}`,
  CERT_NOT_YET_VALID: `the server's certificate is not valid yet; check the clock here and there`,
  DEPTH_ZERO_SELF_SIGNED_CERT: `the server's certificate is signed by nobody else; ${CERTIFICATE}`,
  SELF_SIGNED_CERT_IN_CHAIN: `the server's certificate comes from an authority that is not trusted; ${CERTIFICATE}`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `the server's certificate comes from an authority that is not known; ${CERTIFICATE}`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: `the server's certificate comes from an authority that is not known; ${CERTIFICATE}`,
  ERR_TLS_CERT_ALTNAME_INVALID: `the server's certificate is for another host; check the host in root`,
  EPROTO: 'TLS could not be agreed on; check that the server speaks https on that port',
};

/** An undici error as what it means to the caller. The user's own abort reason does not come here. */
export function describeFailure(error: unknown, where: string, outcome: Outcome): XcapError {
  const code = codeOf(error);
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return new TimeoutError(where, 'no connection came about in time; check host, port and network', outcome, {
      cause: error,
    });
  }
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') {
    // Without its cause: what is wrong with a header is not worth the risk of repeating the header.
    return new InvalidArgumentError(`${where}: the request cannot be written as HTTP: ${messageOf(error)}`);
  }
  const reason = REASONS[code] ?? reasonByFamily(code) ?? `the request failed: ${messageOf(error)}`;
  return new TransportError(where, reason, outcome, { cause: error });
}

function reasonByFamily(code: string): string | undefined {
  if (code.startsWith('HPE_')) return 'the answer is not HTTP; check host and port';
  if (code.startsWith('ERR_SSL_')) return REASONS['EPROTO'];
  return undefined;
}

/** The code, which an AggregateError over several addresses carries, too. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whether the connection ended under the request, as a kept-alive one does when the server just closed it. */
export function isClosedConnection(error: unknown): boolean {
  const code = codeOf(error instanceof TransportError ? error.cause : error);
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}
