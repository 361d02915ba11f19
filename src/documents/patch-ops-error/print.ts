import { describeValue, refuseUnknownOptions, requireString } from '../../selector/arguments.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { PATCH_OPS_CONDITIONS, PatchError, type PatchOpsCondition } from '../errors.ts';
import { escapeAttribute } from '../xml/escape.ts';
import { parseXml } from '../xml/parse.ts';
import { NO_LIMITS } from '../xml/parse-limits.ts';
import { printNode } from '../xml/print.ts';
import { mustBeLegal } from '../xml/reconcile.ts';
import { PATCH_OPS_ERROR_NAMESPACE, type PatchOpsReport } from './report.ts';

/** Conditions whose elements have no content (RFC 5261 section 9). */
const WITHOUT_OPERATION: readonly PatchOpsCondition[] = ['invalid-character-set', 'invalid-diff-format'];

/**
 * Prints an `application/patch-ops-error+xml` body (RFC 5261 section 5); the inverse of `parsePatchOpsError`.
 *
 * @param failure - a `PatchError`, whose reason becomes the phrase, or a report
 *
 * @example
 * printPatchOpsError(new PatchError('unlocated-node', 'the diff', 'no node matches'));
 *
 * @throws InvalidArgumentError for a condition that RFC 5261 does not define, such as `etag-mismatch`, and for text with
 * a character that XML does not allow
 * @throws XcapParseError if the operation is not one XML element
 */
export function printPatchOpsError(failure: PatchError | PatchOpsReport): string {
  if (!(failure instanceof PatchError)) refuseUnknownOptions(failure ?? {}, REPORT, 'printPatchOpsError');
  const { condition, operation }: Partial<PatchError | PatchOpsReport> = failure ?? {};
  if (!isPatchOpsCondition(condition))
    throw new InvalidArgumentError(
      `printPatchOpsError: ${describeValue(condition)} is not an error of RFC 5261; its errors are ${PATCH_OPS_CONDITIONS.join(', ')}`,
    );
  const attributes =
    failure instanceof PatchError
      ? attribute('phrase', failure.reason)
      : attribute('phrase', failure.phrase) + attribute('xml:lang', failure.language);
  const content = operation === undefined || WITHOUT_OPERATION.includes(condition) ? '' : elementText(operation);
  // The prefix leaves the default namespace to the operation.
  const element = `<e:${condition}${attributes}${content === '' ? '/>' : `>${content}</e:${condition}>`}`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<e:patch-ops-error xmlns:e="${PATCH_OPS_ERROR_NAMESPACE}">${element}</e:patch-ops-error>\n`;
}

const REPORT: Readonly<Record<keyof PatchOpsReport, true>> = {
  condition: true,
  phrase: true,
  language: true,
  operation: true,
};

/** Returns an attribute with a space before it; `''` for `undefined`. */
function attribute(name: string, value: string | undefined): string {
  if (value === undefined) return '';
  mustBeLegal(requireString(value, `printPatchOpsError: ${name}`), `the ${name}`);
  return ` ${name}="${escapeAttribute(value)}"`;
}

const isPatchOpsCondition = (condition: unknown): condition is PatchOpsCondition =>
  PATCH_OPS_CONDITIONS.some((known) => known === condition);

function elementText(operation: string): string {
  const root = parseXml(operation, NO_LIMITS).document.documentElement;
  return root ? printNode(root) : '';
}
