/** 3GPP TS 24.623 clause 6.3, with TS 24.604, 24.607, 24.608, 24.611, 24.615 and 24.239: supplementary services over Ut. */

import { COMMON_POLICY, commonConditions, commonPolicyRows } from '../pres-rules/common-policy.ts';
import { OMA_COMMON_POLICY } from '../pres-rules/oma-table.ts';
import { SIMSERVS_AUID } from './auid.ts';
import { capabilityRows } from './capability-rows.ts';

/** Namespace of the supplementary services. */
export const SIMSERVS = 'http://uri.etsi.org/ngn/params/xml/simservs/xcap';

const services = {
  'originating-identity-presentation': '?',
  'originating-identity-presentation-restriction': '?',
  'terminating-identity-presentation': '?',
  'terminating-identity-presentation-restriction': '?',
  'communication-diversion': '?',
  'incoming-communication-barring': '?',
  'outgoing-communication-barring': '?',
  'communication-waiting': '?',
  'flexible-alerting-default': '?',
  'flexible-alerting-specific': '?',
  'communication-diversion-serv-cap': '?',
  'communication-barring-serv-cap': '?',
} as const;

const conditions = {
  'rule-deactivated': '?',
  busy: '?',
  'no-answer': '?',
  'not-reachable': '?',
  'not-registered': '?',
  anonymous: '?',
  'communication-diverted': '?',
  roaming: '?',
  international: '?',
  'international-exHC': '?',
  'presence-status': '*',
  media: '*',
  ...commonConditions,
  'ocp:external-list': '*',
  'ocp:other-identity': '?',
  'ocp:anonymous-request': '?',
} as const;

const active = { active: { type: 'boolean' } } as const;
const empty = { extensions: 'none', anyAttribute: 'none' } as const;
const service = { attributes: active, extensions: 'none', anyAttribute: 'any' } as const;
const restriction = { ...service, children: { 'default-behaviour': '?' } } as const;
const barring = { ...service, children: { 'cp:ruleset': '?' } } as const;
const truth = { text: 'boolean', anyAttribute: 'none' } as const;
const reveal = { text: { enum: ['true', 'false', 'not-reveal-GRUU'] }, anyAttribute: 'none' } as const;

const table = {
  auid: SIMSERVS_AUID,
  contentType: 'application/vnd.etsi.simservs+xml',
  documentName: 'simservs.xml',
  namespaces: { '': SIMSERVS, cp: COMMON_POLICY, ocp: OMA_COMMON_POLICY, ss: SIMSERVS },
  root: 'simservs',
  elements: {
    simservs: {
      children: { ...services, extensions: '?' },
      anyOrder: [Object.keys(services)],
      // The schema wants foreign elements inside `extensions`; vendors put theirs beside the services, also with `xmlns=""`.
      content: `(${Object.keys(services).join(' | ')} | ##other | ##local)*, (extensions, (##other | ##local)*)?`,
      anyAttribute: 'any',
    },
    extensions: { extensions: 'anywhere', anyAttribute: 'none' },
    'originating-identity-presentation': service,
    'originating-identity-presentation-restriction': restriction,
    'terminating-identity-presentation': service,
    'terminating-identity-presentation-restriction': restriction,
    'default-behaviour': {
      text: { enum: ['presentation-restricted', 'presentation-not-restricted'] },
      anyAttribute: 'none',
    },
    'communication-diversion': { ...service, children: { NoReplyTimer: '?', 'cp:ruleset': '?' } },
    NoReplyTimer: { text: 'integer', anyAttribute: 'none' },
    'incoming-communication-barring': barring,
    'outgoing-communication-barring': barring,
    'communication-waiting': service,
    'flexible-alerting-default': service,
    'flexible-alerting-specific': {
      ...service,
      children: { identity: '*' },
      extensions: 'last',
      // The schema's wildcard wants a declaration of each further attribute, and there are none.
      anyAttribute: 'none',
    },
    identity: { text: 'anyURI', attributes: active, anyAttribute: 'none' },
    ...capabilityRows,
    ...commonPolicyRows,
    'cp:rule': {
      ...commonPolicyRows['cp:rule'],
      // By the schema an id is unique in the document. Networks repeat ids between services, so a service and an id name a rule.
      unique: 'siblings',
    },
    'cp:conditions': { children: conditions, anyOrder: [Object.keys(conditions)], extensions: 'anywhere' },
    'rule-deactivated': empty,
    busy: empty,
    'no-answer': empty,
    'not-reachable': empty,
    'not-registered': empty,
    anonymous: empty,
    'communication-diverted': empty,
    roaming: empty,
    international: empty,
    'international-exHC': empty,
    'presence-status': { text: 'string', anyAttribute: 'none' },
    media: { text: 'string', anyAttribute: 'none' },
    'ocp:external-list': { children: { 'ocp:entry': '*' }, extensions: 'none', anyAttribute: 'none' },
    'ocp:entry': { key: 'anc', attributes: { anc: { type: 'anyURI' } }, extensions: 'none' },
    'ocp:other-identity': empty,
    'ocp:anonymous-request': empty,
    'cp:actions': {
      children: { 'forward-to': '?', allow: '?' },
      extensions: 'anywhere',
      anyOrder: [['forward-to', 'allow']],
    },
    'forward-to': {
      children: {
        target: '1',
        'notify-caller': '?',
        'reveal-identity-to-caller': '?',
        'reveal-served-user-identity-to-caller': '?',
        'notify-served-user': '?',
        'notify-served-user-on-outbound-call': '?',
        'reveal-identity-to-target': '?',
      },
      extensions: 'none',
      anyAttribute: 'none',
    },
    target: { text: 'anyURI', anyAttribute: 'none' },
    'notify-caller': truth,
    'reveal-identity-to-caller': reveal,
    'reveal-served-user-identity-to-caller': reveal,
    'notify-served-user': truth,
    'notify-served-user-on-outbound-call': truth,
    'reveal-identity-to-target': reveal,
    allow: truth,
    'cp:transformations': { extensions: 'anywhere' },
  },
} as const;

type Table = typeof table;

/** The simservs application usage, 3GPP TS 24.623 clause 6. */
export interface Simservs extends Table {}

/** Its table. */
export const simservsTable: Simservs = table;
