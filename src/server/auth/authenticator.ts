import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { decodeBasic } from '../../http/basic.ts';
import { type Challenge, parseAuthorization, quoteString } from '../../http/challenge.ts';
import type { DigestAlgorithm } from '../../http/digest.ts';
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
import type { QuirkName } from '../quirks/names.ts';
import { Refusal } from '../refusal.ts';
import type { Account, Accounts } from './accounts.ts';
import { NonceBook } from './nonces.ts';

/** How users prove who they are. */
export type AuthMode = 'digest' | 'basic' | 'none';

/** How a server challenges. */
export interface AuthSettings {
  readonly mode: AuthMode;
  /** One realm for all; without it each SIP domain is one. */
  readonly realm?: string | undefined;
  /** Offered in this order. */
  readonly algorithms: readonly DigestAlgorithm[];
  /** Whether user names may be hashed (RFC 7616 section 3.4.4): the challenge says so. */
  readonly userhash: boolean;
  /** Milliseconds a nonce is good for. */
  readonly nonceLifetime: number;
  /** What is done worse than the standard says, at the moment. */
  readonly quirks: ReadonlySet<QuirkName>;
}

/** Who asks: `user` is the canonical XUI, absent in anonymous mode. */
export interface Identity {
  readonly user?: string;
  /** The `Authentication-Info` field for an answer with this body (RFC 7616 section 3.5). */
  info?(body: Buffer | string | undefined): string;
}

/** Decides who sent a request. */
export class Authenticator {
  readonly #accounts: Accounts;
  readonly #settings: AuthSettings;
  readonly #nonces: NonceBook;

  constructor(accounts: Accounts, settings: AuthSettings) {
    this.#accounts = accounts;
    this.#settings = settings;
    this.#nonces = new NonceBook(settings.nonceLifetime);
  }

  /**
   * Reads and checks the credentials of a request.
   *
   * @param owner - the canonical XUI whose tree is asked for; its domain is the realm when none is configured
   * @param realm - the realm of a challenge
   * @throws Refusal 400 when the digest is for another address
   * @returns the identity, or the 401
   */
  check(
    request: ServerRequest,
    owner: string | undefined,
    realm: string,
  ): Identity | { readonly refused: ServerReply } {
    const { mode } = this.#settings;
    if (mode === 'none') return {};
    const credentials = parseAuthorization(request.headers['authorization']);
    if (mode === 'basic') {
      const account = this.#basic(credentials, owner, realm);
      return account ? { user: account.xui } : this.#challenge(realm, false);
    }
    const isPicky = this.#settings.quirks.has('picky-digest') && !isPlain(request.headers['authorization'] ?? '');
    const digest = isPicky ? undefined : readDigestCredentials(credentials);
    return digest ? this.#digest(request, digest, owner, realm) : this.#challenge(realm, false);
  }

  /**
   * Judges the credentials of a request whose body has not been read. Nothing is used up: {@link check} decides.
   *
   * @returns `discard` when the answer is 401 whatever the body, `stranger` when that depends on the body
   */
  senderOf(request: ServerRequest, owner: string | undefined, realm: string): BodySender {
    if (this.#settings.mode === 'none') return 'stranger';
    const credentials = parseAuthorization(request.headers['authorization']);
    if (this.#settings.mode === 'basic') return this.#basic(credentials, owner, realm) ? 'verified' : 'discard';
    const digest = readDigestCredentials(credentials);
    if (!digest || this.#nonces.state(digest.nonce) !== 'good') return 'discard';
    if (digest.qop === 'auth-int') return 'stranger';
    return this.#verify(request, digest, owner, realm).account ? 'verified' : 'discard';
  }

  #basic(credentials: Challenge | undefined, owner: string | undefined, realm: string): Account | undefined {
    const basic = decodeBasic(credentials);
    const account = basic && this.#accounts.find(basic.username, realm, owner);
    return basic && equalSecrets(basic.password, account?.password ?? UNKNOWN) ? account : undefined;
  }

  #digest(request: ServerRequest, digest: DigestCredentials, owner: string | undefined, realm: string) {
    const { quirks } = this.#settings;
    if (digest.uri !== (request.sentTarget ?? request.target) && !quirks.has('loose-digest')) {
      throw new Refusal(400, 'the uri of the Authorization field is not the request target (RFC 7616 section 3.4.6)');
    }
    const { account, secrets } = this.#verify(request, digest, owner, realm);
    const state = this.#nonces.state(digest.nonce);
    if (!account && quirks.has('mute-401')) return MUTE;
    if (!account || state === 'unknown') return this.#challenge(realm, account !== undefined);
    if (state === 'good' && this.#use(digest)) return { user: account.xui, ...this.#info(digest, secrets) };
    return quirks.has('mute-401') ? MUTE : this.#challenge(realm, true);
  }

  /** Verifies everything but the nonce. `account` is absent when anything is wrong. */
  #verify(request: ServerRequest, digest: DigestCredentials, owner: string | undefined, realm: string) {
    const isOurs = digest.realm === realm || this.#isRealm(digest.realm);
    const isOffered =
      this.#settings.algorithms.includes(digest.algorithm) && (this.#settings.userhash || !digest.userhash);
    const username = isOurs && isOffered ? this.#nameOf(digest) : digest.username;
    const account = this.#accounts.find(username, digest.realm, owner);
    const secrets = { username, password: account?.password ?? UNKNOWN, utf8: true };
    const isRight = verifyDigest(digest, { ...secrets, method: request.method, body: request.body });
    return { secrets, account: isRight && isOffered && isOurs ? account : undefined };
  }

  #nameOf({ username, userhash, algorithm, realm }: DigestCredentials): string {
    return userhash ? (this.#accounts.unhashed(username, algorithm, realm) ?? '') : username;
  }

  /** Proves that this server knows the password, too; an old nonce is replaced before it is refused. */
  #info(digest: DigestCredentials, secrets: Omit<DigestExpectation, 'method'>): Pick<Identity, 'info'> {
    const { quirks } = this.#settings;
    if (quirks.has('no-authentication-info')) return {};
    const nextnonce = this.#nonces.isOld(digest.nonce) ? this.#nonces.issue() : undefined;
    return { info: (body) => formatAuthenticationInfo(digest, secrets, { body, nextnonce }) };
  }

  /** Uses up a nonce for one request. Without `qop` there is no count, and the nonce is good for that one only. */
  #use({ nonce, qop, nc }: DigestCredentials): boolean {
    const { quirks } = this.#settings;
    if (quirks.has('one-time-nonces')) return this.#nonces.use(nonce, undefined);
    if (quirks.has('loose-digest')) return true;
    return this.#nonces.use(nonce, qop === undefined ? undefined : Number.parseInt(nc, 16), quirks.has('rising-nc'));
  }

  #isRealm(realm: string): boolean {
    return this.#settings.realm === undefined ? this.#accounts.domains.has(realm) : realm === this.#settings.realm;
  }

  #challenge(realm: string, stale: boolean): { readonly refused: ServerReply } {
    const reason = stale
      ? 'the nonce is no longer good; repeat the request with the new one'
      : 'log in as a user of this server';
    return { refused: textReply(401, reason, { 'www-authenticate': this.#challenges(realm, stale) }) };
  }

  #challenges(realm: string, stale: boolean): string[] {
    const { mode, algorithms, quirks, userhash } = this.#settings;
    if (mode === 'basic') return [`Basic realm=${quoteString(encodeHeaderText(realm))}, charset="UTF-8"`];
    const nonce = quirks.has('repeated-nonces') ? this.#nonces.issueForSecond() : this.#nonces.issue();
    if (quirks.has('plain-challenge')) return [formatDigestChallenge({ realm, nonce, qop: 'auth', stale })];
    if (quirks.has('unquoted-challenge')) {
      const plain = formatDigestChallenge({ realm, nonce, stale });
      return [`${plain}, algorithm="MD5", opaque=${OPAQUE}, qop=auth`];
    }
    const offer = { realm, nonce, qop: 'auth, auth-int', opaque: OPAQUE, stale, utf8: true, userhash };
    return algorithms.map((algorithm) => formatDigestChallenge({ ...offer, algorithm }));
  }
}

/** Whether a server that splits at comma and space understands the field. */
const isPlain = (field: string): boolean =>
  field.startsWith('Digest ') &&
  field
    .slice(7)
    .split(', ')
    .every((part) => /^[\w-]+=(?:"[^"]*"|[^",]*)$/.test(part));

/** The 401 that leaves a client alone: see the quirk `mute-401`. */
export const MUTE_401: ServerReply = {
  status: 401,
  headers: { 'content-type': 'application/json' },
  body: '{"detail":"Unauthorized"}',
};
const MUTE = { refused: MUTE_401 };

/** Nothing is hidden in it, but clients have to send it back, and some forget. */
const OPAQUE = randomBytes(8).toString('base64url');
/** The password of nobody: checking it takes as long as checking a real one. */
const UNKNOWN = randomBytes(16).toString('hex');

function equalSecrets(a: string, b: string): boolean {
  const [left, right] = [a, b].map((secret) => createHash('sha256').update(secret).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
