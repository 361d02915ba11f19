/**
 * XCAP (RFC 4825): typed node selectors, lossless documents, and a client that never loses an edit.
 *
 * @module xcap
 */

export * from './client/index.ts';
export * from './documents/index.ts';
export * from './selector/index.ts';
