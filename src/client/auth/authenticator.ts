import { type Challenge, parseChallenges, parseParameters } from '../../http/challenge.ts';
import { type DigestChallenge, strongestDigest } from '../../http/digest-client.ts';
import { decodeHeaderText } from '../../http/header-text.ts';
import { type AuthChallenge, CredentialSource, type Credentials } from './credential-source.ts';
import {
  type Attempt,
  type AuthorizedRequest,
  attempt,
  digestSession,
  headerSession,
  isProven,
  type Session,
} from './session.ts';

/**
 * The reason why no further attempt can help. `basic-after-digest`: the server asks for Basic after it asked for Digest.
 * `unprotected`: the scheme would show the credentials to everyone on the way.
 */
export type Refusal =
  | 'wrong-credentials'
  | 'no-challenge'
  | 'unsupported'
  | 'too-many-tries'
  | 'basic-after-digest'
  | 'unprotected';

/** The next step after a 401: send again with this attempt, or give up. */
export type Decision = { readonly again: Attempt } | { readonly refused: Refusal };

/** How the connection protects credentials. */
export interface Protection {
  /** Whether Basic and Bearer may be answered: over TLS, to the loopback host, or since the caller allows it. */
  readonly allowsPlain: boolean;
}

/** The schemes that a server has asked for. All authenticators for the server share this. */
export interface AskedSchemes {
  /** The server has asked for Digest, so a later challenge for Basic may come from someone else. */
  digest: boolean;
}

/** A challenge that can be answered. */
type Choice = { readonly asked: AuthChallenge; readonly digest: DigestChallenge | undefined };

/** Strict servers refuse counts that overtake each other; a retry on a nonce of its own ends that. */
const MAX_TRIES = 6;
/** Nonces that were handed out and not yet accepted; servers may hand the same one to several requests. */
const MAX_UNPROVED = 64;

/**
 * Authorizes requests within one protection space (RFC 7616, RFC 7617, RFC 6750): a state machine without sockets.
 *
 * A nonce is used for as long as the server accepts it, so that an operation costs one request after the first. Each
 * request answers its own challenge, and others use a nonce only after it was accepted. Concurrent requests are
 * therefore right with one-time nonces, too.
 */
export class Authenticator {
  readonly #source: CredentialSource;
  readonly #protection: Protection;
  #current: Session | undefined;
  readonly #unproved = new Map<string, Session>();
  /** The server accepts each nonce once and refuses a second use without a challenge: keeping one costs a request. */
  #keepsNonces = true;
  readonly #asked: AskedSchemes;

  constructor(credentials: Credentials, protection: Protection, asked: AskedSchemes = { digest: false }) {
    this.#source = new CredentialSource(credentials);
    this.#protection = protection;
    this.#asked = asked;
    const { token } = this.#source;
    if (token !== undefined && protection.allowsPlain) {
      this.#current = headerSession({ scheme: 'bearer', realm: '' }, { token });
    }
  }

  /** Returns the first attempt at a request: with what is known to work, else without `Authorization`. */
  authorize(request: AuthorizedRequest): Attempt {
    return attempt(request, this.#current, { answersChallenge: false, tries: 1 });
  }

  /** Returns the attempt for the next hop of a redirected request. */
  authorizeHop(request: AuthorizedRequest, sent: Attempt): Attempt {
    return attempt(request, sent.session ?? this.#current, { answersChallenge: false, tries: sent.tries });
  }

  /**
   * Learns from a 401.
   *
   * @param headers - header fields of the answer, names in lower case
   * @param sent - the attempt that was refused
   * @throws whatever a function of the caller throws
   */
  async challenged(
    headers: Readonly<Record<string, string>>,
    request: AuthorizedRequest,
    sent: Attempt,
  ): Promise<Decision> {
    const { session, startedOver } = sent;
    if (sent.tries >= MAX_TRIES) return { refused: 'too-many-tries' };
    const challenges = parseChallenges(headers['www-authenticate']);
    if (session && session === this.#current) this.#current = undefined;
    if (challenges.length === 0) return this.#withoutChallenge(sent);
    const choice = this.#choose(challenges);
    if (typeof choice === 'string') return { refused: choice };

    let { askedAgain = false } = sent;
    if (session && isRefused(session, sent, choice)) {
      this.#source.forget(session.challenge);
      if (askedAgain || !this.#source.asksAgain) return { refused: 'wrong-credentials' };
      askedAgain = true;
    }
    const next = await this.#sessionFor(choice);
    if (!next) return { refused: 'unsupported' };
    const how = { answersChallenge: true, askedAgain, tries: sent.tries + 1, ...(startedOver && { startedOver }) };
    return { again: attempt(request, next, how) };
  }

  /**
   * Learns from an answer other than 401: which nonce works, and which one is next.
   *
   * @param body - body of the answer, which `rspauth` covers with `auth-int`
   * @returns `false` when `rspauth` is wrong, so that the answer is not to be trusted
   */
  answered(headers: Readonly<Record<string, string>>, sent: Attempt, body?: Uint8Array): boolean {
    const { session, startedOver } = sent;
    if (!session) return true;
    const { digest } = session;
    const info = parseParameters(headers['authentication-info'] ?? '');
    if (!isProven(sent, info, body)) {
      if (session === this.#current) this.#current = undefined;
      return false;
    }
    session.accepted++;
    if (digest) this.#unproved.delete(digest.key.challenge.nonce);
    // The nonce before was refused at its second use and a new one accepted: keeping nonces would cost a third request.
    if (startedOver && startedOver.accepted < 2) this.#keepsNonces = false;
    const nextnonce = info.get('nextnonce');
    if (digest && nextnonce !== undefined && nextnonce !== digest.key.challenge.nonce) {
      this.#current = digestSession(
        { ...digest.key.challenge, nonce: nextnonce, stale: false },
        digest,
        session.challenge,
      );
    } else if (this.#current === undefined && (!digest || this.#keepsNonces)) {
      this.#current = session;
    }
    return true;
  }

  /** A nonce that worked before may be used up: a request without it makes the server send a challenge. */
  #withoutChallenge({ session, answersChallenge, startedOver, tries }: Attempt): Decision {
    if (session === undefined) return { refused: 'no-challenge' };
    if (this.#source.token === undefined && !answersChallenge && !startedOver) {
      return { again: { answersChallenge: false, startedOver: session, tries: tries + 1 } };
    }
    this.#source.forget(session.challenge);
    return { refused: 'wrong-credentials' };
  }

  /** Chooses the strongest challenge: Digest by its algorithm, then Bearer, then Basic. */
  #choose(challenges: readonly Challenge[]): Choice | Refusal {
    const of = (scheme: AuthChallenge['scheme']): Challenge | undefined =>
      this.#source.fits(scheme) ? challenges.find((challenge) => challenge.scheme === scheme) : undefined;
    this.#asked.digest ||= challenges.some(({ scheme }) => scheme === 'digest');
    const digest = of('digest') && strongestDigest(challenges);
    if (digest) {
      const realm = decodeHeaderText(digest.realm);
      return { asked: { scheme: 'digest', realm, algorithm: digest.algorithm }, digest };
    }
    const plain = of('bearer') ?? of('basic');
    if (!plain) return 'unsupported';
    if (plain.scheme === 'basic' && this.#asked.digest) return 'basic-after-digest';
    if (!this.#protection.allowsPlain) return 'unprotected';
    const realm = decodeHeaderText(plain.parameters.get('realm') ?? '');
    return { asked: { scheme: plain.scheme === 'basic' ? 'basic' : 'bearer', realm }, digest: undefined };
  }

  async #sessionFor({ asked, digest }: Choice): Promise<Session | undefined> {
    const answer = await this.#source.for(asked);
    if (!digest) return headerSession(asked, answer);
    if (!('password' in answer)) return undefined;
    const known = this.#unproved.get(digest.nonce) ?? this.#current;
    const isSame = known?.digest?.username === answer.username && known.digest.password === answer.password;
    if (isSame && known.digest?.key.challenge.nonce === digest.nonce) return known;
    const session = digestSession(digest, answer, asked);
    this.#unproved.set(digest.nonce, session);
    const oldest = this.#unproved.size > MAX_UNPROVED ? this.#unproved.keys().next().value : undefined;
    if (oldest !== undefined) this.#unproved.delete(oldest);
    return session;
  }
}

/** Whether the server has refused these credentials, and not only a nonce or a weaker scheme. */
function isRefused(session: Session, sent: Attempt, { asked, digest }: Choice): boolean {
  if (!digest) return session.challenge.scheme === asked.scheme;
  return session.digest !== undefined && sent.answersChallenge && !digest.stale;
}
