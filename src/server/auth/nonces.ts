import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a nonce is worth: made here and young enough, made here, or not from here. */
export type NonceState = 'good' | 'expired' | 'unknown';

/** How far behind the highest count a request may arrive: parallel connections overtake each other. */
const WINDOW = 1024;
/** Nonces whose counts are remembered; when there are more, the oldest end early. */
const MOST_NONCES = 20_000;

/** Makes nonces that need no memory until they are used, and remembers which counts of each were used. */
export class NonceBook {
  readonly #key = randomBytes(32);
  readonly #lifetime: number;
  readonly #used = new Map<string, CountWindow>();
  #shared: { readonly second: number; readonly nonce: string } | undefined;
  /** Nonces made before this are over, so that a forgotten one cannot be replayed. */
  #floor = 0;

  /** @param lifetime - in milliseconds */
  constructor(lifetime: number) {
    this.#lifetime = lifetime;
  }

  issue(): string {
    const payload = Buffer.alloc(16);
    payload.writeDoubleBE(Date.now());
    randomBytes(8).copy(payload, 8);
    return Buffer.concat([payload, this.#seal(payload)]).toString('base64url');
  }

  /** The same nonce for everybody who asks within one second. */
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

  /** Whether a good nonce is in the second half of its life, so that a client may be given the next one in time. */
  isOld(nonce: string): boolean {
    return Buffer.from(nonce, 'base64url').readDoubleBE() + this.#lifetime / 2 < Date.now();
  }

  /**
   * Uses up one count of a nonce.
   *
   * @param count - `undefined` (RFC 2069, which has none) uses up the whole nonce
   * @param isStrict - counts must rise: one that was overtaken is no longer good
   * @returns `false` when it was used before
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

/** Which counts of one nonce were used: every one up to the highest, as far back as the window reaches. */
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
