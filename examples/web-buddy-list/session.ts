/** The documents of a user: opened from the store of the browser, saved whenever there is something to save. */

import {
  IndexedDbStore,
  type PresRulesDocument,
  presRules,
  type ResolveConflicts,
  type ResourceListsDocument,
  resourceLists,
  type SyncedDocument,
  XcapClient,
  type XcapClientOptions,
  XcapError,
} from 'xcap';

/** The list that holds the buddies. */
export const buddyList = resourceLists.list('buddies');

/** How often others' changes are fetched while the page is visible, in milliseconds. */
const INTERVAL = 15_000;

/** The open documents. */
export class Session {
  readonly lists: SyncedDocument<ResourceListsDocument>;
  readonly rules: SyncedDocument<PresRulesDocument>;
  readonly #onConflict: ResolveConflicts;

  constructor(
    lists: SyncedDocument<ResourceListsDocument>,
    rules: SyncedDocument<PresRulesDocument>,
    onConflict: ResolveConflicts,
  ) {
    this.lists = lists;
    this.rules = rules;
    this.#onConflict = onConflict;
    addEventListener('online', () => void this.save());
    setInterval(() => void (document.visibilityState === 'visible' && this.#refresh()), INTERVAL);
  }

  /** Opens the documents of a user. Works without a connection if they were opened in this browser before. */
  static async open(account: XcapClientOptions, onConflict: ResolveConflicts): Promise<Session> {
    const client = new XcapClient(account);
    const options = { store: new IndexedDbStore({ database: 'buddies' }), retries: 2 };
    const session = new Session(
      await client.open(resourceLists, options),
      await client.open(presRules, options),
      onConflict,
    );
    if (session.lists.document.matches(buddyList) === 0) session.lists.document.addList('buddies');
    await session.keep();
    return session;
  }

  /** Stores edits of the documents in the browser, and sends them to the server. */
  async keep(): Promise<void> {
    await Promise.all([this.lists.keep(), this.rules.keep()]);
    await this.save();
  }

  /** Sends what is not saved. A failure is shown by the snapshots of the documents, and the next call tries again. */
  async save(): Promise<void> {
    const { lists, rules } = this;
    await Promise.all([quietly(lists.save({ onConflict: this.#onConflict })), quietly(rules.save())]);
  }

  /** Drops the edits that are not saved. */
  async discard(): Promise<void> {
    await Promise.all([this.lists.discard(), this.rules.discard()]);
    await this.#refresh();
  }

  async #refresh(): Promise<void> {
    await Promise.all([quietly(this.lists.refresh()), quietly(this.rules.refresh())]);
  }
}

/** Waits for an operation. Its failures are in the snapshot, which the page shows. */
async function quietly(operation: Promise<unknown>): Promise<void> {
  try {
    await operation;
  } catch (error) {
    if (!(error instanceof XcapError)) throw error;
  }
}
