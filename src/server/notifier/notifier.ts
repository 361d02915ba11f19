import { describeValue, refuseUnknownOptions } from '../../selector/arguments.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { Dialect } from '../dialect.ts';
import type { Faults } from '../faults.ts';
import type { Metrics } from '../operation/metrics.ts';
import type { Repository } from '../repository.ts';
import type { DocumentPath } from '../route.ts';
import type { StoredResource } from '../stores/store.ts';
import { canonicalXui } from '../xui.ts';
import { faultyDelivery } from './faulty-delivery.ts';
import { dependsOn, generatedResource, isGenerated } from './generated-documents.ts';
import type { ObservedStore, StoredChange } from './observed-store.ts';
import { PUBLISH_INTERVAL, PublishedState, UserDocuments } from './published-diffs.ts';
import { ReportedState, type SubscribedResources } from './reported-state.ts';
import { readAddresses, readMode, type SubscribeRequest } from './subscribe-request.ts';
import { SubscribedList, type SubscriptionScope } from './subscribed-list.ts';
import { type DeliverNotification, type SubscribedTo, Subscription } from './subscription.ts';
import { SubscriptionError } from './subscription-error.ts';

/** The longest time of a timer, in milliseconds. */
const LONGEST_INTERVAL = 0x7fff_ffff;

/**
 * Options of `server.subscribe`.
 *
 * @example
 * await server.subscribe(user, feed.subscription, (body) => feed.deliver(body), { interval: 1000 });
 */
export interface SubscribeOptions {
  /**
   * Milliseconds between two notifications; changes in between become one notification. RFC 5875 section 4.10 recommends
   * 5000 for subscribers across a network. Default: 0, a notification for each change unless the last is being delivered;
   * with the quirk `published-diffs`, 30,000.
   */
  readonly interval?: number | undefined;
}

/**
 * A subscription to changes of documents on an embedded server.
 *
 * @example
 * const subscription = await server.subscribe(user, feed.subscription, (body) => feed.deliver(body));
 * await subscription.delivered();
 * await subscription.refresh();
 * subscription.close();
 */
export interface ServerSubscription extends Disposable {
  /** Whether it has ended: closed, or by a notification that could not be delivered. */
  readonly isClosed: boolean;
  /**
   * Reports everything that exists, as a SUBSCRIBE request that refreshes a subscription does. Resolves when the
   * notification was handed over.
   *
   * @param request - with a body, its list replaces that of the subscription; another `event` changes how later changes
   *   are reported. Default: nothing changes.
   * @throws SubscriptionError, after which the subscription is as before; 481 if it has ended
   */
  refresh(request?: Partial<SubscribeRequest>): Promise<void>;
  /** Resolves when the changes so far were delivered, or the subscription has ended. */
  delivered(): Promise<void>;
  /** Ends it: `deliver` is not called any more. */
  close(): void;
}

/** The server of which changes are notified. */
export interface NotifyingServer extends SubscriptionScope {
  readonly repository: Repository;
  readonly changes: ObservedStore;
  readonly faults: Faults;
  readonly metrics: Metrics | undefined;
  dialect(): Dialect;
  onError(error: unknown): void;
}

/** Notifies subscribers of changes (RFC 5875 section 4.7), with the SIP left out. */
export class Notifier {
  readonly #server: NotifyingServer;
  readonly #subscriptions = new Set<Subscription>();
  #isClosed = false;

  constructor(server: NotifyingServer) {
    this.#server = server;
  }

  /** See `XcapServer.subscribe`. */
  async subscribe(
    user: string | undefined,
    request: SubscribeRequest,
    deliver: DeliverNotification,
    options: SubscribeOptions = {},
  ): Promise<ServerSubscription> {
    if (user !== undefined && typeof user !== 'string')
      throw new InvalidArgumentError(`subscribe: user must be a string, not ${describeValue(user)}`);
    if (typeof deliver !== 'function')
      throw new InvalidArgumentError(`subscribe: deliver must be a function, not ${describeValue(deliver)}`);
    refuseUnknownOptions(options, { interval: true }, 'subscribe');
    const isPublishing = this.#server.dialect().publishesDiffs;
    const { interval = isPublishing ? PUBLISH_INTERVAL : 0 } = options;
    if (typeof interval !== 'number' || !(interval >= 0 && interval <= LONGEST_INTERVAL))
      throw new InvalidArgumentError(
        `subscribe: interval must be a number of milliseconds from 0 to ${LONGEST_INTERVAL}, not ${describeValue(interval)}`,
      );
    if (this.#isClosed) throw new SubscriptionError(481, 'the server is closed');
    const xui = user === undefined ? undefined : canonicalXui(user);
    if (!(isPublishing || (await this.#server.gate.knows(xui)))) throw this.#unknown(xui);
    const to = isPublishing
      ? { list: new UserDocuments(this.#server.root, xui), mode: readMode(request), isOnce: request.expires === 0 }
      : this.#read(xui, request);
    let stopObserving = (): void => undefined;
    const subscription: Subscription = new Subscription({
      state: isPublishing ? new PublishedState(this.#server.root) : new ReportedState(this.#server),
      interval,
      // A fault can delay a notification beyond the end of the subscription.
      deliver: faultyDelivery(async (body) => {
        if (subscription.isClosed) return;
        await deliver(body);
        this.#server.metrics?.notified();
      }, this.#server.faults),
      listed: (list) => this.#listed(list),
      read: (path, onRead) => this.#readDocument(path, onRead),
      onEnd: (error) => {
        stopObserving();
        if (this.#subscriptions.delete(subscription)) this.#server.metrics?.unsubscribed();
        if (error !== undefined) this.#server.onError(error);
      },
    });
    /** Resolves when the documents are generated again that earlier changes may have changed. */
    let generated = Promise.resolve();
    const change = (stored: StoredChange): void => {
      subscription.change(stored);
      const { documents = [] } = subscription.latest?.list ?? {};
      for (const path of Array.from(documents).filter((each) => dependsOn(each, stored.path)))
        generated = generated.then(() => this.#generate(path, subscription));
    };
    stopObserving = await this.#server.changes.observe({
      change,
      missed: () => void (subscription.latest && subscription.reportState(subscription.latest)),
    });
    this.#subscriptions.add(subscription);
    this.#server.metrics?.subscribed();
    // The server may have been closed meanwhile.
    if (this.#isClosed) subscription.close();
    else await subscription.reportState(to);
    return this.#handle(xui, subscription, isPublishing, () => generated);
  }

  async #generate(path: DocumentPath, subscription: Subscription): Promise<void> {
    try {
      subscription.change({ path, resource: await generatedResource(path, this.#server) });
    } catch (error) {
      subscription.close(error);
    }
  }

  /** Ends every subscription, and refuses further ones. */
  close(): void {
    this.#isClosed = true;
    for (const subscription of this.#subscriptions) subscription.close();
  }

  #handle(
    user: string | undefined,
    subscription: Subscription,
    isPublishing: boolean,
    generated: () => Promise<void>,
  ): ServerSubscription {
    const close = () => subscription.close();
    return {
      get isClosed() {
        return subscription.isClosed;
      },
      refresh: async (request = {}) => {
        if (subscription.isClosed) throw new SubscriptionError(481, 'it has ended; subscribe again');
        if (isPublishing) readMode(request, 'no-patching');
        else {
          if (!(await this.#server.gate.knows(user))) throw this.#unknown(user);
          await subscription.reportState(this.#read(user, request, subscription.latest));
        }
      },
      delivered: async () => {
        await generated();
        await subscription.delivered();
      },
      close,
      [Symbol.dispose]: close,
    };
  }

  #unknown(user: string | undefined): SubscriptionError {
    return new SubscriptionError(403, `this server does not know the user ${user ?? '(none given)'}`);
  }

  /** @param before - what is subscribed to, which a refresh keeps unless it says otherwise */
  #read(user: string | undefined, request: Partial<SubscribeRequest>, before?: SubscribedTo): SubscribedTo {
    const mode = readMode(request, before?.mode);
    const list =
      before && request.body === undefined
        ? before.list
        : new SubscribedList(this.#server, user, readAddresses(request));
    return { list, mode, isOnce: request.expires === 0 };
  }

  async #listed(list: SubscribedResources): Promise<Set<DocumentPath>> {
    const paths = new Set(list.documents);
    for (const filter of list.filters) {
      for (const { path } of await this.#server.repository.store.list(filter))
        if (list.selOf(path) !== undefined) paths.add(path);
    }
    return paths;
  }

  async #readDocument(path: DocumentPath, onRead: (resource: StoredResource | undefined) => void): Promise<void> {
    const { repository } = this.#server;
    if (isGenerated(path)) return onRead(await generatedResource(path, this.#server));
    // In the order of the writes, so that every change is either in what is read or reported later.
    return repository.write(path, async () => onRead(await repository.store.load(path)));
  }
}
