/** A server, a writer, and a device that follows notifications under all kinds of trouble. */

import { XcapClient } from '../../../src/client/client.ts';
import type { FeedPatches } from '../../../src/client/feed/subscription.ts';
import type { SyncedDocument } from '../../../src/client/sync/synced-document.ts';
import { NotFoundError } from '../../../src/documents/errors.ts';
import type { ResourceListsDocument } from '../../../src/documents/usages/resource-lists/document.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import type { ServerSubscription } from '../../../src/server/index.ts';
import { type InProcessServer, inProcessServer } from '../../support/in-process-server.ts';
import { hashTagStore } from './hash-tag-store.ts';

/** How the notifier of a run speaks. */
export const NOTIFIERS = ['no-patching', 'openxcap', 'xcap-patching', 'aggregate'] as const;
export type NotifierKind = (typeof NOTIFIERS)[number];

/** What goes wrong in a run. */
export const TROUBLES = [
  'own writes',
  'lost',
  'doubled',
  'reordered',
  'returning tags',
  'interrupted',
  'everything',
] as const;
export type Trouble = (typeof TROUBLES)[number] | 'none';

/** One step: a number that chooses what happens, and one that chooses how. */
export interface Step {
  readonly what: number;
  readonly how: number;
}

/** The end of a run. */
export interface Ending {
  readonly device: string | undefined;
  readonly server: string | undefined;
  /** Number of changes by the writer. */
  readonly changes: number;
  /** Number of GET requests by the device after the first. */
  readonly gets: number;
}

const ALICE = 'sip:alice@example.com';
const friends = resourceLists.list('friends');

const PATCHES: Readonly<Record<NotifierKind, FeedPatches>> = {
  'no-patching': 'none',
  openxcap: 'none',
  'xcap-patching': 'each',
  aggregate: 'aggregate',
};

/** Runs the steps and lets everything arrive. If notifications were lost, one more change is notified without trouble. */
export async function runModel(notifier: NotifierKind, trouble: Trouble, steps: readonly Step[]): Promise<Ending> {
  const model = await Model.start(notifier, trouble);
  for (const step of steps) await model.step(step);
  return model.end();
}

function absent(error: unknown): undefined {
  if (!(error instanceof NotFoundError)) throw error;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class Model {
  readonly #server: InProcessServer;
  readonly #writer: XcapClient;
  readonly #trouble: Trouble;
  readonly #client: XcapClient;
  readonly #feed: ReturnType<XcapClient['feed']>;
  #synced: SyncedDocument<ResourceListsDocument> | undefined;
  #subscription: ServerSubscription | undefined;
  /** Notifications on their way, each with the answer to it. */
  readonly #transit: { readonly body: string; readonly accept: () => void }[] = [];
  /** What waits: requests of the device, the answers to them, and its answers to notifications. */
  readonly #held: (() => void)[] = [];
  readonly #running = new Set<Promise<unknown>>();
  #isGated = false;
  #how = 0;
  #gets = 0;
  #changes = 0;

  private constructor(notifier: NotifierKind, trouble: Trouble) {
    this.#trouble = trouble;
    this.#server = inProcessServer({
      ...(this.#has('returning tags') && { store: hashTagStore() }),
      ...(notifier === 'openxcap' && { quirks: ['published-diffs'] }),
    });
    const { root, fetch } = this.#server;
    this.#writer = new XcapClient({ root, user: ALICE, fetch });
    this.#client = new XcapClient({ root, user: ALICE, fetch: (...request) => this.#gated(...request) });
    this.#feed = this.#client.feed([resourceLists], { patches: PATCHES[notifier] });
  }

  static async start(notifier: NotifierKind, trouble: Trouble): Promise<Model> {
    const model = new Model(notifier, trouble);
    const entry = ['a', 'b', 'c'].map((name) => ({ uri: `sip:${name}@example.com` }));
    await model.#writer.put(resourceLists, { list: { name: 'friends', entry } });
    await model.#subscribe();
    model.#synced = await model.#client.open(resourceLists, { feed: model.#feed, ifEmptied: 'accept' });
    model.#gets = 0;
    model.#isGated = true;
    return model;
  }

  async step({ what, how }: Step): Promise<void> {
    this.#how = how;
    if (what < 30) await this.#change(how);
    else if (what < 60) this.#arrive(how);
    else if (what < 85) this.#held.shift()?.();
    else if (what < 95 && this.#has('own writes')) this.#write(how);
    else if (what >= 95 && this.#has('interrupted')) await this.#interrupt();
    await turn();
  }

  async end(): Promise<Ending> {
    this.#isGated = false;
    if (!this.#subscription) await this.#interrupt();
    await this.#rest(() => this.#arrive(this.#how++));
    // Nothing tells that the last notifications were lost, until the next one arrives.
    if (this.#has('lost')) await this.#writer.edit(resourceLists, (doc) => void doc.addList('the last change'));
    await this.#rest(() => this.#deliver(this.#transit.shift()));
    await this.#synced?.save();
    await this.#rest(() => this.#deliver(this.#transit.shift()));
    this.#subscription?.close();
    return {
      // A document that is gone has no entity tag.
      device: this.#synced?.etag === undefined ? undefined : this.#synced.document.toString(),
      server: await this.#writer.get(resourceLists).then(({ value }) => value.toString(), absent),
      changes: this.#changes,
      gets: this.#gets,
    };
  }

  #has(trouble: Trouble): boolean {
    return this.#trouble === trouble || this.#trouble === 'everything';
  }

  async #subscribe(): Promise<void> {
    const deliver = (body: string) =>
      new Promise<void>((resolve) => {
        this.#transit.push({ body, accept: resolve });
      });
    this.#subscription = await this.#server.subscribe(ALICE, this.#feed.subscription, deliver, { interval: 0 });
  }

  /** Another device writes. */
  async #change(how: number): Promise<void> {
    this.#changes++;
    const uri = `sip:${'abcdef'[how % 6]}@example.com`;
    if (how % 17 === 0 && !this.#has('own writes')) {
      await this.#writer.delete(resourceLists).catch(absent);
      return;
    }
    await this.#writer.edit(resourceLists, (doc) => {
      if (doc.matches(friends) === 0) doc.addList('friends');
      if (doc.matches(friends.entry(uri)) > 0) doc.removeEntry(friends, uri);
      else doc.addEntry(friends, { uri });
    });
  }

  /** The device edits and saves. */
  #write(how: number): void {
    const uri = `sip:own-${how % 5}@example.com`;
    const synced = this.#synced;
    if (!synced) return;
    const write = async () => {
      await synced.edit((doc) => {
        if (doc.matches(friends.entry(uri)) > 0) doc.removeEntry(friends, uri);
        else doc.addEntry(friends, { uri });
      });
      await synced.save();
    };
    this.#run(write());
  }

  /** A notification arrives, or is in trouble on the way. */
  #arrive(how: number): void {
    const at = this.#has('reordered') ? how % Math.max(1, this.#transit.length) : 0;
    const [notification] = this.#transit.splice(at, 1);
    if (!notification) return;
    if (this.#has('reordered') && how % 3 === 0) {
      // Accepted, and overtaken by those that follow.
      notification.accept();
      this.#transit.push({ ...notification, accept: () => undefined });
      return;
    }
    if (this.#has('lost') && how % 5 === 0) notification.accept();
    else this.#deliver(notification);
    if (this.#has('doubled') && how % 3 === 1) this.#run(this.#feed.deliver(notification.body));
  }

  #deliver(notification: { readonly body: string; readonly accept: () => void } | undefined): void {
    if (!notification) return;
    // The answer to a notification can take its time; changes meanwhile are notified together.
    if (this.#isGated && this.#how % 3 > 0) this.#held.push(notification.accept);
    else notification.accept();
    this.#run(this.#feed.deliver(notification.body));
  }

  /** The subscription ends; or it is made again, and the feed looks after what happened in between. */
  async #interrupt(): Promise<void> {
    if (this.#subscription) {
      this.#subscription.close();
      this.#subscription = undefined;
      this.#transit.length = 0;
      return;
    }
    await this.#subscribe();
    this.#run(this.#feed.interrupted());
  }

  /** Runs something until nothing is on its way any more. */
  async #rest(arrive: () => void): Promise<void> {
    do {
      for (const release of this.#held.splice(0)) release();
      arrive();
      await turn();
      // Once all of them were accepted, the next notification is on its way after a turn.
      if (this.#transit.length === 0) await Promise.all(this.#running);
      await turn();
    } while (this.#transit.length > 0 || this.#running.size > 0 || this.#held.length > 0);
  }

  #run(work: Promise<unknown>): void {
    const running = work.finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** A request of the device: held before the server answers it, or after. */
  async #gated(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
    if ((init?.method ?? 'GET') === 'GET') this.#gets++;
    const isLate = this.#how % 2 === 0;
    if (isLate) await this.#hold();
    const answer = await this.#server.fetch(input, init);
    if (!isLate) await this.#hold();
    return answer;
  }

  #hold(): Promise<void> {
    if (!this.#isGated) return Promise.resolve();
    return new Promise((resolve) => this.#held.push(resolve));
  }
}
