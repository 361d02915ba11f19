import type { XcapClient } from '../../src/client/client.ts';
import { MemoryStore } from '../../src/client/stores/memory.ts';
import type { SyncedDocument } from '../../src/client/sync/synced-document.ts';
import type { WriteStrategy } from '../../src/client/write/strategy.ts';
import type { ResourceListsDocument } from '../../src/documents/usages/resource-lists/document.ts';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { XcapError } from '../../src/selector/errors.ts';
import { friends } from '../support/fixtures.ts';
import { Ledger } from './ledger.ts';
import type { Random } from './random.ts';

/** One edit as the device means it, and what it does to which buddies. */
interface Edit {
  readonly change: (document: ResourceListsDocument) => void;
  readonly changes: ReadonlyMap<string, string | undefined>;
}

/** More buddies of one device make the run slow and prove nothing. */
const MOST = 8;

/** A device that edits its own buddies in a list that all devices share, by `edit` or by `open` and `save`. */
export class Device {
  readonly ledger = new Ledger();
  readonly failures = new Map<string, number>();
  acknowledged = 0;
  readonly #name: string;
  readonly #client: XcapClient;
  readonly #random: Random;
  readonly #strategy: WriteStrategy | undefined;
  readonly #store = new MemoryStore();
  #synced: SyncedDocument<ResourceListsDocument> | undefined;
  /** Edits in the working copy that no save has confirmed. */
  #pending = new Map<string, string | undefined>();
  #count = 0;

  /** @param strategy - of a device that works by `open` and `save`; without it by `edit` */
  constructor(name: string, client: XcapClient, random: Random, strategy?: WriteStrategy) {
    this.#name = name;
    this.#client = client;
    this.#random = random;
    this.#strategy = strategy;
  }

  /** One random edit. Errors that the library throws on purpose are its answer; any other ends the run. */
  async step(): Promise<void> {
    if (this.#strategy) return this.#stepSynced();
    const edit = this.#invent(this.ledger.present);
    await this.#told(edit.changes, () => this.#client.edit(resourceLists, edit.change));
  }

  /** Brings what is not saved yet to the server, and gives the document as the device has it then. */
  async settle(): Promise<ResourceListsDocument> {
    if (this.#strategy) await this.#save();
    const synced = await this.#client.open(resourceLists, { store: this.#store });
    return synced.document;
  }

  async #stepSynced(): Promise<void> {
    const strategy = this.#strategy ?? 'document';
    try {
      // A device that crashed and came back works from its store.
      if (!this.#synced || this.#random.chance(0.1)) {
        this.#synced = await this.#client.open(resourceLists, { store: this.#store, strategy, onConflict: 'mine' });
      }
    } catch (error) {
      this.#count++;
      return this.#failed(error);
    }
    const { document } = this.#synced;
    const mine = document
      .entries(friends)
      .flatMap(({ uri = '' }) => (uri.startsWith(`sip:${this.#name}n`) ? [uri] : []));
    const edit = this.#invent(mine);
    await this.#synced.edit(edit.change);
    for (const [uri, state] of edit.changes) this.#pending.set(uri, state);
    // Several edits may travel in one save.
    if (this.#random.chance(0.7)) await this.#save();
    else this.ledger.failed(edit.changes);
  }

  async #save(): Promise<void> {
    const changes = this.#pending;
    await this.#told(changes, async () => {
      await this.#synced?.save({ onConflict: 'mine' });
      this.#pending = new Map();
    });
  }

  async #told(changes: ReadonlyMap<string, string | undefined>, send: () => Promise<unknown>): Promise<void> {
    try {
      await send();
      this.acknowledged++;
      this.ledger.acknowledged(changes);
    } catch (error) {
      this.ledger.failed(changes);
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    if (!(error instanceof XcapError)) throw error;
    this.failures.set(error.code, (this.failures.get(error.code) ?? 0) + 1);
  }

  #invent(present: readonly string[]): Edit {
    const known = this.#random.pick(present);
    const what = present.length >= MOST ? 1 : this.#random.next();
    if (known !== undefined && what > 0.7) {
      return { change: (doc) => doc.removeEntry(friends.entry(known)), changes: new Map([[known, undefined]]) };
    }
    const name = `n${this.#count++}`;
    if (known !== undefined && what > 0.4) {
      const change = (doc: ResourceListsDocument) => doc.update(friends.entry(known), { displayName: name });
      return { change, changes: new Map([[known, name]]) };
    }
    const uris = [`sip:${this.#name}${name}@example.com`];
    if (what < 0.1) uris.push(`sip:${this.#name}${name}b@example.com`);
    const [one = '', other] = uris;
    if (other !== undefined) this.ledger.pair(one, other);
    return {
      change: (doc) => {
        for (const uri of uris) doc.addEntry(friends, { uri, displayName: name });
      },
      changes: new Map(uris.map((uri) => [uri, name])),
    };
  }
}
