import type { AnyUsage } from '../usage.ts';
import { pidfManipulation } from './pidf-manipulation/usage.ts';
import { omaPresRules, presRules } from './pres-rules/usage.ts';
import { resourceLists } from './resource-lists/usage.ts';
import { rlsServices } from './rls-services/usage.ts';
import { simservs } from './simservs/usage.ts';
import { xcapCaps } from './xcap-caps/usage.ts';
import { xcapDirectory } from './xcap-directory/usage.ts';

/**
 * The application usages of this library.
 *
 * @example
 * parseXcapUri(url, { root, usages: builtInUsages });
 */
export const builtInUsages: readonly AnyUsage[] = [
  resourceLists,
  presRules,
  omaPresRules,
  rlsServices,
  simservs,
  pidfManipulation,
  xcapCaps,
  xcapDirectory,
];
