import type { ServerReply } from '../exchange.ts';

/** The members of a challenge that differ from server to server. */
interface ChallengeOffer {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string;
  readonly stale: boolean;
}

/** How a server authenticates. */
export interface AuthDialect {
  /**
   * How the counts of a nonce are checked: each one once, each one higher than the last, one request for each nonce, or
   * not at all.
   */
  readonly counts: 'unique' | 'rising' | 'once' | 'any';
  /** Whether the `uri` of the credentials must be the request target (RFC 7616 section 3.4.6). */
  readonly comparesUri: boolean;
  /** Whether the nonces of one second are the same. */
  readonly repeatsNonces: boolean;
  /** Whether replies carry Authentication-Info (RFC 7616 section 3.5). */
  readonly sendsInfo: boolean;
  /** Whether the global tree can be read without credentials. */
  readonly isGlobalPublic: boolean;
  /** The body of a challenge that does not follow refused credentials. Default: a text for people. */
  readonly challengeBody?: Pick<ServerReply, 'headers' | 'body'> | undefined;
  /** Replaces the challenge to used nonces and wrong passwords, and the 403 for the tree of another user. */
  readonly refusal?: ServerReply | undefined;
  /** Rewrites an Authorization field before it is read; `undefined` when the server does not understand it. */
  readField(field: string): string | undefined;
  /** Writes the only challenge. Default: one challenge for each algorithm. */
  readonly writeChallenge?: ((offer: ChallengeOffer) => string) | undefined;
}

/** Authentication as RFC 7616 defines it. */
export const STANDARD_AUTH: AuthDialect = {
  counts: 'unique',
  comparesUri: true,
  repeatsNonces: false,
  sendsInfo: true,
  isGlobalPublic: false,
  readField: (field) => field,
};
