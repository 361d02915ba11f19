import { hashHex } from '#platform';

/**
 * The digest algorithms of RFC 7616 section 6.1 that this library supports.
 *
 * @example
 * const server = await createXcapServer({ users, algorithms: [...DIGEST_ALGORITHMS] });
 */
export const DIGEST_ALGORITHMS = [
  'MD5',
  'MD5-sess',
  'SHA-256',
  'SHA-256-sess',
  'SHA-512-256',
  'SHA-512-256-sess',
] as const;

/** A digest algorithm by its registered name. */
export type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number];

/** The quality of protection; none at all is the form of RFC 2069. */
export type DigestQop = 'auth' | 'auth-int';

const HASHES = {
  MD5: 'MD5',
  'MD5-sess': 'MD5',
  'SHA-256': 'SHA-256',
  'SHA-256-sess': 'SHA-256',
  'SHA-512-256': 'SHA-512-256',
  'SHA-512-256-sess': 'SHA-512-256',
} as const satisfies Record<DigestAlgorithm, string>;

/** The algorithm a challenge names, whatever its letter case; `undefined` for one we do not know. No name is MD5. */
export function readAlgorithm(name: string | undefined): DigestAlgorithm | undefined {
  const wanted = (name ?? 'MD5').toLowerCase();
  return DIGEST_ALGORITHMS.find((known) => known.toLowerCase() === wanted);
}

/** What H(A1) is made of (RFC 7616 section 3.4.2). */
export interface DigestSecretInput {
  readonly algorithm: DigestAlgorithm;
  readonly username: string;
  readonly realm: string;
  readonly password: string;
  /** H(username:realm:password) in hex, for a server that stores it instead of the password. Default: computed. */
  readonly hash?: string | undefined;
  /** For the `-sess` algorithms. */
  readonly nonce: string;
  /** For the `-sess` algorithms: the one of the first request on this nonce. */
  readonly cnonce: string;
  /** Whether the challenge says `charset=UTF-8`: name and password are then normalised (NFC). */
  readonly normalize?: boolean;
}

/** H(A1) in lower-case hex: the same for every request on one nonce, so worth keeping. As secret as the password. */
export function digestSecret(input: DigestSecretInput): string {
  const { algorithm, realm, nonce, cnonce } = input;
  const username = input.normalize ? input.username.normalize('NFC') : input.username;
  const password = input.normalize ? input.password.normalize('NFC') : input.password;
  const secret = input.hash?.toLowerCase() ?? hashHex(HASHES[algorithm], `${username}:${realm}:${password}`);
  return algorithm.endsWith('-sess') ? hashHex(HASHES[algorithm], `${secret}:${nonce}:${cnonce}`) : secret;
}

/** What a response is made of besides the secret (RFC 7616 section 3.4.1). */
export interface DigestResponseInput {
  readonly algorithm: DigestAlgorithm;
  /** H(A1), by {@link digestSecret}. */
  readonly secret: string;
  readonly nonce: string;
  /** `undefined`: RFC 2069, without `nc` and `cnonce`. */
  readonly qop: DigestQop | undefined;
  /** Eight hex digits. */
  readonly nc: string;
  readonly cnonce: string;
  /** Empty for `rspauth`, which has no method (RFC 7616 section 3.5). */
  readonly method: string;
  /** The request target, octet for octet. */
  readonly uri: string;
  /** For `auth-int`; none counts as the empty text. */
  readonly body?: string | Uint8Array | undefined;
}

/** The `response` of a request, or the `rspauth` of an answer, in lower-case hex. */
export function digestResponse(input: DigestResponseInput): string {
  const { secret, nonce, qop, nc, cnonce, method, uri } = input;
  const name = HASHES[input.algorithm];
  const integrity = qop === 'auth-int' ? `:${hashHex(name, input.body ?? '')}` : '';
  const request = hashHex(name, `${method}:${uri}${integrity}`);
  const use = qop === undefined ? nonce : `${nonce}:${nc}:${cnonce}:${qop}`;
  return hashHex(name, `${secret}:${use}:${request}`);
}

/** The hashed user name that `userhash=true` asks for (RFC 7616 section 3.4.4). */
export const digestUserhash = ({
  algorithm,
  username,
  realm,
  normalize,
}: Pick<DigestSecretInput, 'algorithm' | 'username' | 'realm' | 'normalize'>): string =>
  hashHex(HASHES[algorithm], `${normalize ? username.normalize('NFC') : username}:${realm}`);

/** Compares two hex digests in a time that does not tell where they differ; letter case does not count. */
export function equalDigests(a: string, b: string): boolean {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index++) difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  return difference === 0;
}
