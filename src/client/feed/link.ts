import type { XcapDiffDocument } from '../../documents/xcap-diff/read.ts';
import type { DocumentPlace } from '../target.ts';
import type { Snapshot } from '../write/snapshot.ts';
import type { ChangeFeed } from './feed.ts';
import { type FollowedVersion, followedVersion } from './followed-version.ts';
import { Follower } from './follower.ts';

/** Connects one document with a feed. Notifications are kept until the document is ready for them. */
export class FeedLink {
  readonly #place: DocumentPlace;
  readonly #follower = new Follower<XcapDiffDocument>();
  readonly #end: () => void;
  readonly #catchUp: Promise<() => Promise<void>>;
  #connect: (catchUp: () => Promise<void>) => void = () => undefined;

  /** Begins to keep notifications. */
  constructor(place: DocumentPlace, feed: ChangeFeed) {
    this.#place = place;
    this.#catchUp = new Promise((resolve) => {
      this.#connect = resolve;
    });
    this.#end = feed.follow(place.url, {
      arrive: (part) => this.#follower.arrive(part),
      fallBehind: () => this.#follower.fallBehind(),
      settle: async () => (await this.#catchUp)(),
    });
  }

  /** @param catchUp - called when something has arrived; resolves when it is in place */
  connect(catchUp: () => Promise<void>): void {
    this.#connect(catchUp);
  }

  /** The arrivals so far. To be taken before a GET is sent, for `wasRead`. */
  get mark(): number {
    return this.#follower.mark;
  }

  /** See `Follower.wasRead`. */
  wasRead(mark: number, version: Snapshot | undefined): void {
    this.#follower.wasRead(mark, version);
  }

  /** See `Follower.wasWritten`. */
  wasWritten(version: Snapshot | undefined): void {
    this.#follower.wasWritten(version);
  }

  /** See `Follower.fallBehind`. */
  fallBehind(): void {
    this.#follower.fallBehind();
  }

  /** Returns the version that the next notification leads to from a version. */
  next(from: Snapshot | undefined): FollowedVersion {
    return followedVersion(this.#place, this.#follower, from);
  }

  /** Ends the connection. */
  close(): void {
    this.#end();
    this.#connect(() => Promise.resolve());
  }
}
