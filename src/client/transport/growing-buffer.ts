const EMPTY = new Uint8Array(0);

/**
 * Collects the chunks of a body in one buffer. The first chunk is mostly the only one, so it is not copied; a caller must not
 * change it. A list of chunks would cost a hundred octets for each chunk of one octet, which a hostile server can send below
 * any limit of size.
 */
export class GrowingBuffer {
  #buffer: Uint8Array = EMPTY;
  #length = 0;

  /** Number of octets so far. */
  get length(): number {
    return this.#length;
  }

  append(chunk: Uint8Array): void {
    if (this.#length === 0) {
      this.#buffer = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
      this.#length = chunk.length;
      return;
    }
    const length = this.#length + chunk.length;
    if (length > this.#buffer.length) this.#grow(length);
    this.#buffer.set(chunk, this.#length);
    this.#length = length;
  }

  /** Returns the octets so far. Do not append afterwards. */
  toBytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  clear(): void {
    this.#buffer = EMPTY;
    this.#length = 0;
  }

  /** Doubles the buffer. */
  #grow(length: number): void {
    const larger = new Uint8Array(Math.max(length, 2 * this.#buffer.length, MIN_SIZE));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}

const MIN_SIZE = 4096;
