import { serverProfiles } from './built-in.ts';
import type { ServerProfile } from './profile.ts';

/** Servers that name themselves in the `Server` field of their answers: the start of the field, in lower case. */
const NAMES = [
  ['kamailio', serverProfiles.kamailio],
  ['openxcap', serverProfiles.openxcap],
] as const;

/** Number of refusals of a current entity tag after which the server is taken to refuse all of them. */
const REFUSALS_TO_BELIEVE = 4;

/** Number of characters of a `Server` field that are compared. */
const LONGEST_NAME = 64;

/**
 * Knowledge of a client about its server. With the profile `auto`, the server is recognised by its answers, and
 * traits are added as they show. Any other profile stays as it is given. Clients made with `for` share it.
 */
export class ServerKnowledge {
  #profile: ServerProfile;
  #isUnknown: boolean;
  #acceptsTags = false;
  #refusals = 0;
  /** A save by nodes did not give the document that it should have: nodes are not tried again. */
  distrustsNodes = false;

  /** @param profile - `undefined`: `auto` */
  constructor(profile: ServerProfile | undefined) {
    this.#profile = profile ?? { ...serverProfiles.rfc4825, name: 'auto' };
    this.isAutomatic = profile === undefined;
    this.#isUnknown = this.isAutomatic;
  }

  /** Whether the profile is learned in use. */
  readonly isAutomatic: boolean;

  /** Properties of the server that the client may rely on now. */
  get profile(): ServerProfile {
    return this.#profile;
  }

  /** Whether no answer has been seen that could name the server. */
  get isUnknown(): boolean {
    return this.#isUnknown;
  }

  /** Takes note of an answer. The first name that is known counts: a server behind a proxy may name itself now and then. */
  noteAnswer(headers: Readonly<Record<string, string>>): void {
    this.#isUnknown = false;
    if (!this.isAutomatic || this.#profile.name !== 'auto') return;
    const field = (headers['server'] ?? '').slice(0, LONGEST_NAME).trim().toLowerCase();
    const [, known] = NAMES.find(([name]) => field.startsWith(name)) ?? [];
    if (known) this.#profile = known;
  }

  /** Takes note that a write under an entity tag was accepted: such a server does not refuse its own tags. */
  noteAcceptedTag(): void {
    this.#acceptsTags = true;
  }

  /**
   * Takes note that a write was refused under an entity tag that the document still has. After several refusals, and if no
   * tag was ever accepted, the client checks conditions itself. One refusal proves nothing: it may come from a proxy, or
   * from another writer who took the change back.
   *
   * @returns whether the server is taken to refuse its own entity tags
   */
  noteRefusedTag(): boolean {
    if (this.#acceptsTags) return false;
    this.#refusals++;
    if (this.#refusals < REFUSALS_TO_BELIEVE) return false;
    const { conditions } = this.#profile;
    this.#profile = { ...this.#profile, conditions: { ...conditions, ifMatch: 'refused' } };
    return true;
  }

  /** Takes note of whether a document is read back as it was put. */
  noteRewriting(rewrites: boolean): void {
    this.#profile = { ...this.#profile, rewrites };
  }
}
