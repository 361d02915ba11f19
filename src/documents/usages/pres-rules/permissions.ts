/** RFC 5025 section 3: rows of the presence permissions. https://www.rfc-editor.org/rfc/rfc5025#section-3 */

import { extensibleType } from './common-policy.ts';

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

/** The elements that the schema declares globally (RFC 5025 section 7). */
export const presenceGlobals = [
  ...Object.keys(presencePermissions),
  'pr:service-uri-scheme',
  'pr:class',
  'pr:occurrence-id',
  'pr:service-uri',
  'pr:deviceID',
  'pr:sub-handling',
];

/** The schema allows no attributes of other namespaces on any element. */
const closed = { anyAttribute: 'none' } as const;
const empty = { extensions: 'none', ...closed } as const;
const booleanPermission = { text: 'boolean', schemaType: 'pr:booleanPermission', ...closed } as const;
const token = { text: 'token', ...closed } as const;
const uri = { text: 'anyURI', ...closed } as const;

/** The children of `provide-services` and its attributes. */
export const provideServices = {
  children: serviceSets,
  anyOrder: [['pr:service-uri', 'pr:service-uri-scheme', 'pr:occurrence-id', 'pr:class']],
  content: 'pr:all-services | (pr:service-uri | pr:service-uri-scheme | pr:occurrence-id | pr:class | ##other)*',
  schemaType: 'pr:provideServicePermission',
  ...closed,
} as const;

/** The rows of all permissions except `transformations` and `provide-services`, which OMA extends. */
export const presencePermissionRows = {
  'cp:actions': { children: { 'pr:sub-handling': '?' }, anyOrder: [['pr:sub-handling']], ...extensibleType },
  'pr:sub-handling': { text: { enum: SUB_HANDLINGS }, ...closed },
  'pr:provide-devices': {
    children: { 'pr:all-devices': '?', 'pr:deviceID': '*', 'pr:occurrence-id': '*', 'pr:class': '*' },
    anyOrder: [['pr:deviceID', 'pr:occurrence-id', 'pr:class']],
    content: 'pr:all-devices | (pr:deviceID | pr:occurrence-id | pr:class | ##other)*',
    schemaType: 'pr:provideDevicePermission',
    ...closed,
  },
  'pr:provide-persons': {
    children: { 'pr:all-persons': '?', 'pr:occurrence-id': '*', 'pr:class': '*' },
    anyOrder: [['pr:occurrence-id', 'pr:class']],
    content: 'pr:all-persons | (pr:occurrence-id | pr:class | ##other)*',
    schemaType: 'pr:providePersonPermission',
    ...closed,
  },
  'pr:all-devices': empty,
  'pr:all-persons': empty,
  'pr:all-services': empty,
  'pr:deviceID': uri,
  'pr:occurrence-id': token,
  'pr:class': token,
  'pr:service-uri': uri,
  'pr:service-uri-scheme': token,
  'pr:provide-activities': booleanPermission,
  'pr:provide-class': booleanPermission,
  'pr:provide-deviceID': booleanPermission,
  'pr:provide-mood': booleanPermission,
  'pr:provide-place-is': booleanPermission,
  'pr:provide-place-type': booleanPermission,
  'pr:provide-privacy': booleanPermission,
  'pr:provide-relationship': booleanPermission,
  'pr:provide-status-icon': booleanPermission,
  'pr:provide-sphere': booleanPermission,
  'pr:provide-time-offset': booleanPermission,
  'pr:provide-note': booleanPermission,
  'pr:provide-user-input': { text: { enum: ['false', 'bare', 'thresholds', 'full'], preserve: true }, ...closed },
  'pr:provide-unknown-attribute': {
    key: 'name',
    attributes: { name: { required: true, type: 'string' }, ns: { required: true, type: 'string' } },
    text: 'boolean',
    schemaType: 'pr:unknownBooleanPermission',
    ...closed,
  },
  'pr:provide-all-attributes': empty,
} as const;
