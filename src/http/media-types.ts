/** RFC 4825 section 15.2: the media types of nodes and of error reports. */
export const MEDIA_TYPES = {
  element: 'application/xcap-el+xml',
  attribute: 'application/xcap-att+xml',
  'namespace-bindings': 'application/xcap-ns+xml',
  error: 'application/xcap-error+xml',
} as const;
