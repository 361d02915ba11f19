/** Keeps pipelined requests of a connection in order, and their number within bounds. */

import type { Socket } from 'node:net';
import { Sequence } from '../platform/sequence.ts';

/** Unanswered requests of one connection above which no more are read from it. */
const MOST_PIPELINED = 16;

/** The open connections with their unanswered requests. */
export class Connections {
  readonly #sequence = new Sequence<Socket>();
  readonly #unanswered = new Map<Socket, number>();
  readonly #limit: number;
  #total = 0;

  /** @param limit - largest number of unanswered requests of all connections */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Runs a request after the earlier ones of its connection.
   *
   * @returns `undefined` when the connection sends too many requests and was closed
   */
  async run<T>(socket: Socket, operation: () => Promise<T>): Promise<T | undefined> {
    const count = (this.#unanswered.get(socket) ?? 0) + 1;
    if (count > MOST_PIPELINED && this.#total >= this.#limit) {
      socket.destroy();
      return undefined;
    }
    this.#unanswered.set(socket, count);
    this.#total++;
    if (count > MOST_PIPELINED) socket.pause();
    try {
      return await this.#sequence.run(socket, operation);
    } finally {
      this.#leave(socket);
    }
  }

  #leave(socket: Socket): void {
    this.#total--;
    const count = (this.#unanswered.get(socket) ?? 1) - 1;
    if (count === 0) this.#unanswered.delete(socket);
    else this.#unanswered.set(socket, count);
    if (count === MOST_PIPELINED && !socket.destroyed) socket.resume();
  }
}
