import type { AnyUsage } from '../usage.ts';
import { pidfManipulation } from './pidf-manipulation/usage.ts';
import { omaPresRules, presRules } from './pres-rules/usage.ts';
import { resourceLists } from './resource-lists/usage.ts';
import { rlsServices } from './rls-services/usage.ts';
import { simservs } from './simservs/usage.ts';
import { xcapCaps } from './xcap-caps.ts';
import { xcapDirectory } from './xcap-directory.ts';

/** Every application usage of this library. */
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
