import { setTimeout } from 'node:timers/promises';
import type { DocumentPath } from '../route.ts';
import type { StoredResource } from '../stores/store.ts';
import type { StoredChange } from './observed-store.ts';
import { lastOfEach, type NotifierState, type ReportedChange, type SubscribedResources } from './reported-state.ts';
import type { DiffProcessing } from './subscribe-request.ts';

/** Number of changes that wait for a slow subscriber. Beyond it, those of one document become one, without patch. */
const MOST_WAITING = 1000;

/** Sends the body of a NOTIFY request. The next one waits until the returned promise resolves. */
export type DeliverNotification = (body: string) => unknown;

/** What is subscribed to, and how changes are reported. */
export interface SubscribedTo {
  readonly list: SubscribedResources;
  readonly mode: DiffProcessing;
  /** Whether the subscription ends after the state is reported. */
  readonly isOnce: boolean;
}

/** How a subscription reads documents and sends notifications. */
export interface SubscriptionSetup {
  readonly state: NotifierState;
  /** Milliseconds between two notifications. */
  readonly interval: number;
  readonly deliver: DeliverNotification;
  /** Lists the documents that are subscribed to and exist. */
  listed(list: SubscribedResources): Promise<Iterable<DocumentPath>>;
  /**
   * Reads a document while no other request writes it.
   *
   * @param onRead - called before the next write
   */
  read(path: DocumentPath, onRead: (resource: StoredResource | undefined) => void): Promise<void>;
  /** Called when the subscription ends, with the error that ended it. */
  onEnd(error?: unknown): void;
}

/** The state to report, between the changes before and after it. */
interface StateRequest extends SubscribedTo {
  readonly onHanded: () => void;
}

/** One subscription: waits for changes, and delivers one notification at a time. */
export class Subscription {
  readonly #setup: SubscriptionSetup;
  readonly #stop = new AbortController();
  #current: SubscribedTo | undefined;
  /** The changes before the next state request. */
  #changes: ReportedChange[] = [];
  /** The state requests, each with the changes after it. */
  #requests: { readonly request: StateRequest; readonly changes: ReportedChange[] }[] = [];
  #isDelivering = false;
  #whenDelivered: (() => void)[] = [];

  constructor(setup: SubscriptionSetup) {
    this.#setup = setup;
  }

  get isClosed(): boolean {
    return this.#stop.signal.aborted;
  }

  /** What is subscribed to, as of the last request. */
  get latest(): SubscribedTo | undefined {
    return this.#requests.at(-1)?.request ?? this.#current;
  }

  /** Takes a change. */
  change(change: StoredChange): void {
    const isCovered =
      this.#current?.list.covers(change.path) || this.#requests.some(({ request }) => request.list.covers(change.path));
    if (this.isClosed || !isCovered) return;
    const waiting = this.#requests.at(-1)?.changes ?? this.#changes;
    waiting.push(change);
    if (waiting.length > MOST_WAITING) waiting.splice(0, waiting.length, ...lastOfEach(waiting).values());
    this.#deliverAll();
  }

  /** Reports everything that exists, after the changes so far. Resolves when the notification was handed over. */
  reportState(to: SubscribedTo): Promise<void> {
    return new Promise((resolve) => {
      this.#requests.push({ request: { ...to, onHanded: resolve }, changes: [] });
      this.#deliverAll();
    });
  }

  /** Resolves when everything so far was delivered, or the subscription has ended. */
  delivered(): Promise<void> {
    if (!this.#isDelivering) return Promise.resolve();
    return new Promise((resolve) => this.#whenDelivered.push(resolve));
  }

  /** Ends the subscription. */
  close(error?: unknown): void {
    if (this.isClosed) return;
    this.#stop.abort();
    for (const { request } of this.#requests.splice(0)) request.onHanded();
    this.#changes = [];
    for (const resolve of this.#whenDelivered.splice(0)) resolve();
    this.#setup.onEnd(error);
  }

  #deliverAll(): void {
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    try {
      while (!this.isClosed) {
        if (this.#changes.length > 0 && this.#current) await this.#reportChanges(this.#current);
        else if (this.#requests[0]) await this.#answer(this.#requests[0].request);
        else break;
      }
    } catch (error) {
      // A subscriber that cannot be notified is no longer subscribed (RFC 5875 section 4.7).
      this.close(error);
    } finally {
      this.#isDelivering = false;
      for (const resolve of this.#whenDelivered.splice(0)) resolve();
    }
  }

  async #reportChanges({ list, mode }: SubscribedTo): Promise<void> {
    const changes = this.#changes.splice(0);
    const body = this.#setup.state.update(list, changes, mode);
    if (body !== undefined) await this.#deliver(body);
  }

  async #answer(request: StateRequest): Promise<void> {
    const { list } = request;
    const resources = new Map<DocumentPath, StoredResource>();
    const paths = new Set([...(await this.#setup.listed(list)), ...Array.from(list.nodes, ({ path }) => path)]);
    for (const path of paths) {
      await this.#setup.read(path, (resource) => {
        if (resource) resources.set(path, resource);
        this.#forget(path);
      });
      if (this.isClosed) return;
    }
    this.#current = request;
    this.#changes = this.#requests.shift()?.changes ?? [];
    const body = this.#setup.state.reset(list, resources);
    const delivery = body === undefined ? undefined : this.#deliver(body);
    request.onHanded();
    await delivery;
    if (request.isOnce) this.close();
  }

  /** Drops the changes that led to the version that was read. */
  #forget(path: DocumentPath): void {
    for (const { changes } of this.#requests)
      changes.splice(0, changes.length, ...changes.filter((change) => change.path !== path));
  }

  async #deliver(body: string): Promise<void> {
    await this.#setup.deliver(body);
    if (this.#setup.interval > 0 && !this.isClosed)
      await setTimeout(this.#setup.interval, undefined, { signal: this.#stop.signal, ref: false }).catch(
        (error: unknown) => {
          if (!this.isClosed) throw error;
        },
      );
  }
}
