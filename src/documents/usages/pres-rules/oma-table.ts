/** OMA Presence XDM 2.0: presence rules with OMA's conditions and permissions; schemas oma-xdm-commonpolicy and oma-presence-rules. */

import {
  AUTH_POLICY,
  COMMON_POLICY,
  commonConditions,
  commonPolicyRows,
  conditionsType,
  extensibleType,
} from './common-policy.ts';
import {
  PRES_RULES,
  presenceGlobals,
  presencePermissionRows,
  presencePermissions,
  provideServices,
  serviceSets,
} from './permissions.ts';

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

const omaPermissions = {
  'op:provide-willingness': '?',
  'op:provide-network-availability': '?',
  'op:provide-session-participation': '?',
  'op:provide-registration-state': '?',
  'op:provide-barring-state': '?',
  'op:provide-geopriv': '?',
} as const;

const permissions = { ...presencePermissions, ...omaPermissions } as const;

const services = { ...serviceSets, 'op:service-id': '*' } as const;

const closed = { anyAttribute: 'none' } as const;
const empty = { extensions: 'none', ...closed } as const;
const emptyType = { ...empty, schemaType: 'ocp:emptyType' } as const;
const booleanPermission = { text: 'boolean', schemaType: 'pr:booleanPermission', ...closed } as const;

const table = {
  auid: 'org.openmobilealliance.pres-rules',
  contentType: AUTH_POLICY,
  documentName: 'pres-rules',
  // Servers disagree on the default document namespace: common policy (Doubango) or presence rules (OpenXCAP). So the table
  // has none, selectors bind every prefix, and unprefixed names are read in either namespace.
  namespaces: { cp: COMMON_POLICY, pr: PRES_RULES, ocp: OMA_COMMON_POLICY, op: OMA_PRES_RULES },
  unprefixedNamespaces: [COMMON_POLICY, PRES_RULES],
  root: 'cp:ruleset',
  elements: {
    ...commonPolicyRows,
    'cp:conditions': { children: conditions, anyOrder: [Object.keys(conditions)], ...conditionsType },
    'ocp:external-list': { children: { 'ocp:entry': '*' }, ...empty },
    'ocp:entry': {
      key: 'anc',
      attributes: { anc: { type: 'anyURI' } },
      extensions: 'none',
      anyAttribute: 'any',
      schemaType: 'ocp:anchorType',
    },
    'ocp:other-identity': emptyType,
    'ocp:anonymous-request': emptyType,
    ...presencePermissionRows,
    'cp:transformations': { children: permissions, anyOrder: [Object.keys(permissions)], ...extensibleType },
    'pr:provide-services': { ...provideServices, children: services },
    'op:provide-willingness': booleanPermission,
    'op:provide-network-availability': booleanPermission,
    'op:provide-session-participation': booleanPermission,
    'op:provide-registration-state': booleanPermission,
    'op:provide-barring-state': booleanPermission,
    'op:provide-geopriv': { text: { enum: ['false', 'full'], preserve: true }, ...closed },
    'op:service-id': { text: 'string', ...closed },
  },
  globals: [
    'cp:ruleset',
    ...presenceGlobals,
    ...Object.keys(omaPermissions),
    'op:service-id',
    'ocp:other-identity',
    'ocp:external-list',
    'ocp:anonymous-request',
  ],
} as const;

type Table = typeof table;

/** The application usage org.openmobilealliance.pres-rules. */
export interface OmaPresRules extends Table {}

/** The table of org.openmobilealliance.pres-rules. */
export const omaPresRulesTable: OmaPresRules = table;
