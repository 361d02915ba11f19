/** What differs between Node and the web, on the web: browsers, Deno, Bun and Workers. `node.ts` exports the same names. */

import { md5 } from '@noble/hashes/legacy.js';
import { sha256, sha512_256 } from '@noble/hashes/sha2.js';
import { bytesToHex, randomBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { HashAlgorithm } from './hash-algorithm.ts';

/** WebCrypto has no MD5, and its hashes are asynchronous. */
const HASHES = { MD5: md5, 'SHA-256': sha256, 'SHA-512-256': sha512_256 } as const satisfies Record<
  HashAlgorithm,
  (octets: Uint8Array) => Uint8Array
>;

/** The hash of octets, or of a text in UTF-8, in lower-case hex. */
export const hashHex = (algorithm: HashAlgorithm, data: string | Uint8Array): string =>
  bytesToHex(HASHES[algorithm](typeof data === 'string' ? utf8ToBytes(data) : data));

/** Whether requests may carry a User-Agent field of the client: browsers forbid it, or ask the server first (CORS). */
export const mayNameUserAgent: boolean = false;

/** Random octets in lower-case hex. */
export const randomHex = (octets: number): string => bytesToHex(randomBytes(octets));

export { openChannel, openContextValue, openTracing } from './web-tracing.ts';
