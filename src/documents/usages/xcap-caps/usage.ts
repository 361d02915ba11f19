/** RFC 4825 section 12: server capabilities. https://www.rfc-editor.org/rfc/rfc4825#section-12 */

import { textOf } from '../../data/read-data.ts';
import type { XcapDocument } from '../../document.ts';
import { type ApplicationUsage, defineApplicationUsage } from '../../usage.ts';
import type { UsageConstraints } from '../../validate/constraint.ts';
import { childElements, firstElement } from '../../xml/walk.ts';
import { type XcapCaps, xcapCapsTable } from './table.ts';

const NAMESPACE = xcapCapsTable.namespaces[''];

const lists =
  (member: string, value: string) =>
  (element: Parameters<NonNullable<UsageConstraints[string]>>[0]): boolean => {
    const list = firstElement(element, { namespace: NAMESPACE, local: `${member}s` });
    const texts = list ? childElements(list, { namespace: NAMESPACE, local: member }) : [];
    return texts.some((child) => textOf(child).trim() === value);
  };

/** The constraints of RFC 4825 section 12.1 that the schema does not express. */
const constraints: UsageConstraints = {
  'xcap-caps': (element, report) => {
    if (!lists('auid', 'xcap-caps')(element)) report('constraint', '<auids> must list "xcap-caps" itself; add it');
    if (!lists('namespace', NAMESPACE)(element)) report('constraint', `<namespaces> must list ${NAMESPACE}; add it`);
  },
};

/**
 * The xcap-caps application usage (RFC 4825 section 12): AUIDs, extensions and namespaces that a server supports.
 *
 * @example
 * const { value } = await client.get(xcapCaps.auids());
 */
export const xcapCaps: ApplicationUsage<
  XcapCaps,
  XcapDocument<XcapCaps>
> = /* @__PURE__ */ defineApplicationUsage<XcapCaps>(xcapCapsTable, {
  constraints,
});
