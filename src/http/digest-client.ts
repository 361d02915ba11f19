import { type Challenge, quoteString } from './challenge.ts';
import {
  type DigestAlgorithm,
  type DigestQop,
  type DigestResponseInput,
  digestResponse,
  digestSecret,
  digestUserhash,
  equalDigests,
  readAlgorithm,
} from './digest.ts';
import { decodeHeaderText } from './header-text.ts';
import { utf8AsLatin1 } from './octets.ts';

/** A Digest challenge that this library can answer (RFC 7616 section 3.3). */
export interface DigestChallenge {
  /** As the server wrote it, to be echoed. */
  readonly realm: string;
  readonly nonce: string;
  readonly opaque?: string;
  readonly algorithm: DigestAlgorithm;
  /** The name to echo; absent if the challenge has none, as old servers refuse a parameter that they did not send. */
  readonly algorithmName?: string;
  /** The protection that will be used; `undefined` for a challenge without `qop` (RFC 2069). */
  readonly qop: DigestQop | undefined;
  /** Only the nonce was too old: the credentials are right. */
  readonly stale: boolean;
  readonly userhash: boolean;
  /** The challenge says `charset=UTF-8`. */
  readonly utf8: boolean;
}

/**
 * Reads a challenge of the Digest scheme.
 *
 * @returns `undefined` when it cannot be answered: another scheme, no realm or nonce, or nothing but unknown
 *   algorithms or protections
 */
function readDigestChallenge({ scheme, parameters }: Challenge): DigestChallenge | undefined {
  const realm = parameters.get('realm');
  const nonce = parameters.get('nonce');
  const algorithmName = parameters.get('algorithm');
  const algorithm = readAlgorithm(algorithmName);
  if (scheme !== 'digest' || realm === undefined || nonce === undefined || algorithm === undefined) return undefined;
  const offered = (parameters.get('qop') ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((value) => value !== '');
  // The body is hashed only where the server insists: `auth` protects as much on the connection and costs less.
  const qop = (['auth', 'auth-int'] as const).find((known) => offered.includes(known));
  if (qop === undefined && offered.length > 0) return undefined;
  const opaque = parameters.get('opaque');
  return {
    realm,
    nonce,
    algorithm,
    qop,
    stale: isTrue(parameters.get('stale')),
    userhash: isTrue(parameters.get('userhash')),
    utf8: parameters.get('charset')?.toLowerCase() === 'utf-8',
    ...(opaque !== undefined && { opaque }),
    ...(algorithmName !== undefined && { algorithmName }),
  };
}

/** Strength of the hash functions: RFC 7616 section 6.1 lists both of SHA-2 as equal, and MD5 for old servers. */
const strength = ({ algorithm }: DigestChallenge): number =>
  algorithm.startsWith('SHA-512-256') ? 3 : algorithm.startsWith('SHA-256') ? 2 : 1;

/** Returns the strongest Digest challenge that can be answered, the first of equals; `undefined` when there is none. */
export function strongestDigest(challenges: readonly Challenge[]): DigestChallenge | undefined {
  let best: DigestChallenge | undefined;
  for (const challenge of challenges) {
    const digest = readDigestChallenge(challenge);
    if (digest && (!best || strength(digest) > strength(best))) best = digest;
  }
  return best;
}

const isTrue = (value: string | undefined): boolean => value?.toLowerCase() === 'true';

/** The parts of the answers to one nonce that are the same for every request. */
export interface DigestKey {
  readonly challenge: DigestChallenge;
  readonly cnonce: string;
  /** H(A1); as secret as the password. */
  readonly secret: string;
  /** The part of the header before `uri`. */
  readonly head: string;
  /** The part of the header after `nc`. */
  readonly tail: string;
}

/** Prepares the answers to one challenge, so that each request only computes what is new. */
export function prepareDigest(
  challenge: DigestChallenge,
  credentials: { readonly username: string; readonly password: string },
  cnonce: string,
): DigestKey {
  const { algorithm, nonce, qop, opaque } = challenge;
  const named = { ...credentials, algorithm, realm: decodeHeaderText(challenge.realm), normalize: challenge.utf8 };
  const user = challenge.userhash ? `username="${digestUserhash(named)}"` : formatUsername(named);
  const head = `Digest ${user}, realm=${quoteString(challenge.realm)}, nonce=${quoteString(nonce)}, uri="`;
  const tail = [
    ...(qop === undefined && !algorithm.endsWith('-sess') ? [] : [`, cnonce=${quoteString(cnonce)}`]),
    ...(opaque === undefined ? [] : [`, opaque=${quoteString(opaque)}`]),
    ...(challenge.userhash ? [', userhash=true'] : []),
  ].join('');
  return { challenge, cnonce, secret: digestSecret({ ...named, nonce, cnonce }), head, tail };
}

/** A name beyond printable ASCII has no safe quoted form; `username*` carries it (RFC 7616 section 3.4, RFC 8187). */
function formatUsername({ username, normalize }: { username: string; normalize: boolean }): string {
  if (/^[ -~]*$/.test(username)) return `username=${quoteString(username)}`;
  const octets = utf8AsLatin1(normalize ? username.normalize('NFC') : username);
  const encode = (octet: string): string => `%${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  return `username*=UTF-8''${octets.replace(/[^A-Za-z0-9!#$&+\-.^_`|~]/g, encode)}`;
}

/** One request to authorize. */
export interface DigestRequest {
  readonly method: string;
  /** The request target, octet for octet as it is sent. */
  readonly uri: string;
  readonly body?: string | Uint8Array | undefined;
  /** Number of requests that have used this nonce, this one included. */
  readonly count: number;
}

/** Returns the `Authorization` field for one request. Parameters are separated by `", "`, which some servers require. */
export function authorizeDigest(key: DigestKey, request: DigestRequest): string {
  const { algorithmName, qop } = key.challenge;
  const nc = formatCount(request.count);
  const response = digestResponse({
    ...responseInput(key, nc),
    method: request.method,
    uri: request.uri,
    body: request.body,
  });
  const algorithm = algorithmName === undefined ? '' : `, algorithm=${algorithmName}`;
  const use = qop === undefined ? '' : `, qop=${qop}, nc=${nc}`;
  const uri = request.uri.replace(/["\\]/g, '\\$&');
  return `${key.head}${uri}", response="${response}"${algorithm}${use}${key.tail}`;
}

/**
 * Whether an `Authentication-Info` field proves that the server knows the password (RFC 7616 section 3.5).
 *
 * @param body - body of the answer, which `auth-int` covers
 * @returns `undefined` if the field has no proof
 */
export function verifyResponseAuth(
  key: DigestKey,
  info: ReadonlyMap<string, string>,
  request: Pick<DigestRequest, 'uri' | 'count'>,
  body?: string | Uint8Array,
): boolean | undefined {
  const rspauth = info.get('rspauth');
  if (rspauth === undefined) return undefined;
  const input = responseInput(key, formatCount(request.count));
  return equalDigests(rspauth, digestResponse({ ...input, method: '', uri: request.uri, body }));
}

const formatCount = (count: number): string => count.toString(16).padStart(8, '0');

const responseInput = (
  { challenge, secret, cnonce }: DigestKey,
  nc: string,
): Omit<DigestResponseInput, 'method' | 'uri'> => ({
  algorithm: challenge.algorithm,
  secret,
  nonce: challenge.nonce,
  qop: challenge.qop,
  nc,
  cnonce,
});
