/** A device of the demonstration: a client of its own, a copy of the list, and a switch for its connection. */

import {
  MergeConflictError,
  type ResourceListsDocument,
  resourceLists,
  type SyncedDocument,
  XcapClient,
  XcapError,
} from 'xcap';
import type { MemoryServer } from './memory-server.ts';
import { button, make } from './page.ts';

export const friends = resourceLists.list('friends');

/** Receives the reports of a device: the code that it ran, and the buddy that was clicked. */
export interface DeviceEvents {
  ran(code: string): void;
  chose(uri: string): void;
}

export class Device {
  readonly name: string;
  readonly element = make('div', 'device');
  readonly #events: DeviceEvents;
  readonly #lists: SyncedDocument<ResourceListsDocument>;
  #isOnline = true;

  private constructor(name: string, lists: SyncedDocument<ResourceListsDocument>, events: DeviceEvents) {
    this.name = name;
    this.#lists = lists;
    this.#events = events;
  }

  /** Opens the list on a device. */
  static async open(name: string, server: MemoryServer, events: DeviceEvents): Promise<Device> {
    const opened: { device?: Device } = {};
    const client = new XcapClient({
      root: 'https://xcap.example.com/xcap-root',
      user: 'sip:alice@example.com',
      fetch: server.connection(() => opened.device?.isOnline ?? true),
    });
    const device = new Device(name, await client.open(resourceLists, { retries: 0 }), events);
    opened.device = device;
    device.#lists.subscribe(() => device.#render());
    return device;
  }

  get isOnline(): boolean {
    return this.#isOnline;
  }

  /** Adds a buddy, and saves unless there is no connection. */
  async add(uri: string): Promise<void> {
    if (this.#lists.document.matches(friends.entry(uri)) > 0) return;
    const name = (/^sip:(.*?)@/.exec(uri)?.[1] ?? uri).replace(/^./, (letter) => letter.toUpperCase());
    this.#events.ran(
      `await ${this.name}.edit((doc) => doc.addEntry(friends, { uri: '${uri}', displayName: '${name}' }));`,
    );
    await this.#lists.edit((doc) => doc.addEntry(friends, { uri, displayName: name }));
    await this.save();
  }

  /** Gives a buddy another name, and saves unless there is no connection. */
  async rename(uri: string, displayName: string): Promise<void> {
    if (this.#lists.document.matches(friends.entry(uri)) === 0) return;
    this.#events.ran(`await ${this.name}.edit((doc) => doc.renameEntry(friends.entry('${uri}'), '${displayName}'));`);
    await this.#lists.edit((doc) => doc.renameEntry(friends.entry(uri), displayName));
    await this.save();
  }

  /** Ends or restores the connection; restored, the device sends its edits and takes in those of others. */
  async connect(isOnline: boolean): Promise<void> {
    this.#isOnline = isOnline;
    this.#render();
    if (isOnline) await this.save();
  }

  /** Sends the edits and merges them with those of others. */
  async save(onConflict?: 'mine' | 'theirs'): Promise<void> {
    if (this.#isOnline)
      this.#events.ran(`await ${this.name}.save(${onConflict ? `{ onConflict: '${onConflict}' }` : ''});`);
    try {
      await this.#lists.save(onConflict && { onConflict });
    } catch (error) {
      // Shown by the snapshot.
      if (!(error instanceof XcapError)) throw error;
      if (error instanceof MergeConflictError)
        this.#events.ran('// MergeConflictError: nothing was written, and nothing is lost');
    }
  }

  /** Takes in what other devices have written. */
  async refresh(): Promise<void> {
    if (!this.#isOnline) return;
    try {
      await this.#lists.refresh();
    } catch (error) {
      if (!(error instanceof XcapError)) throw error;
    }
  }

  #render(): void {
    const { state, dirty, conflicts } = this.#lists.getSnapshot();
    const connection = button(
      'quiet',
      this.#isOnline ? 'Go offline' : 'Reconnect',
      () => void this.connect(!this.#isOnline),
    );
    const title = make(
      'div',
      'title',
      make('h3', '', this.name),
      make('span', 'connection', this.#isOnline ? '' : 'offline'),
      connection,
    );
    const buddies = this.#lists.document.entries(friends).map(({ uri, displayName }) =>
      make(
        'li',
        '',
        button('', displayName?.text ?? uri, () => this.#events.chose(uri)),
      ),
    );
    const shown = dirty ? (state === 'conflict' ? 'both changed the same name' : 'not sent yet') : 'saved';
    const decide =
      conflicts.length === 0 || !this.#isOnline
        ? []
        : [
            make(
              'div',
              'buttons',
              button('', 'Keep mine', () => void this.save('mine')),
              button('', 'Take theirs', () => void this.save('theirs')),
            ),
          ];
    const list = make('ul', '', ...buddies);
    this.element.replaceChildren(title, list, make('output', dirty ? 'unsaved' : 'saved', shown), ...decide);
    this.element.classList.toggle('offline', !this.#isOnline);
  }
}
