/** Who the user is. A password given as a function is asked for when a server first wants it, with its realm. */
export interface Credentials {
  readonly username: string;
  readonly password: string | ((realm: string) => string | Promise<string>);
}

/** Asks for a password once per realm, however many requests wait for it, and again after it proved wrong. */
export class PasswordSource {
  readonly #password: Credentials['password'];
  readonly #asked = new Map<string, Promise<string>>();

  constructor(password: Credentials['password']) {
    this.#password = password;
  }

  for(realm: string): string | Promise<string> {
    const password = this.#password;
    if (typeof password === 'string') return password;
    const asked = this.#asked.get(realm);
    if (asked) return asked;
    const answer = (async () => password(realm))();
    this.#asked.set(realm, answer);
    // Whoever waits for the answer gets the error; here it only must not be kept.
    answer.catch(() => this.forget(realm));
    return answer;
  }

  forget(realm: string): void {
    this.#asked.delete(realm);
  }
}
