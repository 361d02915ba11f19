/** OMA Presence XDM 2.0: presence rules with OMA's conditions and permissions; schemas oma-xdm-commonpolicy and oma-presence-rules. */

import { AUTH_POLICY, COMMON_POLICY, commonConditions, commonPolicyRows } from './common-policy.ts';
import { PRES_RULES, presencePermissionRows, presencePermissions, serviceSets } from './permissions.ts';

/** The namespace of OMA's conditions. */
export const OMA_COMMON_POLICY = 'urn:oma:xml:xdm:common-policy';
/** The namespace of OMA's permissions. */
const OMA_PRES_RULES = 'urn:oma:xml:prs:pres-rules';

const conditions = {
  ...commonConditions,
  'ocp:external-list': '*',
  'ocp:other-identity': '?',
  'ocp:anonymous-request': '?',
} as const;

const permissions = {
  ...presencePermissions,
  'op:provide-willingness': '?',
  'op:provide-network-availability': '?',
  'op:provide-session-participation': '?',
  'op:provide-registration-state': '?',
  'op:provide-barring-state': '?',
  'op:provide-geopriv': '?',
} as const;

const services = { ...serviceSets, 'op:service-id': '*' } as const;

const table = {
  auid: 'org.openmobilealliance.pres-rules',
  contentType: AUTH_POLICY,
  documentName: 'pres-rules',
  // Servers disagree on the default document namespace, so the table has none and selectors bind every prefix.
  namespaces: { cp: COMMON_POLICY, pr: PRES_RULES, ocp: OMA_COMMON_POLICY, op: OMA_PRES_RULES },
  root: 'cp:ruleset',
  elements: {
    ...commonPolicyRows,
    'cp:conditions': { children: conditions, anyOrder: [Object.keys(conditions)], extensions: 'anywhere' },
    'ocp:external-list': { children: { 'ocp:entry': '*' } },
    'ocp:entry': { key: 'anc', attributes: { anc: { type: 'anyURI' } } },
    'ocp:other-identity': { extensions: 'none' },
    'ocp:anonymous-request': { extensions: 'none' },
    ...presencePermissionRows,
    'cp:transformations': { children: permissions, anyOrder: [Object.keys(permissions)], extensions: 'anywhere' },
    'pr:provide-services': { children: services, anyOrder: [Object.keys(services)], extensions: 'anywhere' },
    'op:provide-willingness': { text: 'boolean' },
    'op:provide-network-availability': { text: 'boolean' },
    'op:provide-session-participation': { text: 'boolean' },
    'op:provide-registration-state': { text: 'boolean' },
    'op:provide-barring-state': { text: 'boolean' },
    'op:provide-geopriv': { text: { enum: ['false', 'full'] } },
    'op:service-id': { text: 'string' },
  },
} as const;

type Table = typeof table;

/** The application usage org.openmobilealliance.pres-rules. */
export interface OmaPresRules extends Table {}

/** The table of org.openmobilealliance.pres-rules. */
export const omaPresRulesTable: OmaPresRules = table;
