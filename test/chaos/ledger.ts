/** State of one item of a device in a document, or `undefined` if the item is not there. */
export type State = string | undefined;

/** Items of one device in a document: each with its states, more than one if the item is there more than once. */
export type Items = ReadonlyMap<string, readonly string[]>;

/** Receives what a device does, in order. */
export interface DeviceLog {
  /** An edit is about to be made: from now on the items may have these states on the server. */
  intended(changes: ReadonlyMap<string, State>): void;
  /** The edit is in the working copy, and in the store. */
  kept(items: Items): void;
  /** The edit was refused, and the working copy is as before. */
  refused(items: Items): void;
  /** A document was opened from the store, with these items of the device. */
  opened(items: Items): void;
  /** The server has these states; with `isComplete`, and none of the device's other items. */
  acknowledged(states: ReadonlyMap<string, State>, isComplete: boolean): void;
  /** An operation failed with an error of the library. */
  failed(code: string): void;
  /** The device found something that must not be. */
  contradicted(what: string): void;
}

/**
 * Decides which states the items of one device may have: on the server after an acknowledged save only the states that
 * it saved, and after other edits also the states in between; in the store only what was kept, or one edit more.
 */
export class Ledger implements DeviceLog {
  readonly failures = new Map<string, number>();
  edits = 0;
  acknowledgements = 0;
  readonly #name: string;
  readonly #onServer = new Map<string, Set<State>>();
  readonly #wrong: string[] = [];
  #kept: string | undefined;
  #isEditing = false;

  constructor(name: string) {
    this.#name = name;
  }

  intended(changes: ReadonlyMap<string, State>): void {
    this.edits++;
    this.#isEditing = true;
    for (const [item, state] of changes) {
      const states = this.#onServer.get(item) ?? new Set<State>([undefined]);
      this.#onServer.set(item, states.add(state));
    }
  }

  kept(items: Items): void {
    this.#kept = textOf(items);
    this.#isEditing = false;
  }

  refused(items: Items): void {
    this.#isEditing = false;
    if (this.#kept !== undefined && textOf(items) !== this.#kept) {
      this.#wrong.push(`${this.#name}: a refused edit changed the working copy from ${this.#kept} to ${textOf(items)}`);
    }
  }

  opened(items: Items): void {
    const text = textOf(items);
    // A process that was killed during an edit cannot say whether it was stored.
    if (this.#kept !== undefined && !this.#isEditing && text !== this.#kept) {
      this.#wrong.push(`${this.#name}: the store returned ${text}, but ${this.#kept} was kept`);
    }
    this.#kept = text;
    this.#isEditing = false;
  }

  acknowledged(states: ReadonlyMap<string, State>, isComplete: boolean): void {
    this.acknowledgements++;
    if (isComplete) for (const item of this.#onServer.keys()) this.#onServer.set(item, new Set([undefined]));
    for (const [item, state] of states) this.#onServer.set(item, new Set([state]));
  }

  failed(code: string): void {
    this.failures.set(code, (this.failures.get(code) ?? 0) + 1);
  }

  contradicted(what: string): void {
    this.#wrong.push(`${this.#name}: ${what}`);
  }

  /** Returns whether an item is certainly on the server, with one state. */
  isCertain(item: string): boolean {
    const states = this.#onServer.get(item);
    return states?.size === 1 && !states.has(undefined);
  }

  /** Returns every contradiction between the document at the end and what was acknowledged. */
  contradictions(found: Items): string[] {
    const wrong = [...this.#wrong];
    for (const [item, states] of this.#onServer) {
      const there = found.get(item) ?? [];
      if (there.length > 1) wrong.push(`doubled: ${item} is there as ${there.join(' and as ')}`);
      else if (!states.has(there[0])) {
        const what = there[0] === undefined ? 'lost' : states.has(undefined) ? 'resurrected' : 'wrong';
        wrong.push(
          `${what}: ${item} is ${there[0] ?? 'missing'}, but should be ${Array.from(states, String).join(' or ')}`,
        );
      }
    }
    for (const item of found.keys()) if (!this.#onServer.has(item)) wrong.push(`unknown: ${item} was never added`);
    return wrong;
  }
}

const textOf = (items: Items): string =>
  Array.from(items, ([item, states]) => `${item}=${states.join('+')}`)
    .sort()
    .join(', ');

/** Returns the items whose state differs between two versions, with the later state. */
export function changesBetween(before: Items, after: Items): Map<string, State> {
  const changes = new Map<string, State>();
  for (const item of new Set([...before.keys(), ...after.keys()])) {
    const state = after.get(item)?.[0];
    if (before.get(item)?.[0] !== state) changes.set(item, state);
  }
  return changes;
}
