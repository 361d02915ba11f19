import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** The state of a nonce: issued here and valid, issued here and expired, or not issued here. */
export type NonceState = 'good' | 'expired' | 'unknown';

/** Largest distance of a count from the highest one: requests on parallel connections overtake each other. */
const WINDOW = 1024;
/** Largest number of nonces with stored counts. Beyond it, the oldest expire early. */
const MOST_NONCES = 20_000;

/** Issues nonces, which need no memory until they are used, and stores the counts that were used. */
export class NonceBook {
  #key: Buffer = randomBytes(32);
  /** Reads the key that replaces the random one; absent when it was read, or there is none. */
  #readKey: (() => Promise<Buffer>) | undefined;
  readonly #lifetime: number;
  readonly #used = new Map<string, CountWindow>();
  #shared: { readonly second: number; readonly nonce: string } | undefined;
  /** Nonces issued before this time have expired, so that a nonce cannot be replayed after its counts were dropped. */
  #floor = 0;

  /**
   * @param lifetime - in milliseconds
   * @param readKey - reads the key of several servers that accept each other's nonces. Default: a random key.
   */
  constructor(lifetime: number, readKey?: () => Promise<Buffer>) {
    this.#lifetime = lifetime;
    this.#readKey = readKey;
  }

  /** Resolves when the key is there. Rejects if it cannot be read; the next call tries again. */
  async ready(): Promise<void> {
    const readKey = this.#readKey;
    if (!readKey) return;
    this.#key = await readKey();
    this.#readKey = undefined;
  }

  issue(): string {
    const payload = Buffer.alloc(16);
    payload.writeDoubleBE(Date.now());
    randomBytes(8).copy(payload, 8);
    return Buffer.concat([payload, this.#seal(payload)]).toString('base64url');
  }

  /** Returns the same nonce for all challenges within one second. */
  issueForSecond(): string {
    const second = Math.floor(Date.now() / 1000);
    if (this.#shared?.second !== second) this.#shared = { second, nonce: this.issue() };
    return this.#shared.nonce;
  }

  state(nonce: string): NonceState {
    const octets = Buffer.from(nonce, 'base64url');
    const payload = octets.subarray(0, 16);
    if (octets.length !== 32 || octets.toString('base64url') !== nonce) return 'unknown';
    if (!timingSafeEqual(octets.subarray(16), this.#seal(payload))) return 'unknown';
    const made = payload.readDoubleBE();
    return made + this.#lifetime < Date.now() || made < this.#floor ? 'expired' : 'good';
  }

  /** Whether a valid nonce is in the second half of its lifetime, so that the client gets the next one in time. */
  isOld(nonce: string): boolean {
    return Buffer.from(nonce, 'base64url').readDoubleBE() + this.#lifetime / 2 < Date.now();
  }

  /**
   * Uses up one count of a nonce.
   *
   * @param count - `undefined` (RFC 2069 has none) uses up the whole nonce
   * @param isStrict - counts must increase: an overtaken one is refused
   * @returns `false` when it was used already
   */
  use(nonce: string, count: number | undefined, isStrict = false): boolean {
    const window = this.#used.get(nonce) ?? this.#remember(nonce);
    return window.use(count, isStrict);
  }

  #remember(nonce: string): CountWindow {
    for (const [oldest] of this.#used) {
      if (this.#used.size < MOST_NONCES && this.state(oldest) === 'good') break;
      const made = Buffer.from(oldest, 'base64url').readDoubleBE();
      if (this.#used.size >= MOST_NONCES) this.#floor = Math.max(this.#floor, made + 1);
      this.#used.delete(oldest);
    }
    const window = new CountWindow();
    this.#used.set(nonce, window);
    return window;
  }

  #seal(payload: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(payload).digest().subarray(0, 16);
  }
}

/** The used counts of one nonce, from the highest one back to the end of the window. */
class CountWindow {
  readonly #bits = new Uint32Array(WINDOW / 32);
  #highest = 0;
  #isOver = false;

  use(count: number | undefined, isStrict: boolean): boolean {
    if (this.#isOver) return false;
    if (count === undefined) {
      this.#isOver = true;
      return this.#highest === 0;
    }
    if (count < 1 || (isStrict && count <= this.#highest) || count <= this.#highest - WINDOW) return false;
    for (let at = Math.max(this.#highest, count - WINDOW) + 1; at <= count; at++) this.#set(at, false);
    if (count <= this.#highest && this.#has(count)) return false;
    this.#highest = Math.max(this.#highest, count);
    this.#set(count, true);
    return true;
  }

  #has(count: number): boolean {
    return (((this.#bits[(count % WINDOW) >>> 5] ?? 0) >>> (count & 31)) & 1) === 1;
  }

  #set(count: number, used: boolean): void {
    const index = (count % WINDOW) >>> 5;
    const bit = 1 << (count & 31);
    const word = this.#bits[index] ?? 0;
    this.#bits[index] = used ? word | bit : word & ~bit;
  }
}
