/** 3GPP TS 24.604 and TS 24.611, Release 9 and later: what the network offers of diversion and barring. Phones only read it. */

const provisioned = {
  attributes: { provisioned: { type: 'boolean' } },
  extensions: 'none',
  anyAttribute: 'any',
} as const;

/** Capabilities of diversion conditions, in the order of the schema. */
export const diversionConditionCapabilities = [
  'serv-cap-anonymous',
  'serv-cap-busy',
  'serv-cap-external-list',
  'serv-cap-identity',
  'serv-cap-media',
  'serv-cap-not-registered',
  'serv-cap-no-answer',
  'serv-cap-not-reachable',
  'serv-cap-presence-status',
  'serv-cap-rule-deactivated',
  'serv-cap-validity',
] as const;

/** Capabilities of barring conditions, in the order of the schema. */
export const barringConditionCapabilities = [
  'serv-cap-anonymous',
  'serv-cap-communication-diverted',
  'serv-cap-external-list',
  'serv-cap-identity',
  'serv-cap-international',
  'serv-cap-international-exHC',
  'serv-cap-media',
  'serv-cap-other-identity',
  'serv-cap-presence-status',
  'serv-cap-roaming',
  'serv-cap-rule-deactivated',
  'serv-cap-validity',
] as const;

/** Seen in the field beside the schema's: they may stand anywhere among the others. */
const fieldCapabilities = {
  'serv-cap-unconditional': '?',
  'serv-cap-selective': '?',
  'serv-cap-default': '?',
  'serv-cap-request-name': '?',
} as const;

/** Rows of the two capability services. One row serves `serv-cap-conditions` of both: its order holds for either. */
export const capabilityRows = {
  'communication-diversion-serv-cap': {
    attributes: { active: { type: 'boolean' } },
    children: { 'serv-cap-conditions': '?', 'serv-cap-actions': '?' },
    extensions: 'none',
    anyAttribute: 'any',
  },
  'communication-barring-serv-cap': {
    attributes: { active: { type: 'boolean' } },
    children: { 'serv-cap-conditions': '?' },
    extensions: 'none',
    anyAttribute: 'any',
  },
  'serv-cap-conditions': {
    children: {
      'serv-cap-anonymous': '?',
      'serv-cap-busy': '?',
      'serv-cap-communication-diverted': '?',
      'serv-cap-external-list': '?',
      'serv-cap-identity': '?',
      'serv-cap-international': '?',
      'serv-cap-international-exHC': '?',
      'serv-cap-media': '?',
      'serv-cap-not-registered': '?',
      'serv-cap-no-answer': '?',
      'serv-cap-not-reachable': '?',
      'serv-cap-other-identity': '?',
      'serv-cap-presence-status': '?',
      'serv-cap-roaming': '?',
      'serv-cap-rule-deactivated': '?',
      'serv-cap-validity': '?',
      ...fieldCapabilities,
    },
    extensions: 'none',
    anyAttribute: 'none',
  },
  'serv-cap-actions': {
    children: {
      'serv-cap-target': '?',
      'serv-cap-notify-caller': '?',
      'serv-cap-notify-served-user': '?',
      'serv-cap-notify-served-user-on-outbound-call': '?',
      'serv-cap-reveal-identity-to-caller': '?',
      'serv-cap-reveal-served-user-identity-to-caller': '?',
      'serv-cap-reveal-identity-to-target': '?',
    },
    extensions: 'none',
    anyAttribute: 'none',
  },
  'serv-cap-anonymous': provisioned,
  'serv-cap-busy': provisioned,
  'serv-cap-communication-diverted': provisioned,
  'serv-cap-external-list': provisioned,
  'serv-cap-identity': provisioned,
  'serv-cap-international': provisioned,
  'serv-cap-international-exHC': provisioned,
  'serv-cap-not-registered': provisioned,
  'serv-cap-no-answer': provisioned,
  'serv-cap-not-reachable': provisioned,
  'serv-cap-other-identity': provisioned,
  'serv-cap-presence-status': provisioned,
  'serv-cap-roaming': provisioned,
  'serv-cap-rule-deactivated': provisioned,
  'serv-cap-validity': provisioned,
  'serv-cap-unconditional': provisioned,
  'serv-cap-selective': provisioned,
  'serv-cap-default': provisioned,
  'serv-cap-request-name': provisioned,
  'serv-cap-media': {
    children: { 'all-media': '?', 'no-media': '?', media: '*' },
    extensions: 'last',
    anyAttribute: 'none',
  },
  'all-media': { extensions: 'none', anyAttribute: 'none' },
  'no-media': { extensions: 'none', anyAttribute: 'none' },
  'serv-cap-target': {
    children: { 'any-target-type': '?', 'telephony-type': '?' },
    extensions: 'last',
    anyAttribute: 'none',
  },
  'any-target-type': { extensions: 'none', anyAttribute: 'none' },
  'telephony-type': { extensions: 'none', anyAttribute: 'none' },
  'serv-cap-notify-caller': provisioned,
  'serv-cap-notify-served-user': provisioned,
  'serv-cap-notify-served-user-on-outbound-call': provisioned,
  'serv-cap-reveal-identity-to-caller': provisioned,
  'serv-cap-reveal-served-user-identity-to-caller': provisioned,
  'serv-cap-reveal-identity-to-target': provisioned,
} as const;
