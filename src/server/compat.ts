import type { DigestAlgorithm } from '../http/digest.ts';
import { InvalidArgumentError } from '../selector/errors.ts';
import type { QuirkName } from './quirks/names.ts';

/** A client that needs concessions. */
export type CompatibleClient = 'python-xcaplib';

/** What a server concedes to a client. */
interface Concessions {
  readonly quirks: readonly QuirkName[];
  /** The digest algorithms that the client understands. Default: all. */
  readonly algorithms?: readonly DigestAlgorithm[];
}

const CONCESSIONS: Readonly<Record<CompatibleClient, Concessions>> = {
  // Its HTTP library is Python's urllib: digest with MD5 only, quotation marks in the digest uri, documents as HTML forms.
  'python-xcaplib': { quirks: ['raw-digest-uri', 'form-type'], algorithms: ['MD5'] },
};

const NONE: Concessions = { quirks: [] };

/**
 * Returns what a server concedes to a client.
 *
 * @throws InvalidArgumentError for an unknown client
 */
export function concessionsTo(client: CompatibleClient | undefined): Concessions {
  if (client === undefined) return NONE;
  if (Object.hasOwn(CONCESSIONS, client)) return CONCESSIONS[client];
  throw new InvalidArgumentError(`compat: no client ${JSON.stringify(client)}; known is 'python-xcaplib'`);
}
