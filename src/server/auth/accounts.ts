import { type DigestAlgorithm, digestUserhash } from '../../http/digest.ts';
import { canonicalXui, domainOf, userPartOf } from '../xui.ts';

/** One user who can log in. */
export interface Account {
  /** The canonical XUI. */
  readonly xui: string;
  readonly password: string;
}

/** Users by any name they log in with. */
export class Accounts {
  readonly #byXui = new Map<string, Account>();
  readonly #byUserPart = new Map<string, Account[]>();
  /** Login names by their hashes, for each algorithm and realm that was asked for. */
  readonly #hashed = new Map<string, ReadonlyMap<string, string>>();
  /** The domains of all users, each of which is a realm. */
  readonly domains: ReadonlySet<string>;

  /** @param users - passwords by XUI, in any spelling */
  constructor(users: Readonly<Record<string, string>>) {
    for (const [user, password] of Object.entries(users)) {
      const account = { xui: canonicalXui(user), password };
      this.#byXui.set(account.xui, account);
      const part = userPartOf(account.xui);
      const namesakes = this.#byUserPart.get(part);
      if (namesakes) namesakes.push(account);
      else this.#byUserPart.set(part, [account]);
    }
    this.domains = new Set(Array.from(this.#byXui.keys(), domainOf).filter((domain) => domain !== undefined));
  }

  has(xui: string): boolean {
    return this.#byXui.has(xui);
  }

  /**
   * The login name behind a hashed one (RFC 7616 section 3.4.4).
   *
   * @param realm - one of this server's: what was hashed for each is kept
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

  /** The domain of the first user: the realm where nothing else tells. */
  get mainDomain(): string | undefined {
    for (const xui of this.#byXui.keys()) return domainOf(xui);
    return undefined;
  }

  /**
   * The user a login name means: a whole XUI, or its user part in a realm.
   *
   * @param realm - the realm of the credentials, often a domain
   * @param owner - the user whose tree is asked for, who is meant where a bare name fits several
   */
  find(name: string, realm: string, owner: string | undefined): Account | undefined {
    const whole = this.#byXui.get(canonicalXui(name));
    if (whole) return whole;
    const candidates = this.#byUserPart.get(name) ?? [];
    const isDomain = this.domains.has(realm.toLowerCase());
    return (
      candidates.find(({ xui }) => domainOf(xui) === realm.toLowerCase()) ??
      (isDomain ? undefined : (candidates.find(({ xui }) => xui === owner) ?? candidates[0]))
    );
  }
}
