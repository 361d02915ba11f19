import { ConflictError, NotFoundError } from '../../documents/errors.ts';
import { parseXcapError } from '../../documents/xcap-error/read.ts';
import { parseChallenges } from '../../http/challenge.ts';
import { usableEtag } from '../../http/etag.ts';
import { decodeHeaderText } from '../../http/header-text.ts';
import { type HttpAnswer, quoteShortened, type XcapError } from '../../selector/errors.ts';
import {
  AuthenticationError,
  HttpError,
  MethodNotAllowedError,
  PreconditionFailedError,
  UnsupportedMediaTypeError,
} from '../errors.ts';
import type { RawAnswer } from './request.ts';
import { decodeLeniently } from './text.ts';
import { isWebPage } from './web-page.ts';

/** Statuses other than success that the caller handles. */
export interface Expected {
  /** 304, to a conditional GET. */
  readonly notModified?: boolean;
  /** 404, where the resource may not exist. */
  readonly missing?: boolean;
  /** The request went with `If-None-Match`, so 412 means that the resource exists. */
  readonly absent?: boolean;
}

/**
 * Statuses of success by method. Any other 2xx is an error: 206 is a part of a document, 203 what a proxy made of it, 202
 * a promise, and 207 a list of other statuses.
 */
const SUCCESS: Readonly<Record<RawAnswer['method'], readonly number[]>> = {
  GET: [200],
  PUT: [200, 201, 204],
  DELETE: [200, 204],
};

/**
 * Returns an answer that is a success, and throws the error of any other. No other place does this. An entity tag that
 * cannot be used in a condition is left out.
 *
 * @throws NotFoundError (404), ConflictError (409), PreconditionFailedError (412), AuthenticationError (401, 403),
 *   MethodNotAllowedError (405), UnsupportedMediaTypeError (415), HttpError (any other)
 */
export function checkAnswer(answer: RawAnswer, expected: Expected = {}): RawAnswer {
  const { method, status, refused } = answer;
  if (refused === 'unproven') throw errorOf(answer, expected);
  const isPage = method !== 'GET' && answer.headers['etag'] === undefined && isPageOf(answer);
  const isHandled = (status === 304 && expected.notModified) || (status === 404 && expected.missing);
  if (isPage || (!isHandled && !SUCCESS[method].includes(status))) throw errorOf(answer, expected);
  const tag = answer.headers['etag'];
  if (tag === undefined || usableEtag(tag)) return answer;
  const { etag: _, ...headers } = answer.headers;
  return { ...answer, headers };
}

const isPageOf = ({ status, headers, body }: RawAnswer): boolean =>
  status === 200 && isWebPage(headers['content-type'], decodeLeniently(body.subarray(0, 100)));

function errorOf(raw: RawAnswer, { absent = false }: Expected): XcapError {
  const { method, url, status, headers } = raw;
  const answer: HttpAnswer = { status, url, headers, body: decodeLeniently(raw.body) };
  const where = `${method} ${url}`;
  if (raw.refused === 'unproven') return new AuthenticationError(where, UNPROVEN, { answer });
  switch (status) {
    case 401:
      return new AuthenticationError(where, whyRefused(raw), { answer });
    case 403:
      return new AuthenticationError(
        where,
        `this user may not do this (${phraseOf(answer)}); ask the administrator for access`,
        {
          answer,
        },
      );
    case 404:
      return new NotFoundError(where, whyNotFound(method, url), { answer });
    case 405:
      return new MethodNotAllowedError(where, (headers['allow'] ?? '').split(/[\s,]+/).filter(Boolean), { answer });
    case 409: {
      const report = parseXcapError(answer.body);
      return new ConflictError(report?.condition, where, { ...report, answer });
    }
    case 412:
      return new PreconditionFailedError(where, { answer, ...(absent && { reason: ALREADY }) });
    case 415:
      return new UnsupportedMediaTypeError(where, { answer });
    default:
      return new HttpError(where, raw.redirect ? whyNotFollowed(raw) : whyFailed(raw), { answer });
  }
}

/** 403, and the sentence for people that comes with it, as many mobile networks send one. */
function phraseOf({ body, headers }: HttpAnswer): string {
  const isText = /^text\/plain\b/i.test(headers['content-type'] ?? '');
  const phrase = parseXcapError(body)?.phrase ?? (isText ? body.trim() : '');
  return phrase === '' ? '403' : `403: ${quoteShortened(phrase, 200)}`;
}

const UNPROVEN =
  'the server has not proven that it knows the password (rspauth is wrong), so its answer is not used; the request may have been acted on; check that root names the right server and that no one changes answers on the way';

const ALREADY =
  'the document is there already, and the request was only for when it is not (If-None-Match); use insert for a node that is not there yet, put to overwrite';

function whyNotFound(method: RawAnswer['method'], url: string): string {
  if (method === 'PUT') return 'the server has no such place (404); check root, user and application usage';
  const isNode = url.includes('/~~/');
  const what = method === 'GET' ? 'nothing is there (404)' : 'nothing is there to delete (404)';
  return isNode
    ? `${what}: no such document, or the selector matches no node or several`
    : `${what}: the user has no such document yet, or root, user or document name are others on this server`;
}

function whyRefused({ refused, headers, isFiltered }: RawAnswer): string {
  const challenges = parseChallenges(headers['www-authenticate']);
  const schemes = challenges.map(({ scheme }) => scheme).join(', ');
  const realm = challenges.map(({ parameters }) => parameters.get('realm')).find((named) => named !== undefined);
  const place = realm === undefined ? '' : ` for ${quoteShortened(decodeHeaderText(realm), 80)}`;
  switch (refused) {
    case 'no-credentials':
      return `the server wants to know who asks${place} (401); give the client a password`;
    case 'unsupported':
      return `the server offers no authentication that this client and its credentials support${schemes && ` (${quoteShortened(schemes, 80)})`}; supported are Basic, Bearer, and Digest with MD5, SHA-256 or SHA-512-256`;
    case 'unprotected':
      return `the server asks for ${schemes.includes('basic') ? 'Basic' : 'Bearer'} over plain HTTP${place}, which shows the credentials to everyone on the way (401); use an https root, or allow Basic with auth: { allowBasic: true }`;
    case 'basic-after-digest':
      return `the server asks for Basic${place} although it has asked for Digest (401); the password is not sent, since someone on the way may have changed the challenge`;
    case 'no-challenge':
      if (isFiltered) return HIDDEN_CHALLENGE;
      return 'the server refuses (401) without saying how to authenticate; check that root is right';
    case 'too-many-tries':
      return `the server takes none of its own nonces${place} (401); try again later`;
    default:
      return `the server refuses these credentials${place} (401); check the user name, the password and the user of the document`;
  }
}

const HIDDEN_CHALLENGE =
  'the server refuses (401), and this page may not read how to authenticate; the server must send Access-Control-Expose-Headers with WWW-Authenticate (CORS)';

function whyNotFollowed({ redirect, status }: RawAnswer): string {
  if (redirect === undefined || redirect === 'too-many') {
    return `the server redirects again and again (${status}); check that root is right`;
  }
  return `the server redirects to another origin (${status}), where credentials are not sent: ${quoteShortened(redirect.away)}; make a client with its root there if you trust it`;
}

function whyNoSuccess(answer: RawAnswer): string {
  const { method, status } = answer;
  if (method === 'GET')
    return `the server did not send the whole resource (${status}); check that no proxy changes answers`;
  if (isPageOf(answer))
    return 'the answer is a web page, which does not say whether the server did this; check that no login page or service worker answers instead of the server, and read the document to find out';
  if (status === 202)
    return 'the server accepted the request and may act on it later (202); read the document to find out';
  return `the server answered ${status}, which does not say whether it did this; read the document to find out`;
}

function whyFailed(answer: RawAnswer): string {
  const { status, headers } = answer;
  if (status < 300) return whyNoSuccess(answer);
  if (status === 304) return 'the server answered 304 to a request without a condition';
  if (status < 400)
    return `the server redirects in a way that cannot be followed (${status}); check that root is right`;
  if (status === 400)
    return 'the server does not understand the address or body (400); check the prefixes in the selector';
  if (status === 414) return 'the address is too long for the server (414); edit the whole document instead';
  if (status === 413) return 'the document is too large for the server (413); split it or raise its limit';
  const wait = headers['retry-after'];
  const later = wait === undefined ? 'try again later' : `try again after ${quoteShortened(wait, 40)}`;
  if (status === 429 || status === 503) return `the server is too busy (${status}); ${later}`;
  if (status >= 500) return `the server failed (${status}); see body and the server's log`;
  return `the server refused (${status}); see body`;
}
