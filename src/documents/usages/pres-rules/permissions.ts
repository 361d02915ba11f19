/** RFC 5025 section 3: rows of the presence permissions. https://www.rfc-editor.org/rfc/rfc5025#section-3 */

/** The namespace of presence rules (RFC 5025). */
export const PRES_RULES = 'urn:ietf:params:xml:ns:pres-rules';

/** The sub-handlings in ascending order (RFC 5025 section 3.2.1). */
export const SUB_HANDLINGS = ['block', 'confirm', 'polite-block', 'allow'] as const;

/** The handling of a subscription (RFC 5025 section 3.2.1). */
export type SubHandling = (typeof SUB_HANDLINGS)[number];

/** The children of `provide-services` (RFC 5025 section 3.3.1.3). */
export const serviceSets = {
  'pr:all-services': '?',
  'pr:service-uri': '*',
  'pr:service-uri-scheme': '*',
  'pr:occurrence-id': '*',
  'pr:class': '*',
} as const;

/** The children of `transformations` (RFC 5025 section 3.3). */
export const presencePermissions = {
  'pr:provide-services': '?',
  'pr:provide-persons': '?',
  'pr:provide-devices': '?',
  'pr:provide-activities': '?',
  'pr:provide-class': '?',
  'pr:provide-deviceID': '?',
  'pr:provide-mood': '?',
  'pr:provide-place-is': '?',
  'pr:provide-place-type': '?',
  'pr:provide-privacy': '?',
  'pr:provide-relationship': '?',
  'pr:provide-status-icon': '?',
  'pr:provide-sphere': '?',
  'pr:provide-time-offset': '?',
  'pr:provide-note': '?',
  'pr:provide-user-input': '?',
  'pr:provide-unknown-attribute': '*',
  'pr:provide-all-attributes': '?',
} as const;

const anyOrder = (children: object) => [Object.keys(children)];

const deviceSets = { 'pr:all-devices': '?', 'pr:deviceID': '*', 'pr:occurrence-id': '*', 'pr:class': '*' } as const;
const personSets = { 'pr:all-persons': '?', 'pr:occurrence-id': '*', 'pr:class': '*' } as const;

/** The rows of all permissions except `transformations` and `provide-services`, which OMA extends. */
export const presencePermissionRows = {
  'cp:actions': { children: { 'pr:sub-handling': '?' }, extensions: 'anywhere' },
  'pr:sub-handling': { text: { enum: SUB_HANDLINGS } },
  'pr:provide-devices': { children: deviceSets, anyOrder: anyOrder(deviceSets), extensions: 'anywhere' },
  'pr:provide-persons': { children: personSets, anyOrder: anyOrder(personSets), extensions: 'none' },
  'pr:all-devices': { extensions: 'none' },
  'pr:all-persons': { extensions: 'none' },
  'pr:all-services': { extensions: 'none' },
  'pr:deviceID': { text: 'anyURI' },
  'pr:occurrence-id': { text: 'token' },
  'pr:class': { text: 'token' },
  'pr:service-uri': { text: 'anyURI' },
  'pr:service-uri-scheme': { text: 'token' },
  'pr:provide-activities': { text: 'boolean' },
  'pr:provide-class': { text: 'boolean' },
  'pr:provide-deviceID': { text: 'boolean' },
  'pr:provide-mood': { text: 'boolean' },
  'pr:provide-place-is': { text: 'boolean' },
  'pr:provide-place-type': { text: 'boolean' },
  'pr:provide-privacy': { text: 'boolean' },
  'pr:provide-relationship': { text: 'boolean' },
  'pr:provide-status-icon': { text: 'boolean' },
  'pr:provide-sphere': { text: 'boolean' },
  'pr:provide-time-offset': { text: 'boolean' },
  'pr:provide-note': { text: 'boolean' },
  'pr:provide-user-input': { text: { enum: ['false', 'bare', 'thresholds', 'full'] } },
  'pr:provide-unknown-attribute': {
    key: 'name',
    attributes: { name: { required: true, type: 'ID' }, ns: { required: true } },
    text: 'boolean',
  },
  'pr:provide-all-attributes': { extensions: 'none' },
} as const;
