/** Returns an entity tag without the quotes that HTTP headers have and diffs mostly do not (RFC 5874, appendix A). */
export const opaqueTag = (etag: string): string => /^(?:W\/)?"(.*)"$/s.exec(etag.trim())?.[1] ?? etag.trim();
