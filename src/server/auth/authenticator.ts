import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { decodeBasic } from '../../http/basic.ts';
import { type Challenge, parseAuthorization, quoteString } from '../../http/challenge.ts';
import { type DigestAlgorithm, digestSecret, equalDigests } from '../../http/digest.ts';
import {
  type DigestCredentials,
  type DigestExpectation,
  formatAuthenticationInfo,
  formatDigestChallenge,
  readDigestCredentials,
  verifyDigest,
} from '../../http/digest-server.ts';
import { encodeHeaderText } from '../../http/header-text.ts';
import type { BodySender } from '../body.ts';
import type { ServerReply, ServerRequest } from '../exchange.ts';
import { textReply } from '../exchange.ts';
import { Refusal } from '../refusal.ts';
import { type Account, type Accounts, hashOf, realmsIn, type UserSecret } from './accounts.ts';
import type { AuthDialect } from './dialect.ts';
import type { NonceBook } from './nonces.ts';

/** How users authenticate. */
export type AuthMode = 'digest' | 'basic' | 'none';

/** How a server authenticates its users. */
export interface AuthSettings {
  readonly mode: AuthMode;
  /** The only realm. Default: one realm for each SIP domain. */
  readonly realm?: string | undefined;
  /** Offered in this order. */
  readonly algorithms: readonly DigestAlgorithm[];
  /** Whether challenges offer hashed user names (RFC 7616 section 3.4.4). */
  readonly userhash: boolean;
}

/** The sender of a request: `user` is the canonical XUI, absent in anonymous mode. */
export interface Identity {
  readonly user?: string;
  /** Returns the `Authentication-Info` field of a reply with this body (RFC 7616 section 3.5). */
  info?(body: Buffer | string | undefined): string;
}

/** Authenticates requests. */
export class Authenticator {
  readonly #accounts: Accounts;
  readonly #settings: AuthSettings;
  readonly #nonces: NonceBook;

  constructor(accounts: Accounts, settings: AuthSettings, nonces: NonceBook) {
    this.#accounts = accounts;
    this.#settings = settings;
    this.#nonces = nonces;
  }

  /**
   * Reads and checks the credentials of a request.
   *
   * @param owner - the canonical XUI of the tree; its domain is the realm when none is configured
   * @param realm - the realm of a challenge
   * @throws Refusal 400 when the digest is for another request target
   * @returns the identity, or the 401
   */
  check(
    request: ServerRequest,
    owner: string | undefined,
    realm: string,
    dialect: AuthDialect,
  ): Identity | { readonly refused: ServerReply } {
    const { mode } = this.#settings;
    if (mode === 'none') return {};
    const credentials = readCredentials(request, dialect);
    if (mode === 'basic') {
      const account = this.#basic(credentials, owner, realm);
      return account ? { user: account.xui } : this.#challenge(realm, false, dialect);
    }
    const digest = readDigestCredentials(credentials);
    return digest ? this.#digest(request, digest, { owner, realm, dialect }) : this.#challenge(realm, false, dialect);
  }

  /**
   * Judges the credentials of a request before its body is read. It does not use up the nonce, as {@link check} does.
   *
   * @returns `discard` when the answer is 401 whatever the body, `stranger` when that depends on the body
   */
  senderOf(request: ServerRequest, owner: string | undefined, realm: string, dialect: AuthDialect): BodySender {
    if (this.#settings.mode === 'none') return 'stranger';
    const credentials = readCredentials(request, dialect);
    if (this.#settings.mode === 'basic') return this.#basic(credentials, owner, realm) ? 'verified' : 'discard';
    const digest = readDigestCredentials(credentials);
    if (!digest || this.#nonces.state(digest.nonce) !== 'good') return 'discard';
    if (digest.qop === 'auth-int') return 'stranger';
    return this.#verify(request, digest, owner, realm).account ? 'verified' : 'discard';
  }

  #basic(credentials: Challenge | undefined, owner: string | undefined, realm: string): Account | undefined {
    const basic = decodeBasic(credentials);
    const account = basic && this.#accounts.find(basic.username, realm, owner);
    return basic && isPassword(basic.password, account?.secret ?? UNKNOWN) ? account : undefined;
  }

  #digest(request: ServerRequest, digest: DigestCredentials, { owner, realm, dialect }: LoginContext) {
    if (dialect.comparesUri && digest.uri !== (request.sentTarget ?? request.target)) {
      throw new Refusal(400, 'the uri of the Authorization field is not the request target (RFC 7616 section 3.4.6)');
    }
    const { account, secrets } = this.#verify(request, digest, owner, realm);
    const state = this.#nonces.state(digest.nonce);
    const { refusal } = dialect;
    if (!account) return refusal ? { refused: refusal } : this.#challenge(realm, false, dialect);
    if (state === 'unknown') return this.#challenge(realm, true, dialect);
    if (state === 'good' && this.#use(digest, dialect)) {
      return { user: account.xui, ...this.#info(digest, secrets, dialect) };
    }
    return refusal ? { refused: refusal } : this.#challenge(realm, true, dialect);
  }

  /** Verifies everything but the nonce. `account` is absent when anything is wrong. */
  #verify(request: ServerRequest, digest: DigestCredentials, owner: string | undefined, realm: string) {
    const isOurs = digest.realm === realm || this.#isRealm(digest.realm);
    const isOffered =
      this.#settings.algorithms.includes(digest.algorithm) && (this.#settings.userhash || !digest.userhash);
    const username = isOurs && isOffered ? this.#nameOf(digest) : digest.username;
    const account = this.#accounts.find(username, digest.realm, owner);
    const secrets = { username, utf8: true, ...secretFor(digest, username, account) };
    const isRight = verifyDigest(digest, { ...secrets, method: request.method, body: request.body });
    return { secrets, account: isRight && isOffered && isOurs ? account : undefined };
  }

  #nameOf({ username, userhash, algorithm, realm }: DigestCredentials): string {
    return userhash ? (this.#accounts.unhashed(username, algorithm, realm) ?? '') : username;
  }

  /** Proves that the server knows the password, too (RFC 7616 section 3.5), and replaces a nonce that expires soon. */
  #info(
    digest: DigestCredentials,
    secrets: Omit<DigestExpectation, 'method'>,
    { sendsInfo }: AuthDialect,
  ): Pick<Identity, 'info'> {
    if (!sendsInfo) return {};
    const nextnonce = this.#nonces.isOld(digest.nonce) ? this.#nonces.issue() : undefined;
    return { info: (body) => formatAuthenticationInfo(digest, secrets, { body, nextnonce }) };
  }

  /** Uses up a nonce for one request. Without `qop` there is no count, so the nonce is valid for one request only. */
  #use({ nonce, qop, nc }: DigestCredentials, { counts }: AuthDialect): boolean {
    if (counts === 'any') return true;
    const count = qop === undefined || counts === 'once' ? undefined : Number.parseInt(nc, 16);
    return this.#nonces.use(nonce, count, counts === 'rising');
  }

  #isRealm(realm: string): boolean {
    const { realm: only } = this.#settings;
    return only === undefined ? this.#accounts.domains.has(realm) : realmsIn(only).includes(realm);
  }

  #challenge(realm: string, stale: boolean, dialect: AuthDialect): { readonly refused: ServerReply } {
    const reason = stale
      ? 'the nonce has expired; repeat the request with the new one'
      : 'log in as a user of this server';
    const challenge = { 'www-authenticate': this.#challenges(realm, stale, dialect) };
    const { challengeBody } = dialect;
    if (!challengeBody) return { refused: textReply(401, reason, challenge) };
    return { refused: { status: 401, headers: { ...challengeBody.headers, ...challenge }, body: challengeBody.body } };
  }

  #challenges(realm: string, stale: boolean, { repeatsNonces, writeChallenge }: AuthDialect): string[] {
    const { mode, algorithms, userhash } = this.#settings;
    if (mode === 'basic') return [`Basic realm=${quoteString(encodeHeaderText(realm))}, charset="UTF-8"`];
    const nonce = repeatsNonces ? this.#nonces.issueForSecond() : this.#nonces.issue();
    if (writeChallenge) return [writeChallenge({ realm, nonce, opaque: OPAQUE, stale })];
    const offer = { realm, nonce, qop: 'auth, auth-int', opaque: OPAQUE, stale, utf8: true, userhash };
    return algorithms.map((algorithm) => formatDigestChallenge({ ...offer, algorithm }));
  }
}

/** What a login depends on besides the request. */
interface LoginContext {
  readonly owner: string | undefined;
  readonly realm: string;
  readonly dialect: AuthDialect;
}

function readCredentials({ headers }: ServerRequest, { readField }: AuthDialect): Challenge | undefined {
  const field = headers['authorization'];
  return field === undefined ? undefined : parseAuthorization(readField(field));
}

/** Returns the name in the credentials of a request, which are not verified; `undefined` if there is none. */
export function loginNameOf(request: ServerRequest, dialect: AuthDialect): string | undefined {
  const credentials = readCredentials(request, dialect);
  return readDigestCredentials(credentials)?.username ?? decodeBasic(credentials)?.username;
}

/** Contains no information, but clients must return it (RFC 7616 section 3.4), and some do not. */
const OPAQUE = randomBytes(8).toString('base64url');
/** The password that is verified for an unknown user, so that this takes as long as for a known one. */
const UNKNOWN = randomBytes(16).toString('hex');

/** The password or hash that credentials are verified with. An unknown user and a hash for another name never match. */
function secretFor({ algorithm, realm }: DigestCredentials, username: string, account: Account | undefined) {
  const secret = account?.secret ?? UNKNOWN;
  if (typeof secret === 'string') return { password: secret };
  const isMeant = secret.username === username && secret.realm === realm;
  return { password: UNKNOWN, hash: isMeant ? hashOf(secret, algorithm) : undefined };
}

function isPassword(password: string, secret: UserSecret): boolean {
  if (typeof secret === 'string') return equalSecrets(password, secret);
  const { username, realm, hashes } = secret;
  const algorithm = hashes['SHA-256'] === undefined ? 'MD5' : 'SHA-256';
  const hash = digestSecret({ algorithm, username, realm, password, nonce: '', cnonce: '' });
  return equalDigests(hash, hashes[algorithm] ?? '');
}

function equalSecrets(a: string, b: string): boolean {
  const [left, right] = [a, b].map((secret) => createHash('sha256').update(secret).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
