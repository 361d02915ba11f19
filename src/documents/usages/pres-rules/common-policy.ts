/** RFC 4745: rows of the common policy elements, shared by the usages that extend it. https://www.rfc-editor.org/rfc/rfc4745#section-13 */

/** The namespace of common policy (RFC 4745). */
export const COMMON_POLICY = 'urn:ietf:params:xml:ns:common-policy';

/** The media type of policy documents (RFC 4745 section 16). */
export const AUTH_POLICY = 'application/auth-policy+xml';

/** The conditions that common policy defines. */
export const commonConditions = { 'cp:identity': '*', 'cp:sphere': '*', 'cp:validity': '*' } as const;

/** The rows of all elements except `conditions`, `actions` and `transformations`, which usages extend. */
export const commonPolicyRows = {
  'cp:ruleset': { children: { 'cp:rule': '*' }, extensions: 'none' },
  'cp:rule': {
    key: 'id',
    unique: 'document',
    attributes: { id: { required: true, type: 'ID' } },
    children: { 'cp:conditions': '?', 'cp:actions': '?', 'cp:transformations': '?' },
    extensions: 'none',
  },
  'cp:identity': {
    children: { 'cp:one': '*', 'cp:many': '*' },
    anyOrder: [['cp:one', 'cp:many']],
    extensions: 'anywhere',
  },
  'cp:one': { key: 'id', attributes: { id: { required: true, type: 'anyURI' } } },
  'cp:many': {
    key: 'domain',
    attributes: { domain: { type: 'string' } },
    children: { 'cp:except': '*' },
    extensions: 'anywhere',
  },
  'cp:except': { attributes: { domain: { type: 'string' }, id: { type: 'anyURI' } }, extensions: 'none' },
  'cp:sphere': { attributes: { value: { required: true, type: 'string' } }, extensions: 'none' },
  'cp:validity': { children: { 'cp:from': '+', 'cp:until': '+' }, repeats: true, extensions: 'none' },
  'cp:from': { text: 'dateTime' },
  'cp:until': { text: 'dateTime' },
} as const;
