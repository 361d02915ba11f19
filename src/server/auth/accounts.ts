import { type DigestAlgorithm, digestUserhash } from '../../http/digest.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { canonicalXui, domainOf, userPartOf } from '../xui.ts';

/**
 * A password as its hashes, as Apache's `htdigest` stores it. It is as secret as the password for this server, but does
 * not reveal it.
 */
export interface HashedPassword {
  /** The name that the user logs in with. */
  readonly username: string;
  /** The realm, which must be that of the server. */
  readonly realm: string;
  /** H(username:realm:password) in hex, by algorithm. */
  readonly hashes: Readonly<Partial<Record<'MD5' | 'SHA-256', string>>>;
}

/** A password, or its hashes. */
export type UserSecret = string | HashedPassword;

/** A user who can log in. */
export interface Account {
  /** The canonical XUI. */
  readonly xui: string;
  readonly secret: UserSecret;
}

/** The users of a server, by every name they can log in with. */
export class Accounts {
  readonly #byXui = new Map<string, Account>();
  readonly #byUserPart = new Map<string, Account[]>();
  /** Users whose hashed password is for a name of its own, such as the B-TID of 3GPP TS 33.220. */
  readonly #byLogin = new Map<string, Account>();
  /** Login names by their hashes, for each algorithm and realm that was requested. */
  readonly #hashed = new Map<string, ReadonlyMap<string, string>>();
  /** The domains of all users, each of which is a realm. */
  readonly domains: ReadonlySet<string>;

  /** @param users - passwords by XUI, in any spelling */
  constructor(users: Readonly<Record<string, UserSecret>>) {
    for (const [user, secret] of Object.entries(users)) {
      const account = { xui: canonicalXui(user), secret };
      this.#byXui.set(account.xui, account);
      if (typeof secret !== 'string') this.#byLogin.set(secret.username, account);
      const part = userPartOf(account.xui);
      const sameUserPart = this.#byUserPart.get(part);
      if (sameUserPart) sameUserPart.push(account);
      else this.#byUserPart.set(part, [account]);
    }
    this.domains = new Set(Array.from(this.#byXui.keys(), domainOf).filter((domain) => domain !== undefined));
  }

  has(xui: string): boolean {
    return this.#byXui.has(xui);
  }

  /** Returns whether every user can log in with an algorithm: those with hashed passwords need its hash. */
  support(algorithm: DigestAlgorithm): boolean {
    return Array.from(this.#byXui.values()).every(
      ({ secret }) => typeof secret === 'string' || hashOf(secret, algorithm) !== undefined,
    );
  }

  /**
   * Refuses hashes for another realm than the one of the challenges, because no login with them can succeed.
   *
   * @param realm - the configured realm; `undefined` when the domain of each user is one
   * @throws InvalidArgumentError
   */
  refuseOtherRealms(realm: string | undefined): void {
    for (const { xui, secret } of this.#byXui.values()) {
      const expected = realm ?? domainOf(xui);
      if (typeof secret === 'string' || realmsIn(expected).includes(secret.realm)) continue;
      throw new InvalidArgumentError(
        `users: the password of ${xui} is hashed for the realm ${secret.realm}, but the realm is ${expected}; set the option realm`,
      );
    }
  }

  /**
   * Returns the login name behind a hashed one (RFC 7616 section 3.4.4).
   *
   * @param realm - one of this server's realms; the hashes for each are kept
   */
  unhashed(hash: string, algorithm: DigestAlgorithm, realm: string): string | undefined {
    const key = `${algorithm} ${realm}`;
    const known = this.#hashed.get(key) ?? this.#hashNames(algorithm, realm);
    this.#hashed.set(key, known);
    return known.get(hash.toLowerCase());
  }

  #hashNames(algorithm: DigestAlgorithm, realm: string): ReadonlyMap<string, string> {
    const whole = Array.from(this.#byXui.keys()).flatMap((xui) => [xui, xui.replace(/^sip:/, '')]);
    const names = new Set([...this.#byUserPart.keys(), ...whole]);
    return new Map(
      Array.from(names, (username) => [digestUserhash({ algorithm, username, realm, normalize: true }), username]),
    );
  }

  /** The domain of the first user: the default realm. */
  get mainDomain(): string | undefined {
    for (const xui of this.#byXui.keys()) return domainOf(xui);
    return undefined;
  }

  /**
   * Returns the user of a login name, which is a whole XUI or its user part in a realm.
   *
   * @param realm - the realm of the credentials, often a domain
   * @param owner - the user of the requested tree, who is preferred when several have the name
   */
  find(name: string, realm: string, owner: string | undefined): Account | undefined {
    const whole = this.#byXui.get(canonicalXui(name));
    if (whole) return whole;
    const candidates = this.#byUserPart.get(name) ?? [];
    const login = this.#byLogin.get(name);
    if (login && candidates.length === 0) return login;
    const isDomain = this.domains.has(realm.toLowerCase());
    return (
      candidates.find(({ xui }) => domainOf(xui) === realm.toLowerCase()) ??
      (isDomain ? undefined : (candidates.find(({ xui }) => xui === owner) ?? candidates[0]))
    );
  }
}

/** The names that a realm lists, separated by semicolons (3GPP TS 33.222): credentials are for one of them. */
export const realmsIn = (realm: string | undefined): readonly string[] =>
  realm === undefined ? [] : [realm, ...realm.split(';').map((one) => one.trim())];

/** The hash of a password for an algorithm; the `-sess` algorithms use the same. */
export function hashOf({ hashes }: HashedPassword, algorithm: DigestAlgorithm): string | undefined {
  const base = algorithm.replace(/-sess$/, '');
  return base === 'MD5' || base === 'SHA-256' ? hashes[base] : undefined;
}
