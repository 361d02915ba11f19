/** What a buddy may look like at the end: its display name, or `undefined` when it is not there. */
type State = string | undefined;

/**
 * What one device did to its own buddies, and so what may be in the document at the end: after an acknowledged edit only
 * what it made; after one that failed what it made, or what was there before.
 */
export class Ledger {
  readonly #possible = new Map<string, Set<State>>();
  /** Buddies that one edit added together: both are there, or neither. */
  readonly #pairs: [string, string][] = [];

  /** Buddies that are certainly there. */
  get present(): string[] {
    return Array.from(this.#possible)
      .filter(([, states]) => states.size === 1 && !states.has(undefined))
      .map(([uri]) => uri);
  }

  acknowledged(changes: ReadonlyMap<string, State>): void {
    for (const [uri, state] of changes) this.#possible.set(uri, new Set([state]));
  }

  failed(changes: ReadonlyMap<string, State>): void {
    for (const [uri, state] of changes) {
      const states = this.#possible.get(uri) ?? new Set<State>([undefined]);
      this.#possible.set(uri, states.add(state));
    }
  }

  pair(one: string, other: string): void {
    this.#pairs.push([one, other]);
  }

  /** Every way in which a document contradicts what was acknowledged. */
  contradictions(found: ReadonlyMap<string, readonly string[]>): string[] {
    const wrong: string[] = [];
    for (const [uri, states] of this.#possible) {
      const names = found.get(uri) ?? [];
      if (names.length > 1) wrong.push(`${uri} is there ${names.length} times`);
      else if (!states.has(names[0])) {
        wrong.push(`${uri} is ${names[0] ?? 'missing'}, but should be ${Array.from(states, String).join(' or ')}`);
      }
    }
    for (const [one, other] of this.#pairs) {
      const isUndecided = [one, other].every((uri) => this.#possible.get(uri)?.size === 2);
      if (isUndecided && found.has(one) !== found.has(other)) wrong.push(`of ${one} and ${other} only one is there`);
    }
    return wrong;
  }
}
