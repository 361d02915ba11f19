/** Reads request bodies in bounded memory, whatever their peers send. */

import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';

/** Octets that every body may occupy. Larger bodies share {@link BodyMemory}. */
export const FREE_OCTETS = 16 * 1024;
/** Largest number of pieces of one body. Each piece costs time, and honest peers send pieces of a kilobyte or more. */
const MOST_PIECES = 65_536;
/** The part of the memory that peers without verified credentials may occupy together. */
const STRANGERS_PART = 0.25;

/** The memory that all large request bodies occupy together. Strangers never occupy all of it. */
export class BodyMemory {
  readonly #capacity: number;
  readonly #held = { all: 0, strangers: 0 };

  /** @param capacity - in octets */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Reserves octets. @returns `false` when they are not available */
  reserve(octets: number, isStranger: boolean): boolean {
    const held = this.#held;
    if (held.all + octets > this.#capacity) return false;
    if (isStranger && held.strangers + octets > this.#capacity * STRANGERS_PART) return false;
    held.all += octets;
    if (isStranger) held.strangers += octets;
    return true;
  }

  release(octets: number, isStranger: boolean): void {
    this.#held.all -= octets;
    if (isStranger) this.#held.strangers -= octets;
  }
}

/** The sender of a body: `discard` when no body can make a difference to the answer. */
export type BodySender = 'verified' | 'stranger' | 'discard';

/** How a body is read. */
export interface BodyRules {
  /** Largest body in octets. */
  readonly limit: number;
  readonly memory: BodyMemory;
  /** The sender, if the body can exceed 16 KiB. */
  readonly sender: BodySender;
}

/** Why a body was not read. */
export type BodyRefusal = 'too-large' | 'too-many-pieces' | 'no-memory';

/** A body that was read. Its memory is occupied until it is released. */
export interface ReadBody {
  readonly body: Buffer;
  /** Whether the body was longer, and only its beginning was kept. */
  readonly isDiscarded: boolean;
  release(): void;
}

/**
 * Reads a body into one buffer that grows with it.
 *
 * @returns the body, or why the server does not take it. The rest of a refused body is not read
 * @throws the error of the connection when it breaks before the body is complete
 */
export function readBody(message: IncomingMessage, rules: BodyRules): Promise<ReadBody | BodyRefusal> {
  return new Promise((resolve, reject) => {
    const growing = new GrowingBody(rules);
    const end = (result: ReadBody | BodyRefusal) => {
      message.off('data', take).off('end', finish).off('error', fail).off('close', fail);
      if (typeof result === 'string') growing.release();
      resolve(result);
    };
    const take = (piece: Buffer) => {
      const refusal = growing.add(piece);
      if (refusal === undefined) return;
      end(refusal);
      message.pause();
    };
    const finish = () => end(growing.finish());
    const fail = (error?: Error) => {
      growing.release();
      reject(error ?? new Refusal(400, 'the connection was closed before the body was complete'));
    };
    message.on('data', take).on('end', finish).on('error', fail).on('close', fail);
  });
}

class GrowingBody {
  readonly #rules: BodyRules;
  #buffer = Buffer.alloc(0);
  #size = 0;
  #pieces = 0;
  #reserved = 0;

  constructor(rules: BodyRules) {
    this.#rules = rules;
  }

  add(piece: Buffer): BodyRefusal | undefined {
    const size = this.#size + piece.length;
    if (size > this.#rules.limit) return 'too-large';
    if (++this.#pieces > MOST_PIECES) return 'too-many-pieces';
    if (size > this.#buffer.length && !this.#grow(size)) return 'no-memory';
    // A discarded body stays at the size it had.
    if (size <= this.#buffer.length) piece.copy(this.#buffer, this.#size);
    this.#size = size;
    return undefined;
  }

  finish(): ReadBody {
    // A copy of the right size, because a store in memory keeps it.
    const isDiscarded = this.#size > this.#buffer.length;
    const body = Buffer.from(new Uint8Array(this.#buffer.subarray(0, this.#size)).buffer);
    this.#buffer = body;
    return { body, isDiscarded, release: () => this.release() };
  }

  release(): void {
    this.#rules.memory.release(this.#reserved, this.#rules.sender === 'stranger');
    this.#reserved = 0;
    this.#buffer = Buffer.alloc(0);
  }

  /** @returns `false` when there is no memory for a body of this size */
  #grow(size: number): boolean {
    const { limit, memory, sender } = this.#rules;
    if (size <= FREE_OCTETS) {
      this.#resize(Math.min(FREE_OCTETS, Math.max(1024, 2 ** Math.ceil(Math.log2(size)))));
      return true;
    }
    if (sender === 'discard') return true;
    const capacity = Math.min(limit, Math.max(size, 2 * this.#buffer.length));
    const octets = capacity - this.#reserved;
    if (!memory.reserve(octets, sender === 'stranger')) return false;
    this.#reserved = capacity;
    this.#resize(capacity);
    return true;
  }

  #resize(capacity: number): void {
    const larger = Buffer.allocUnsafeSlow(capacity);
    this.#buffer.copy(larger, 0, 0, this.#size);
    this.#buffer = larger;
  }
}
