import type { ServerProfile } from './profiles/profile.ts';
import type { Transport } from './transport/transport.ts';

/** What every operation is given. */
export interface ClientContext {
  /** The XCAP root without trailing slash. */
  readonly root: string;
  /** The XUI whose tree is meant unless a call names another. */
  readonly user: string | undefined;
  readonly validate: boolean;
  readonly transport: Transport;
  /** What the server can be relied on for. */
  readonly profile: ServerProfile;
  /** What was learned about the server since the client was made. */
  readonly learned: Learned;
}

/** Facts that only use brings to light. */
export interface Learned {
  /** A save by nodes did not give the document it should have: nodes are not tried again. */
  distrustsNodes: boolean;
}

/** Nothing is known yet. */
export const newLearned = (): Learned => ({ distrustsNodes: false });
