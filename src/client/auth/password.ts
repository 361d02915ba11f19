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
    if (typeof this.#password === 'string') return this.#password;
    const asked = this.#asked.get(realm);
    if (asked) return asked;
    const answer = this.#ask(this.#password, realm);
    this.#asked.set(realm, answer);
    return answer;
  }

  forget(realm: string): void {
    this.#asked.delete(realm);
  }

  async #ask(password: (realm: string) => string | Promise<string>, realm: string): Promise<string> {
    try {
      return await password(realm);
    } catch (error) {
      this.forget(realm);
      throw error;
    }
  }
}
