import type { DigestAlgorithm } from '../../http/digest.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';

/** A challenge that credentials are needed for. */
export interface AuthChallenge {
  readonly scheme: 'digest' | 'basic' | 'bearer';
  /** The protection space, which may list several names separated by `;` (3GPP TS 33.222); empty when there is none. */
  readonly realm: string;
  /** The algorithm of a Digest challenge. */
  readonly algorithm?: DigestAlgorithm | undefined;
}

/** Credentials for one challenge. */
export type AuthAnswer =
  | {
      readonly username: string;
      readonly password: string;
      /** The realm to answer with, where the challenge lists several. Default: the realm of the challenge. */
      readonly realm?: string | undefined;
    }
  | { readonly token: string };

/** Credentials as the transport needs them. */
export type Credentials =
  | { readonly username: string; readonly password: string | ((realm: string) => string | Promise<string>) }
  | { readonly token: string }
  | { readonly credentials: (challenge: AuthChallenge) => AuthAnswer | Promise<AuthAnswer> };

/**
 * Provides credentials. Functions are called once per realm, however many requests wait for the answer, and again after
 * the answer was refused.
 */
export class CredentialSource {
  readonly #credentials: Credentials;
  readonly #answers = new Map<string, Promise<AuthAnswer>>();

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  /** The token that is known before any challenge. */
  get token(): string | undefined {
    return 'token' in this.#credentials ? this.#credentials.token : undefined;
  }

  /** Whether refused credentials may be followed by others for the same request. */
  get asksAgain(): boolean {
    return 'credentials' in this.#credentials;
  }

  /** Whether the credentials can be of this scheme. */
  fits(scheme: AuthChallenge['scheme']): boolean {
    const credentials = this.#credentials;
    return 'credentials' in credentials || 'token' in credentials === (scheme === 'bearer');
  }

  /**
   * Returns the credentials for a challenge.
   *
   * @throws InvalidArgumentError when a function returns none; whatever the function throws
   */
  for(challenge: AuthChallenge): AuthAnswer | Promise<AuthAnswer> {
    const credentials = this.#credentials;
    if ('token' in credentials) return credentials;
    if ('credentials' in credentials) return this.#ask(challenge, () => credentials.credentials(challenge));
    const { username, password } = credentials;
    if (typeof password === 'string') return { username, password };
    return this.#ask(challenge, async () => ({ username, password: await password(challenge.realm) }));
  }

  #ask(challenge: AuthChallenge, ask: () => AuthAnswer | Promise<AuthAnswer>): Promise<AuthAnswer> {
    const key = this.#keyOf(challenge);
    const known = this.#answers.get(key);
    if (known) return known;
    const answer = (async () => checkedAnswer(await ask()))();
    this.#answers.set(key, answer);
    // The error reaches everyone who waits for the answer; here it only must not be kept.
    answer.catch(() => this.forget(challenge));
    return answer;
  }

  /** Forgets credentials that were refused. */
  forget(challenge: AuthChallenge): void {
    this.#answers.delete(this.#keyOf(challenge));
  }

  /** A password is the same for every scheme of a realm; a credentials function may tell them apart. */
  #keyOf({ scheme, realm, algorithm }: AuthChallenge): string {
    return this.asksAgain ? `${scheme} ${algorithm ?? ''} ${realm}` : realm;
  }
}

/** Checks what a function of the caller returned; never repeats it, since it may hold a password. */
function checkedAnswer(answer: unknown): AuthAnswer {
  const isText = (name: string): boolean =>
    typeof answer === 'object' && answer !== null && typeof Reflect.get(answer, name) === 'string';
  if ((isText('username') && isText('password')) || isText('token')) return answer as AuthAnswer; // checked here
  throw new InvalidArgumentError(
    'the credentials function must return { username, password } or { token }, and a password function a string',
  );
}
