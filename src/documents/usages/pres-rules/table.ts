/** RFC 5025 section 9: the pres-rules application usage. https://www.rfc-editor.org/rfc/rfc5025#section-9 */

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
} from './permissions.ts';

const table = {
  auid: 'pres-rules',
  contentType: AUTH_POLICY,
  documentName: 'index',
  // The default document namespace is not that of the root (section 9.3), so selectors bind `cp`.
  namespaces: { '': PRES_RULES, cp: COMMON_POLICY, pr: PRES_RULES },
  root: 'cp:ruleset',
  elements: {
    ...commonPolicyRows,
    'cp:conditions': {
      children: commonConditions,
      anyOrder: [Object.keys(commonConditions)],
      ...conditionsType,
    },
    ...presencePermissionRows,
    'cp:transformations': {
      children: presencePermissions,
      anyOrder: [Object.keys(presencePermissions)],
      ...extensibleType,
    },
    'pr:provide-services': provideServices,
  },
  globals: ['cp:ruleset', ...presenceGlobals],
} as const;

type Table = typeof table;

/** The pres-rules application usage, RFC 5025 section 9. */
export interface PresRules extends Table {}

/** The table of pres-rules. */
export const presRulesTable: PresRules = table;
