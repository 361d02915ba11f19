/** Recognizes a collection with a new key by its parts: its children and attributes. */

import type { CompiledUsage } from '../../selector/compile.ts';
import { attributesOf, type Child, contentOf, fingerprint, identityOf } from '../diff/content.ts';
import { isCollection } from './three-way.ts';
import { loneChildren, type Rows, type Side, type Track } from './tracks.ts';

/** Names and contents of the parts of one collection. */
type Parts = ReadonlyMap<string, string>;

/** Compares versions of collections by their parts. An element that is not a collection has no parts. */
export class CollectionParts {
  readonly #rows: Rows;
  readonly #usage: CompiledUsage | undefined;
  readonly #marks = new Map<Child, ReadonlySet<string>>();
  readonly #parts = new Map<Child, Parts>();

  constructor(rows: Rows, usage: CompiledUsage | undefined) {
    this.#rows = rows;
    this.#usage = usage;
  }

  /** Returns a text that identifies each part in every version: the key of a child; of other parts, their content. */
  marks(side: Side, track: Track): ReadonlySet<string> {
    const child = this.#rows[side][track[side] ?? -1];
    const known = child && this.#marks.get(child);
    if (known) return known;
    const marks = new Set<string>();
    if (!child || !isCollection(child)) return marks;
    for (const part of contentOf(child.element, this.#usage).children)
      marks.add(identityOf(part) ?? fingerprint(part.element));
    for (const [name, value] of attributeParts(child)) marks.add(`${name}=${value}`);
    this.#marks.set(child, marks);
    return marks;
  }

  /** Whether `side` contains a part of the base that `other` lacks or has with different content. */
  differ(former: Track, added: Track, side: 'mine' | 'theirs', other: 'mine' | 'theirs'): boolean {
    const [before, now, others] = [this.#read('base', former), this.#read(side, added), this.#read(other, added)];
    for (const [name, content] of now) if (before.has(name) && others.get(name) !== content) return true;
    return false;
  }

  /** Whether a collection that both sides added has different parts on each side. */
  areDifferent(added: Track): boolean {
    const [mine, theirs] = [this.#read('mine', added), this.#read('theirs', added)];
    return mine.size !== theirs.size || [...mine].some(([name, content]) => theirs.get(name) !== content);
  }

  #read(side: Side, track: Track): Parts {
    const child = this.#rows[side][track[side] ?? -1];
    const known = child && this.#parts.get(child);
    if (known) return known;
    const parts = new Map<string, string>();
    if (!child || !isCollection(child)) return parts;
    const lone = loneChildren(child.row);
    for (const part of contentOf(child.element, this.#usage).children) {
      const content = fingerprint(part.element);
      const name = identityOf(part) ?? (part.row && lone.has(part.row) ? part.name : content);
      parts.set(name, (parts.get(name) ?? '') + content);
    }
    for (const [name, value] of attributeParts(child)) parts.set(name, value);
    this.#parts.set(child, parts);
    return parts;
  }
}

/** Returns names and values of the attributes of a child, without its key. */
const attributeParts = ({ element, row }: Child): [string, string][] =>
  attributesOf(element, row?.key?.name).map(({ namespaceURI, localName, value }) => [
    `@${localName} ${namespaceURI || ''}`,
    value,
  ]);

/** Whether the sets have a member in common. */
export function share(...sets: readonly ReadonlySet<string>[]): boolean {
  const [smallest, ...others] = sets.toSorted((one, other) => one.size - other.size);
  for (const part of smallest ?? []) if (others.every((other) => other.has(part))) return true;
  return false;
}
