import { randomHex } from '#platform';
import { encodeBasic } from '../../http/basic.ts';
import {
  authorizeDigest,
  type DigestChallenge,
  type DigestKey,
  prepareDigest,
  verifyResponseAuth,
} from '../../http/digest-client.ts';
import { encodeHeaderText } from '../../http/header-text.ts';
import type { AuthAnswer, AuthChallenge } from './credential-source.ts';

/** A request to authorize: its method, its request target as sent, and its body for `auth-int`. */
export interface AuthorizedRequest {
  readonly method: string;
  readonly uri: string;
  readonly body?: string | Uint8Array | undefined;
}

/** A way to authorize requests: a Digest nonce with its count, or a header that stays the same. */
export interface Session {
  /** The challenge that it answers. */
  readonly challenge: AuthChallenge;
  readonly digest?: { readonly key: DigestKey; readonly username: string; readonly password: string };
  /** The `Authorization` field of Basic and Bearer. */
  readonly header?: string;
  /** Number of requests sent. */
  count: number;
  /** Number of requests that the server let in. */
  accepted: number;
}

/** The authorization that one request was sent with. Its answer is judged by it, not by what others learned meanwhile. */
export interface Attempt {
  /** The `Authorization` field; absent on a request without one. */
  readonly header?: string;
  readonly session?: Session;
  /** The request target and nonce count that `header` was made for. */
  readonly signed?: { readonly uri: string; readonly count: number };
  /** Whether `session` answers a challenge to this very request, so that a refusal means wrong credentials. */
  readonly answersChallenge: boolean;
  /** Whether the credentials function was asked again for this request. */
  readonly askedAgain?: boolean;
  /** The session whose nonce the server refused without a challenge. */
  readonly startedOver?: Session;
  /** Number of times the request was sent, this one included. */
  readonly tries: number;
}

/** Makes a session with one cnonce for the nonce, on which both readings of the `-sess` algorithms agree. */
export function digestSession(
  challenge: DigestChallenge,
  credentials: { readonly username: string; readonly password: string; readonly realm?: string | undefined },
  asked: AuthChallenge,
): Session {
  const { username, password, realm } = credentials;
  const answered = realm === undefined ? challenge : { ...challenge, realm: encodeHeaderText(realm) };
  const key = prepareDigest(answered, { username, password }, randomHex(12));
  return { challenge: asked, digest: { key, username, password }, count: 0, accepted: 0 };
}

/** Makes a session with a header that stays the same; `undefined` when the scheme cannot carry the credentials. */
export function headerSession(challenge: AuthChallenge, answer: AuthAnswer): Session | undefined {
  const header =
    challenge.scheme === 'bearer'
      ? 'token' in answer && TOKEN.test(answer.token)
        ? `Bearer ${answer.token}`
        : undefined
      : 'password' in answer
        ? encodeBasic(answer.username, answer.password)
        : undefined;
  return header === undefined ? undefined : { challenge, header, count: 0, accepted: 0 };
}

/** The production b64token of RFC 6750 section 2.1. */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Makes the next attempt at a request. */
export function attempt(
  { method, uri, body }: AuthorizedRequest,
  session: Session | undefined,
  how: Pick<Attempt, 'answersChallenge' | 'askedAgain' | 'startedOver' | 'tries'>,
): Attempt {
  if (!session) return how;
  const count = ++session.count;
  const { digest, header } = session;
  if (!digest) return { ...how, session, ...(header !== undefined && { header }) };
  const authorization = authorizeDigest(digest.key, { method, uri, body, count });
  return { ...how, session, header: authorization, signed: { uri, count } };
}

/**
 * Whether an answer that holds `rspauth` comes from a server that knows the password (RFC 7616 section 3.5).
 *
 * @returns `true` also where the server sends no proof
 */
export function isProven(
  { session, signed }: Attempt,
  info: ReadonlyMap<string, string>,
  body: Uint8Array | undefined,
): boolean {
  if (!session?.digest || !signed) return true;
  return verifyResponseAuth(session.digest.key, info, signed, body) ?? true;
}
