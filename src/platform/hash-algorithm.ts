/** The hashes of HTTP Digest authentication (RFC 7616 section 6.1). */
export type HashAlgorithm = 'MD5' | 'SHA-256' | 'SHA-512-256';
