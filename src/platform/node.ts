/** What differs between Node and the web, on Node. `web.ts` exports the same names. */

import { hash, randomBytes } from 'node:crypto';
import type { HashAlgorithm } from './hash-algorithm.ts';

const NAMES: Readonly<Record<HashAlgorithm, string>> = {
  MD5: 'md5',
  'SHA-256': 'sha256',
  'SHA-512-256': 'sha512-256',
};

/** The hash of octets, or of a text in UTF-8, in lower-case hex. */
export const hashHex = (algorithm: HashAlgorithm, data: string | Uint8Array): string => hash(NAMES[algorithm], data);

/** Whether requests may carry a User-Agent field of the client. */
export const mayNameUserAgent = true;

/** Random octets in lower-case hex. */
export const randomHex = (octets: number): string => randomBytes(octets).toString('hex');

export { openChannel, openContextValue, openTracing } from './node-tracing.ts';
