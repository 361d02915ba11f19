/** The parts (children and attributes) by which a collection is recognized that has another key. */

import type { CompiledUsage } from '../../selector/compile.ts';
import { attributesOf, type Child, contentOf, fingerprint, identityOf } from '../diff/content.ts';
import { isCollection } from './three-way.ts';
import { loneChildren, type Rows, type Side, type Track } from './tracks.ts';

/** Names and contents of the parts of one collection. */
type Parts = ReadonlyMap<string, string>;

/** Compares the versions of collections by their parts. Other children have no parts. */
export class CollectionParts {
  readonly #rows: Rows;
  readonly #usage: CompiledUsage | undefined;
  readonly #marks = new Map<Child, ReadonlySet<string>>();
  readonly #parts = new Map<Child, Parts>();

  constructor(rows: Rows, usage: CompiledUsage | undefined) {
    this.#rows = rows;
    this.#usage = usage;
  }

  /** Returns a mark for each part, the same in all versions: the key of a child with a key, the content of any other part. */
  marks(side: Side, track: Track): ReadonlySet<string> {
    const child = this.#rows[side][track[side] ?? -1];
    const known = child && this.#marks.get(child);
    if (known) return known;
    const marks = new Set<string>();
    if (!child || !isCollection(child)) return marks;
    for (const part of contentOf(child.element, this.#usage).children)
      marks.add(identityOf(part) ?? fingerprint(part.element));
    for (const [name, value] of attributesIn(child)) marks.add(`${name}=${value}`);
    this.#marks.set(child, marks);
    return marks;
  }

  /** Whether a side has another version of a part than the other side, and the base has this part as well. */
  differ(former: Track, added: Track, side: 'mine' | 'theirs', other: 'mine' | 'theirs'): boolean {
    const [before, now, others] = [this.#read('base', former), this.#read(side, added), this.#read(other, added)];
    for (const [name, content] of now) if (before.has(name) && others.get(name) !== content) return true;
    return false;
  }

  /** Whether the sides have different versions of a collection that both added. */
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
    for (const [name, value] of attributesIn(child)) parts.set(name, value);
    this.#parts.set(child, parts);
    return parts;
  }
}

/** Returns names and values of the attributes of a child, without its key. */
function attributesIn({ element, row }: Child): [string, string][] {
  const key = row?.key?.name;
  return attributesOf(element)
    .filter(({ namespaceURI, localName }) => localName !== key?.local || (namespaceURI || null) !== key?.namespace)
    .map(({ namespaceURI, localName, value }) => [`@${localName} ${namespaceURI || ''}`, value]);
}

/** Whether something is in all of the given sets. */
export function share(...sets: readonly ReadonlySet<string>[]): boolean {
  const [smallest, ...others] = sets.toSorted((one, other) => one.size - other.size);
  for (const part of smallest ?? []) if (others.every((other) => other.has(part))) return true;
  return false;
}
