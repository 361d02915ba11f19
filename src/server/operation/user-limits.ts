/** Limits of each user: the number of documents, their octets, and the requests in a minute. */

import { ConflictError } from '../../documents/errors.ts';
import { Sequence } from '../../platform/sequence.ts';
import type { ServerLimits } from '../limits.ts';
import { Refusal } from '../refusal.ts';
import type { Route } from '../route.ts';
import type { ServerStore, StoredResource } from '../stores/store.ts';

/** Number of users above which the rates of those who have sent nothing for a minute are dropped. */
const MOST_RATES = 10_000;
const MINUTE = 60_000;

interface Rate {
  /** Requests that the user may send at once. */
  available: number;
  /** When that was so, in milliseconds. */
  at: number;
}

/** Limits the requests of each user. They are counted in this process only. */
export class RequestRates {
  readonly #perMinute: number;
  readonly #rates = new Map<string, Rate>();

  constructor({ userRequests }: Pick<ServerLimits, 'userRequests'>) {
    this.#perMinute = userRequests;
  }

  /**
   * Counts a request.
   *
   * @param user - the sender, or the owner of the tree on a server without users; `undefined` is not limited
   * @throws Refusal 429 (RFC 6585 section 4) with the seconds to wait
   */
  count(user: string | undefined, now = performance.now()): void {
    if (user === undefined || this.#perMinute === Number.POSITIVE_INFINITY) return;
    const rate = this.#rates.get(user) ?? { available: this.#perMinute, at: now };
    rate.available = Math.min(this.#perMinute, rate.available + ((now - rate.at) / MINUTE) * this.#perMinute);
    rate.at = now;
    this.#rates.delete(user);
    this.#rates.set(user, rate);
    this.#dropOld(now);
    if (rate.available >= 1) {
      rate.available--;
      return;
    }
    const seconds = Math.ceil(((1 - rate.available) / this.#perMinute) * (MINUTE / 1000));
    const reason = `a user may send ${this.#perMinute} requests in a minute; repeat the request in ${seconds} s`;
    throw new Refusal(429, reason, { 'retry-after': String(seconds) });
  }

  #dropOld(now: number): void {
    for (const [user, { at }] of this.#rates) {
      if (this.#rates.size <= MOST_RATES || now - at < MINUTE) return;
      this.#rates.delete(user);
    }
  }
}

/** Limits the documents of each user. */
export class UserQuota {
  readonly #limits: Pick<ServerLimits, 'userDocuments' | 'userOctets'>;
  readonly #store: ServerStore;
  readonly #writers = new Sequence<string>();

  constructor(limits: Pick<ServerLimits, 'userDocuments' | 'userOctets'>, store: ServerStore) {
    this.#limits = limits;
    this.#store = store;
  }

  /**
   * Writes a document, unless its owner would then have more than the limits allow. One write of a user at a time; other
   * processes do not wait, so that a user who writes through several of them can exceed a limit by one document each.
   *
   * @param former - the version that is replaced; `undefined` for a new document
   * @throws ConflictError `constraint-failure`
   */
  write<T>(
    { user }: Pick<Route, 'user'>,
    change: { readonly documentUrl: string; readonly body: Buffer; readonly former: StoredResource | undefined },
    save: () => Promise<T>,
  ): Promise<T> {
    const { userDocuments, userOctets } = this.#limits;
    const isUnlimited = userDocuments === Number.POSITIVE_INFINITY && userOctets === Number.POSITIVE_INFINITY;
    if (isUnlimited || user === undefined) return save();
    return this.#writers.run(user, async () => {
      const { documentUrl, body, former } = change;
      const isLarger = body.length > (former?.body.length ?? -1);
      if (isLarger) {
        const entries = await this.#store.list({ tree: 'users', user });
        const octets = entries.reduce((sum, { size }) => sum + size, 0);
        const phrase = former
          ? this.#excess(entries.length, octets - former.body.length + body.length)
          : this.#excess(entries.length + 1, octets + body.length);
        if (phrase !== undefined) throw new ConflictError('constraint-failure', documentUrl, { phrase });
      }
      return save();
    });
  }

  #excess(documents: number, octets: number): string | undefined {
    const { userDocuments, userOctets } = this.#limits;
    if (documents > userDocuments) return `a user may have ${userDocuments} documents on this server; delete one first`;
    if (octets > userOctets)
      return `the documents of a user may have ${userOctets} octets together on this server, and would have ${octets}`;
    return undefined;
  }
}
