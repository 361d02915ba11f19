/** RFC 4745: rows of the common policy elements, shared by the usages that extend it. https://www.rfc-editor.org/rfc/rfc4745#section-13 */

/** The namespace of common policy (RFC 4745). */
export const COMMON_POLICY = 'urn:ietf:params:xml:ns:common-policy';

/** The media type of policy documents (RFC 4745 section 16). */
export const AUTH_POLICY = 'application/auth-policy+xml';

/** The schema allows no attributes of other namespaces on any element. */
const closed = { anyAttribute: 'none' } as const;

/** The conditions that common policy defines. */
export const commonConditions = { 'cp:identity': '*', 'cp:sphere': '*', 'cp:validity': '*' } as const;

/** The members of `conditions`, and of `actions` and `transformations`, besides the children that a usage gives them. */
export const conditionsType = { extensions: 'anywhere', schemaType: 'cp:conditionsType', ...closed } as const;
export const extensibleType = { extensions: 'anywhere', schemaType: 'cp:extensibleType', ...closed } as const;

/** The rows of all elements except `conditions`, `actions` and `transformations`, which usages extend. */
export const commonPolicyRows = {
  'cp:ruleset': { children: { 'cp:rule': '*' }, extensions: 'none', ...closed },
  'cp:rule': {
    key: 'id',
    unique: 'document',
    attributes: { id: { required: true, type: 'ID' } },
    children: { 'cp:conditions': '?', 'cp:actions': '?', 'cp:transformations': '?' },
    extensions: 'none',
    schemaType: 'cp:ruleType',
    ...closed,
  },
  'cp:identity': {
    children: { 'cp:one': '*', 'cp:many': '*' },
    anyOrder: [['cp:one', 'cp:many']],
    content: '(cp:one | cp:many | ##other)+',
    schemaType: 'cp:identityType',
    ...closed,
  },
  'cp:one': {
    key: 'id',
    attributes: { id: { required: true, type: 'anyURI' } },
    content: '##other?',
    schemaType: 'cp:oneType',
    ...closed,
  },
  'cp:many': {
    key: 'domain',
    attributes: { domain: { type: 'string' } },
    children: { 'cp:except': '*' },
    content: '(cp:except | ##other)*',
    schemaType: 'cp:manyType',
    ...closed,
  },
  'cp:except': {
    attributes: { domain: { type: 'string' }, id: { type: 'anyURI' } },
    extensions: 'none',
    schemaType: 'cp:exceptType',
    ...closed,
  },
  'cp:sphere': {
    attributes: { value: { required: true, type: 'string' } },
    extensions: 'none',
    schemaType: 'cp:sphereType',
    ...closed,
  },
  'cp:validity': {
    children: { 'cp:from': '+', 'cp:until': '+' },
    repeats: true,
    extensions: 'none',
    schemaType: 'cp:validityType',
    ...closed,
  },
  'cp:from': { text: 'dateTime', ...closed },
  'cp:until': { text: 'dateTime', ...closed },
} as const;
