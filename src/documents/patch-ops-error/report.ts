/** Reports of failed patch operations (RFC 5261 section 5). */

import type { PatchOpsCondition } from '../errors.ts';

/** Namespace of the error elements. */
export const PATCH_OPS_ERROR_NAMESPACE = 'urn:ietf:params:xml:ns:patch-ops-error';

/** The content of an `application/patch-ops-error+xml` body. */
export interface PatchOpsReport {
  readonly condition: PatchOpsCondition;
  /** Text for people. */
  readonly phrase?: string | undefined;
  /** Language of the phrase, as in `xml:lang`. */
  readonly language?: string | undefined;
  /** XML text of the operation that failed. */
  readonly operation?: string | undefined;
}
