import type { ServerProfile } from './profiles/profile.ts';
import type { Transport } from './transport/transport.ts';

/** The context of every operation. */
export interface ClientContext {
  /** The XCAP root without trailing slash. */
  readonly root: string;
  /** XUI of the user that calls address by default. */
  readonly user: string | undefined;
  readonly validate: boolean;
  readonly transport: Transport;
  /** Properties of the server that the client may rely on. */
  readonly profile: ServerProfile;
  /** Facts learned about the server since the client was created. */
  readonly learned: Learned;
}

/** Facts that only show in use. */
export interface Learned {
  /** A save by nodes did not give the document it should have: nodes are not tried again. */
  distrustsNodes: boolean;
}

/** Returns the facts of a new client. */
export const newLearned = (): Learned => ({ distrustsNodes: false });
