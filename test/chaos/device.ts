import { type DocumentStore, presRules, resourceLists, type SyncedDocument, type XcapClient, XcapError } from 'xcap';
import type { XcapDocument } from 'xcap/documents';
import { DeviceFeed, type Following } from './device-feed.ts';
import { changesBetween, type DeviceLog, type State } from './ledger.ts';
import { lists } from './lists.ts';
import { Random } from './random.ts';
import { rules } from './rules.ts';
import type { Subject } from './subject.ts';

/** How a device writes: by `edit`, or by `open` and `save` with a strategy. */
export type Way = 'edit' | 'document' | 'nodes' | 'auto';

/** Options of `Device`. */
export interface DeviceOptions {
  readonly name: string;
  readonly client: XcapClient;
  readonly seed: number;
  readonly subject: 'lists' | 'rules';
  readonly way: Way;
  /** Needed for every way but `edit`. */
  readonly store?: DocumentStore | undefined;
  readonly log: DeviceLog;
  /** Whether an item certainly has one state: a device that works by `edit` changes no others. */
  readonly isCertain?: (item: string) => boolean;
  /** Goes into the names of new items. */
  readonly generation?: string;
  /** Follows notifications of changes, if it works with a store. Default: it does not. */
  readonly following?: Following | undefined;
}

/** Probability that the subscription to notifications is interrupted before an edit. */
const INTERRUPTION = 0.03;

/** A subject without the type of its document. */
const SUBJECTS: Readonly<Record<'lists' | 'rules', Subject>> = {
  // The methods are only given documents of the subject's own usage.
  lists: lists as unknown as Subject,
  rules: rules as unknown as Subject,
};

/** A device that edits its own items in a document that several devices share. */
export class Device {
  readonly #options: DeviceOptions;
  readonly #subject: Subject;
  readonly #random: Random;
  readonly #feed: DeviceFeed | undefined;
  #synced: SyncedDocument | undefined;
  #count = 0;

  constructor(options: DeviceOptions) {
    this.#options = options;
    this.#subject = SUBJECTS[options.subject];
    this.#random = new Random(options.seed);
    const { client, following } = options;
    this.#feed = following && new DeviceFeed(client, usageOf(options.subject), following);
  }

  get name(): string {
    return this.#options.name;
  }

  get subject(): 'lists' | 'rules' {
    return this.#options.subject;
  }

  /** Makes one random edit, and perhaps a save. Errors of the library are logged; any other ends the run. */
  async step(): Promise<void> {
    try {
      await (this.#options.way === 'edit' ? this.#stepByEdit() : this.#stepByStore());
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Saves what is not saved yet, and returns the text of the document as the device then has it. */
  async finish(): Promise<string> {
    if (this.#options.way === 'edit') return (await this.#client.get(this.#usage)).value.toString();
    for (let round = 0; ; round++) {
      try {
        // A late request may have brought back what was removed here; the second save takes it out again.
        for (const _ of [1, 2]) {
          await this.#open();
          await this.#save({ retries: 8 });
        }
        return (await this.#open()).document.toString();
      } catch (error) {
        this.#failed(error);
        if (round === 20) throw error;
      }
    }
  }

  /** Drops the open document, as a restart of the program does. */
  restart(): void {
    this.#synced?.close();
    this.#synced = undefined;
  }

  /** Ends the subscription to notifications, as the end of the program does. */
  disconnect(): void {
    this.#feed?.close();
  }

  async #stepByEdit(): Promise<void> {
    const { name, log, isCertain = () => true } = this.#options;
    const seed = this.#random.below(2 ** 32);
    const item = this.#newItem();
    let changes = new Map<string, State>();
    // Of the time before the edit, since an intended change makes an item uncertain.
    const certain = new Map<string, boolean>();
    const wasCertain = (known: string): boolean => {
      if (!certain.has(known)) certain.set(known, isCertain(known));
      return certain.get(known) === true;
    };
    const { value } = await this.#client.edit(this.#usage, (document) => {
      changes = new Map();
      // The callback may run again on a newer version, and then means the same.
      const random = new Random(seed);
      const before = this.#items(document);
      let edit = this.#subject.invent(document, name, random, item);
      for (let tries = 0; edit.items.some((known) => before.has(known) && !wasCertain(known)); tries++) {
        if (tries === 20) return;
        edit = this.#subject.invent(document, name, random, item);
      }
      edit.change();
      changes = changesBetween(before, this.#items(document));
      log.intended(changes);
    });
    const now = this.#items(value);
    for (const [known, state] of changes) {
      const found = now.get(known)?.[0];
      if (found !== state)
        log.contradicted(`an edit returned a document with ${known} as ${found} instead of ${state}`);
    }
    log.acknowledged(changes, false);
  }

  async #stepByStore(): Promise<void> {
    const { name, log } = this.#options;
    const random = this.#random;
    if (random.chance(0.1)) this.restart();
    if (this.#feed && random.chance(INTERRUPTION)) await this.#feed.interrupt();
    const synced = await this.#open();
    const item = this.#newItem();
    const seed = random.below(2 ** 32);
    try {
      await synced.edit((document) => {
        const before = this.#items(document);
        const edit = this.#subject.invent(document, name, new Random(seed), item);
        edit.change();
        log.intended(changesBetween(before, this.#items(document)));
      });
    } catch (error) {
      log.refused(this.#items(synced.document));
      throw error;
    }
    log.kept(this.#items(synced.document));
    // Several edits may travel in one save; and a save may be given up early.
    if (random.chance(0.6)) await this.#save({ retries: random.pick([0, 1, 8]) ?? 8 });
    else if (random.chance(0.1)) await synced.refresh({ onConflict: this.#resolve });
  }

  async #open(): Promise<SyncedDocument> {
    if (this.#synced) return this.#synced;
    const { store, way, log } = this.#options;
    const strategy = way === 'edit' ? 'document' : way;
    const feed = await this.#feed?.connected();
    this.#synced = await this.#client.open(this.#usage, { store, strategy, onConflict: this.#resolve, feed });
    log.opened(this.#items(this.#synced.document));
    return this.#synced;
  }

  async #save(options: { readonly retries: number }): Promise<void> {
    const synced = await this.#open();
    const before = this.#items(synced.document);
    await synced.save({ onConflict: this.#resolve, ...options });
    const after = this.#items(synced.document);
    const { log } = this.#options;
    if (changesBetween(before, after).size > 0) {
      log.contradicted(`a save changed ${[...changesBetween(before, after).keys()]}, which only this device edits`);
    }
    log.acknowledged(changesBetween(new Map(), before), true);
    log.kept(after);
  }

  /** Devices edit different items, so there is nothing to decide but the order of items that they share a list with. */
  readonly #resolve = (conflicts: readonly { readonly kind: string; readonly selector: unknown }[]): 'mine' => {
    const names = conflicts.flatMap(({ kind, selector }) => (kind === 'order' ? [] : [`${kind} ${String(selector)}`]));
    if (names.length > 0) this.#options.log.contradicted(`conflict: ${names.join(', ')}`);
    return 'mine';
  };

  #newItem(): string {
    const { name, generation = '' } = this.#options;
    return `${name}-${generation}n${this.#count++}`;
  }

  #items(document: XcapDocument) {
    return this.#subject.items(document, this.name);
  }

  get #client(): XcapClient {
    return this.#options.client;
  }

  get #usage(): typeof resourceLists {
    return usageOf(this.subject);
  }

  #failed(error: unknown): void {
    if (!(error instanceof XcapError)) throw error;
    this.#options.log.failed(error.code);
    // Another program has stored edits: the document is opened again.
    if (error.code === 'store-changed') this.restart();
  }
}

/** Returns the items of a device in a document. */
export const itemsOf = (subject: 'lists' | 'rules', document: XcapDocument, device: string) =>
  SUBJECTS[subject].items(document, device);

/** Returns the text of a document at the start. */
export const initialText = (subject: 'lists' | 'rules', filler: string): string => SUBJECTS[subject].initial(filler);

/** Returns the usage of a subject. */
export function usageOf(subject: 'lists' | 'rules'): typeof resourceLists {
  // The client only passes the usage on, and a subject is only given documents of its own usage.
  return subject === 'lists' ? resourceLists : (presRules as unknown as typeof resourceLists);
}
