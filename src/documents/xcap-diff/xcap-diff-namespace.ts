/** Namespace of xcap-diff documents (RFC 5874 section 4). */
export const XCAP_DIFF_NAMESPACE = 'urn:ietf:params:xml:ns:xcap-diff';
