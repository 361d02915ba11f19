import { sameEtag } from '../../http/etag.ts';

/** What a notification says of a document: the versions that it leads from and to. */
export interface FollowedPart {
  /** Bare entity tag of the earlier version; `undefined` if there was no document, or the notifier does not say. */
  readonly previousEtag?: string | undefined;
  /** Bare entity tag of the later version; `undefined` if the document was removed, or the notifier does not say. */
  readonly newEtag?: string | undefined;
}

/** A version of a document, as far as notifications can name it. Without an entity tag, none of them does. */
export interface TaggedVersion {
  readonly etag: string | undefined;
}

/** The next thing to do: `done` to wait, `part` to go on with a part, `read` to read the document. */
export type FollowStep<P> = { readonly kind: 'done' } | { readonly kind: 'read' } | { readonly kind: 'part'; part: P };

/** Number of parts that are kept. Beyond it, the document is read instead. */
const MOST_PARTS = 1000;

/**
 * The notifications of one document, in the order of their arrival, and what has to be done to be where they lead. Pure:
 * it neither reads nor patches. While a request is under way, parts are only kept.
 *
 * A part is used if it starts at the known version. Whatever else arrives, out of order, twice, or with versions left out,
 * costs at most one conditional GET.
 */
export class Follower<P extends FollowedPart> {
  #parts: { readonly arrival: number; readonly part: P }[] = [];
  #arrivals = 0;
  /** Arrival since which the document has to be read, whatever the parts say. */
  #behind: number | undefined;

  /** Keeps a part. */
  arrive(part: P): void {
    this.#arrivals++;
    if (this.#parts.length < MOST_PARTS) this.#parts.push({ arrival: this.#arrivals, part });
    else this.fallBehind();
  }

  /** Notes that changes may have been missed: the next step is to read the document. */
  fallBehind(): void {
    this.#parts = [];
    this.#behind = ++this.#arrivals;
  }

  /** The arrivals so far. To be taken before a GET is sent, for `wasRead`. */
  get mark(): number {
    return this.#arrivals;
  }

  /**
   * Drops what the answer to a GET includes: what had arrived before the GET was sent, and what leads to its version. A
   * part that starts at a version never seen is kept: it may be several changes in one, of which the answer has the first.
   *
   * @param mark - the mark when the GET was sent
   * @param version - the answer; `undefined` if there is no document
   */
  wasRead(mark: number, version: TaggedVersion | undefined): void {
    this.#parts = this.#parts.filter(({ arrival }) => arrival > mark);
    if (this.#behind !== undefined && this.#behind <= mark) this.#behind = undefined;
    this.wasWritten(version);
  }

  /** Drops what leads to a version that a write of this client made. */
  wasWritten(version: TaggedVersion | undefined): void {
    const last = this.#parts.findLastIndex(({ part }) => isOf(part.newEtag, version));
    this.#parts.splice(0, last + 1);
  }

  /**
   * Returns what to do at a version. A part that is returned is dropped, with all before it.
   *
   * @param version - `undefined` if there is no document
   */
  next(version: TaggedVersion | undefined): FollowStep<P> {
    if (this.#behind !== undefined) return { kind: 'read' };
    for (;;) {
      const at = this.#parts.findIndex(({ part }) => isOf(part.previousEtag, version));
      const found = this.#parts[at];
      if (found) {
        this.#parts.splice(0, at + 1);
        return { kind: 'part', part: found.part };
      }
      const [first] = this.#parts;
      if (!first) return { kind: 'done' };
      if (!isOf(first.part.newEtag, version)) return { kind: 'read' };
      this.#parts.shift();
    }
  }
}

/** Whether an entity tag is that of a version. No tag is that of no document. */
function isOf(etag: string | undefined, version: TaggedVersion | undefined): boolean {
  if (version === undefined || etag === undefined) return version === undefined && etag === undefined;
  return version.etag !== undefined && sameEtag(etag, version.etag);
}
