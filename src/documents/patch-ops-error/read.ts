import { requireString } from '../../selector/arguments.ts';
import { XML_NAMESPACE } from '../../selector/names.ts';
import { PATCH_OPS_CONDITIONS, XcapParseError } from '../errors.ts';
import { parseXml } from '../xml/parse.ts';
import { standaloneText } from '../xml/standalone-text.ts';
import { attributeValue, childElements, firstElement } from '../xml/walk.ts';
import { PATCH_OPS_ERROR_NAMESPACE, type PatchOpsReport } from './report.ts';

/**
 * Reads an `application/patch-ops-error+xml` body (RFC 5261 section 5), which a reader of patches sends when one cannot be
 * applied. Elements of other namespaces are ignored. The limits of documents apply.
 *
 * @example
 * parsePatchOpsError(body)?.condition; // 'unlocated-node'
 *
 * @returns `undefined` for anything that is not a report: malformed XML, another root element, no known condition
 */
export function parsePatchOpsError(text: string): PatchOpsReport | undefined {
  requireString(text, 'parsePatchOpsError: the text');
  try {
    const root = parseXml(text).document.documentElement;
    if (root?.localName !== 'patch-ops-error' || root.namespaceURI !== PATCH_OPS_ERROR_NAMESPACE) return undefined;
    for (const element of childElements(root, { namespace: PATCH_OPS_ERROR_NAMESPACE })) {
      const condition = PATCH_OPS_CONDITIONS.find((known) => known === element.localName);
      if (condition === undefined) continue;
      const phrase = attributeValue(element, null, 'phrase');
      const language = attributeValue(element, XML_NAMESPACE, 'lang');
      const operation = firstElement(element);
      return {
        condition,
        ...(phrase !== undefined && { phrase }),
        ...(language !== undefined && { language }),
        ...(operation && { operation: standaloneText(operation, PATCH_OPS_ERROR_NAMESPACE) }),
      };
    }
    return undefined;
  } catch (error) {
    if (error instanceof XcapParseError) return undefined;
    throw error;
  }
}
