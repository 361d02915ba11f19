import { type Challenge, formatParameters } from './challenge.ts';
import {
  type DigestAlgorithm,
  type DigestQop,
  digestResponse,
  digestSecret,
  digestUserhash,
  equalDigests,
  readAlgorithm,
} from './digest.ts';
import { decodeHeaderText, encodeHeaderText } from './header-text.ts';

/** What a server offers (RFC 7616 section 3.3). */
export interface DigestOffer {
  readonly realm: string;
  readonly nonce: string;
  readonly qop?: string | undefined;
  readonly algorithm?: DigestAlgorithm | undefined;
  readonly opaque?: string | undefined;
  readonly stale?: boolean | undefined;
  readonly userhash?: boolean | undefined;
  /** Says `charset=UTF-8`. */
  readonly utf8?: boolean | undefined;
}

/** Writes a Digest challenge for a `WWW-Authenticate` field. */
export function formatDigestChallenge(offer: DigestOffer): string {
  return `Digest ${formatParameters([
    ['realm', encodeHeaderText(offer.realm)],
    ['nonce', offer.nonce],
    ['opaque', offer.opaque],
    ['algorithm', offer.algorithm],
    ['qop', offer.qop],
    ['stale', offer.stale ? 'true' : undefined],
    ['charset', offer.utf8 ? 'UTF-8' : undefined],
    ['userhash', offer.userhash ? 'true' : undefined],
  ])}`;
}

/** The credentials a client sent in an `Authorization` field (RFC 7616 section 3.4). */
export interface DigestCredentials {
  /** Plain, or hashed when `userhash` is set. */
  readonly username: string;
  readonly userhash: boolean;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  readonly algorithm: DigestAlgorithm;
  readonly qop: DigestQop | undefined;
  /** Eight hex digits, and empty without `qop`. */
  readonly nc: string;
  readonly cnonce: string;
  readonly opaque?: string;
}

/** Reads Digest credentials; `undefined` when they are none or lack what makes them verifiable. */
export function readDigestCredentials(credentials: Challenge | undefined): DigestCredentials | undefined {
  if (credentials?.scheme !== 'digest') return undefined;
  const { parameters } = credentials;
  const [realm, nonce, uri, response] = ['realm', 'nonce', 'uri', 'response'].map((name) => parameters.get(name));
  const username = readUsername(parameters);
  const algorithm = readAlgorithm(parameters.get('algorithm'));
  const named = parameters.get('qop')?.toLowerCase();
  const qop: DigestQop | undefined = named === 'auth' || named === 'auth-int' ? named : undefined;
  const nc = parameters.get('nc') ?? '';
  const cnonce = parameters.get('cnonce') ?? '';
  const opaque = parameters.get('opaque');
  if (realm === undefined || nonce === undefined || uri === undefined || response === undefined) return undefined;
  if (username === undefined || algorithm === undefined) return undefined;
  if (qop !== named) return undefined;
  if (qop !== undefined && (!/^[0-9a-fA-F]{8}$/.test(nc) || cnonce === '')) return undefined;
  const userhash = parameters.get('userhash')?.toLowerCase() === 'true';
  const read = { username, userhash, realm: decodeHeaderText(realm), nonce, uri, response, algorithm, qop, nc, cnonce };
  return opaque === undefined ? read : { ...read, opaque };
}

function readUsername(parameters: ReadonlyMap<string, string>): string | undefined {
  const plain = parameters.get('username');
  const extended = parameters.get('username*');
  // Both at once are forbidden, and would let one name pass a check meant for the other.
  if (extended === undefined) return plain === undefined ? undefined : decodeHeaderText(plain);
  const encoded = /^utf-8'[^']*'(.*)$/i.exec(extended)?.[1];
  if (plain !== undefined || encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/** What a server knows about the request and the user when it verifies credentials. */
export interface DigestExpectation {
  readonly method: string;
  /** The plain user name, which is hashed here where the client hashed it. */
  readonly username: string;
  readonly password: string;
  /** H(username:realm:password) in hex, for a server that stores it instead of the password. Default: computed. */
  readonly hash?: string | undefined;
  readonly body?: string | Uint8Array | undefined;
  /** Whether the challenge said `charset=UTF-8`. */
  readonly utf8?: boolean | undefined;
}

/**
 * Whether credentials were made with this user's password, compared in constant time. Nonce, `nc`, `uri` and realm
 * are taken as they are: whether they are acceptable is the server's own question.
 */
export function verifyDigest(credentials: DigestCredentials, expected: DigestExpectation): boolean {
  const normalize = expected.utf8 ?? false;
  const { username } = expected;
  const name = credentials.userhash ? digestUserhash({ ...credentials, username, normalize }) : username;
  const same = credentials.username === name || (normalize && credentials.username === name.normalize('NFC'));
  const response = digestResponse({ ...credentials, ...expected, secret: secretOf(credentials, expected) });
  return equalDigests(credentials.response, response) && same;
}

/**
 * The `Authentication-Info` field that answers credentials (RFC 7616 section 3.5).
 *
 * @param answer - the body sent, which counts with `auth-int`, and a nonce for the next request
 */
export function formatAuthenticationInfo(
  credentials: DigestCredentials,
  expected: Omit<DigestExpectation, 'method'>,
  answer: { readonly body?: string | Uint8Array | undefined; readonly nextnonce?: string | undefined } = {},
): string {
  const { qop, nc, cnonce } = credentials;
  const secret = secretOf(credentials, expected);
  const rspauth = digestResponse({ ...credentials, secret, method: '', body: answer.body });
  const use =
    qop === undefined
      ? ''
      : `, ${formatParameters([
          ['cnonce', cnonce],
          ['nc', nc],
        ])}, qop=${qop}`;
  const next = answer.nextnonce === undefined ? '' : `, ${formatParameters([['nextnonce', answer.nextnonce]])}`;
  return `rspauth="${rspauth}"${use}${next}`;
}

const secretOf = (
  { algorithm, realm, nonce, cnonce }: DigestCredentials,
  { username, password, hash, utf8 }: Omit<DigestExpectation, 'method'>,
): string => digestSecret({ algorithm, realm, nonce, cnonce, username, password, hash, normalize: utf8 ?? false });
