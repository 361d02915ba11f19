/** Content models of elements (XML Schema part 1, section 3.8), as automata over the names of the children. */

/** In a content model: any element of a namespace other than that of the schema (`namespace="##other"`). */
export const OTHER = '##other';

/** In a content model: any element in no namespace (`namespace="##local"`). */
export const LOCAL = '##local';

/** A place in a content model: the children so far. */
export interface ModelState {
  /** Whether the content may end here. */
  readonly accepts: boolean;
  /** The names that may follow, as written in the model. */
  readonly expected: readonly string[];
  /** Returns the state after one more child; `undefined` if it may not follow. */
  after(name: string): ModelState | undefined;
}

/** A compiled content model. */
export interface ContentModel {
  /** The names in it, `##other` and `##local` included. */
  readonly names: ReadonlySet<string>;
  /** The state before the first child. */
  readonly start: ModelState;
}

/** A part of a model: the positions it can begin and end with, and whether it can be empty (Glushkov's construction). */
interface Part {
  readonly isNullable: boolean;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

const EMPTY: Part = { isNullable: true, first: [], last: [] };

/**
 * Compiles a content model in the notation of DTDs: names, `##other` and `##local`, joined by `,` or `|`, grouped by parentheses,
 * repeated by `?`, `*` or `+`.
 *
 * @param fail - throws an error with the given problem
 */
export function compileModel(text: string, fail: (problem: string) => never): ContentModel {
  const parser = new Parser(text, fail);
  const part = parser.whole();
  return new Automaton(parser.names, parser.follow, part);
}

class Parser {
  /** The name at each position. */
  readonly names: string[] = [];
  /** The positions that may follow each position. */
  readonly follow: Set<number>[] = [];
  readonly #tokens: readonly string[];
  readonly #fail: (problem: string) => never;
  #at = 0;

  constructor(text: string, fail: (problem: string) => never) {
    this.#tokens = text.match(/[(),|?*+]|[^\s(),|?*+]+/g) ?? [];
    this.#fail = fail;
  }

  whole(): Part {
    const part = this.#tokens.length === 0 ? EMPTY : this.#group();
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) this.#fail(`the content model has an unexpected ${JSON.stringify(rest)}`);
    return part;
  }

  #group(): Part {
    let part = this.#particle();
    const joint = this.#tokens[this.#at];
    while (joint !== undefined && (joint === ',' || joint === '|') && this.#tokens[this.#at] === joint) {
      this.#at++;
      const next = this.#particle();
      part = joint === ',' ? this.#sequence(part, next) : choice(part, next);
    }
    return part;
  }

  #particle(): Part {
    const token = this.#tokens[this.#at++] ?? this.#fail('the content model ends too early');
    let part: Part;
    if (token === '(') {
      part = this.#group();
      if (this.#tokens[this.#at++] !== ')') this.#fail('the content model lacks a ")"');
    } else {
      if (/^[),|?*+]$/.test(token)) this.#fail(`the content model has an unexpected ${JSON.stringify(token)}`);
      const position = this.names.push(token) - 1;
      this.follow.push(new Set());
      part = { isNullable: false, first: [position], last: [position] };
    }
    const occurs = this.#tokens[this.#at];
    if (occurs !== '?' && occurs !== '*' && occurs !== '+') return part;
    this.#at++;
    if (occurs !== '?') this.#connect(part.last, part.first);
    return occurs === '+' ? part : { ...part, isNullable: true };
  }

  #sequence(one: Part, other: Part): Part {
    this.#connect(one.last, other.first);
    return {
      isNullable: one.isNullable && other.isNullable,
      first: one.isNullable ? [...one.first, ...other.first] : one.first,
      last: other.isNullable ? [...one.last, ...other.last] : other.last,
    };
  }

  #connect(ends: readonly number[], starts: readonly number[]): void {
    for (const end of ends) for (const start of starts) this.follow[end]?.add(start);
  }
}

const choice = (one: Part, other: Part): Part => ({
  isNullable: one.isNullable || other.isNullable,
  first: [...one.first, ...other.first],
  last: [...one.last, ...other.last],
});

/** Builds its deterministic states when they are first reached. */
class Automaton implements ContentModel {
  readonly names: ReadonlySet<string>;
  readonly start: ModelState;

  constructor(names: readonly string[], follow: readonly ReadonlySet<number>[], whole: Part) {
    this.names = new Set(names);
    const ends = new Set(whole.last);
    const states = new Map<string, ModelState>();
    const state = (next: ReadonlySet<number>, accepts: boolean): ModelState => {
      const key = `${accepts} ${[...next].join()}`;
      const known = states.get(key);
      if (known) return known;
      const made = new State(names, next, accepts, (reached) => {
        const following = reached.flatMap((position) => [...(follow[position] ?? [])]);
        const sorted = new Set(following.sort((one, other) => one - other));
        return state(
          sorted,
          reached.some((position) => ends.has(position)),
        );
      });
      states.set(key, made);
      return made;
    };
    this.start = state(new Set(whole.first), whole.isNullable);
  }
}

class State implements ModelState {
  readonly accepts: boolean;
  readonly expected: readonly string[];
  readonly #names: readonly string[];
  readonly #next: ReadonlySet<number>;
  readonly #make: (reached: readonly number[]) => ModelState;
  readonly #after = new Map<string, ModelState | undefined>();

  constructor(
    names: readonly string[],
    next: ReadonlySet<number>,
    accepts: boolean,
    make: (reached: readonly number[]) => ModelState,
  ) {
    this.accepts = accepts;
    this.#names = names;
    this.#next = next;
    this.#make = make;
    this.expected = [...new Set(Array.from(next, (position) => names[position] ?? ''))];
  }

  after(name: string): ModelState | undefined {
    if (this.#after.has(name)) return this.#after.get(name);
    const reached = [...this.#next].filter((position) => this.#names[position] === name);
    const state = reached.length === 0 ? undefined : this.#make(reached);
    this.#after.set(name, state);
    return state;
  }
}
