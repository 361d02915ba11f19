import { randomHex } from '#platform';
import { encodeBasic } from '../../http/basic.ts';
import { type Challenge, parseChallenges, parseParameters } from '../../http/challenge.ts';
import {
  authorizeDigest,
  type DigestChallenge,
  type DigestKey,
  prepareDigest,
  readDigestChallenge,
} from '../../http/digest-client.ts';
import { decodeHeaderText } from '../../http/header-text.ts';
import { type Credentials, PasswordSource } from './password.ts';

/** What is authorised: the method, the request target octet for octet, and the body for `auth-int`. */
export interface AuthorizedRequest {
  readonly method: string;
  readonly uri: string;
  readonly body?: string | Uint8Array | undefined;
}

/** One way to authorise requests: a Digest nonce with its count, or the one Basic header. */
interface Session {
  readonly digest?: { readonly key: DigestKey; readonly credentials: { username: string; password: string } };
  readonly basic?: string;
  readonly realm: string;
  /** How many requests were sent on it. */
  count: number;
  /** How many of them were let in. */
  accepted: number;
}

/** What one request went out with, so that its answer is judged by it and not by what others learned meanwhile. */
export interface Attempt {
  /** The `Authorization` field; absent on a request without one. */
  readonly header?: string;
  readonly session?: Session;
  /** Whether `session` answers a challenge to this very request, so that its refusal means wrong credentials. */
  readonly answersChallenge: boolean;
  /** Whether this is a new start after the server refused a nonce without a challenge. */
  readonly startedOver?: Session;
  /** How many times the request has gone out, this one included. */
  readonly tries: number;
}

/** Why no further attempt can help. */
export type Refusal = 'wrong-credentials' | 'no-challenge' | 'unsupported' | 'too-many-tries';

/** What to do after a 401: send again with this attempt, or give up. */
export type Decision = { readonly again: Attempt } | { readonly refused: Refusal };

/** Strict servers refuse counts that overtake each other; a retry on a nonce of its own ends that. */
const MAX_TRIES = 6;
/** Nonces that were handed out and not yet proved; servers may hand the same one to several requests. */
const MAX_UNPROVED = 64;

/**
 * Authorises requests within one protection space (RFC 7616, RFC 7617): a state machine without sockets.
 *
 * A nonce serves for as long as the server takes it, so that an operation costs one request after the first. Each
 * request answers the challenge it got itself, and others see a nonce only after it was accepted: concurrent
 * requests are right with nonces for one use, too.
 */
export class Authenticator {
  readonly #username: string;
  readonly #passwords: PasswordSource;
  #current: Session | undefined;
  readonly #unproved = new Map<string, Session>();
  /** The server takes each nonce once and refuses a second use without a challenge: keeping one costs a request. */
  #keepsNonces = true;

  constructor({ username, password }: Credentials) {
    this.#username = username;
    this.#passwords = new PasswordSource(password);
  }

  /** The first attempt at a request: with what is known to work, else without `Authorization`. */
  authorize(request: AuthorizedRequest): Attempt {
    return attempt(request, this.#current, { answersChallenge: false, tries: 1 });
  }

  /** The attempt for the next hop of a redirected request. */
  authorizeHop(request: AuthorizedRequest, sent: Attempt): Attempt {
    return attempt(request, sent.session ?? this.#current, { answersChallenge: false, tries: sent.tries });
  }

  /**
   * Learns from a 401.
   *
   * @param headers - of the answer, names in lower case
   * @param sent - what the refused request was sent with
   * @throws what a password function throws
   */
  async challenged(
    headers: Readonly<Record<string, string>>,
    request: AuthorizedRequest,
    sent: Attempt,
  ): Promise<Decision> {
    const { session } = sent;
    if (sent.tries >= MAX_TRIES) return { refused: 'too-many-tries' };
    const tries = sent.tries + 1;
    const challenges = parseChallenges(headers['www-authenticate']);
    const digest = challenges.map(readDigestChallenge).find((known) => known !== undefined);
    const basic = challenges.find(({ scheme }) => scheme === 'basic');
    const usable = digest ?? basic;
    if (session && session === this.#current) this.#current = undefined;

    if (!usable) {
      if (challenges.length > 0) return { refused: 'unsupported' };
      // A nonce that worked before may be used up: without it, the server says what it wants.
      if (session === undefined) return { refused: 'no-challenge' };
      if (sent.answersChallenge || sent.startedOver) return this.#wrong(session);
      return { again: { answersChallenge: false, startedOver: session, tries } };
    }
    const sameAgain = session?.basic !== undefined && digest === undefined;
    if (session && (sameAgain || (sent.answersChallenge && !digest?.stale && !this.#isUpgrade(session, digest)))) {
      return this.#wrong(session);
    }
    const next = digest ? await this.#digestSession(digest) : await this.#basicSession(basic);
    if (!next) return { refused: 'unsupported' };
    const { startedOver } = sent;
    return { again: attempt(request, next, { answersChallenge: true, tries, ...(startedOver && { startedOver }) }) };
  }

  /** Learns from every answer that is no 401: which nonce works, and which one is next. */
  answered(headers: Readonly<Record<string, string>>, { session, startedOver }: Attempt): void {
    if (!session) return;
    session.accepted++;
    if (session.digest) this.#unproved.delete(session.digest.key.challenge.nonce);
    // The nonce before was refused at its second use and a new one accepted: keeping nonces would cost a third request.
    if (startedOver && startedOver.accepted < 2) this.#keepsNonces = false;
    const info = headers['authentication-info'];
    const nextnonce = info === undefined ? undefined : parseParameters(info).get('nextnonce');
    if (session.digest && nextnonce !== undefined && nextnonce !== session.digest.key.challenge.nonce) {
      const { key, credentials } = session.digest;
      this.#current = digestSession({ ...key.challenge, nonce: nextnonce, stale: false }, credentials, session.realm);
    } else if (this.#current === undefined && (session.basic !== undefined || this.#keepsNonces)) {
      this.#current = session;
    }
  }

  /** A server that first takes Basic and then wants Digest has not refused the password yet. */
  #isUpgrade(session: Session, digest: DigestChallenge | undefined): boolean {
    return session.basic !== undefined && digest !== undefined;
  }

  #wrong({ realm }: Session): Decision {
    this.#passwords.forget(realm);
    return { refused: 'wrong-credentials' };
  }

  async #digestSession(challenge: DigestChallenge): Promise<Session> {
    const realm = decodeHeaderText(challenge.realm);
    const password = await this.#passwords.for(realm);
    const known = this.#unproved.get(challenge.nonce) ?? this.#current;
    if (known?.digest?.key.challenge.nonce === challenge.nonce && known.digest.credentials.password === password) {
      return known;
    }
    const session = digestSession(challenge, { username: this.#username, password }, realm);
    this.#unproved.set(challenge.nonce, session);
    const oldest = this.#unproved.size > MAX_UNPROVED ? this.#unproved.keys().next().value : undefined;
    if (oldest !== undefined) this.#unproved.delete(oldest);
    return session;
  }

  async #basicSession(challenge: Challenge | undefined): Promise<Session | undefined> {
    const realm = decodeHeaderText(challenge?.parameters.get('realm') ?? '');
    const basic = encodeBasic(this.#username, await this.#passwords.for(realm));
    return basic === undefined ? undefined : { basic, realm, count: 0, accepted: 0 };
  }
}

/** One cnonce per nonce, which both readings of the `-sess` algorithms agree on. */
const digestSession = (
  challenge: DigestChallenge,
  credentials: { username: string; password: string },
  realm: string,
): Session => ({
  digest: { key: prepareDigest(challenge, credentials, randomHex(12)), credentials },
  realm,
  count: 0,
  accepted: 0,
});

function attempt(
  request: AuthorizedRequest,
  session: Session | undefined,
  how: Pick<Attempt, 'answersChallenge' | 'startedOver' | 'tries'>,
): Attempt {
  if (!session) return how;
  session.count++;
  if (!session.digest) return { ...how, session, ...(session.basic !== undefined && { header: session.basic }) };
  const { method, uri, body } = request;
  return { ...how, session, header: authorizeDigest(session.digest.key, { method, uri, body, count: session.count }) };
}
