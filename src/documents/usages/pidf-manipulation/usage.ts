/** RFC 4827: presence documents by XCAP. https://www.rfc-editor.org/rfc/rfc4827 */

import type { XcapDocument } from '../../document.ts';
import { type ApplicationUsage, defineApplicationUsage } from '../../usage.ts';
import type { Constraints } from '../../validate/validate.ts';
import { attributeValue, childElements } from '../../xml/walk.ts';
import { type PidfManipulation, pidfManipulationTable } from './table.ts';

/** What RFC 3863 and RFC 4479 demand beyond structure. */
const constraints: Constraints = {
  presence: (element, report) => {
    const kinds = new Map<string, string>();
    for (const child of childElements(element)) {
      const id = attributeValue(child, null, 'id');
      if (id === undefined) continue;
      const other = kinds.get(id);
      // Twice in one kind is reported by the table's own uniqueness.
      if (other !== undefined && other !== child.localName)
        report(
          'unique',
          `the id ${JSON.stringify(id)} stands at a <${other}> and a <${child.localName}>; choose another`,
        );
      kinds.set(id, child.localName ?? '');
    }
  },
  contact: (element, report) => {
    const priority = attributeValue(element, null, 'priority');
    if (priority !== undefined && !/^\s*(?:0(?:\.\d{1,3})?|1(?:\.0{1,3})?)\s*$/.test(priority))
      report('type', `priority is ${JSON.stringify(priority)}, but must be a decimal between 0 and 1 such as 0.8`);
  },
};

/** The pidf-manipulation application usage (RFC 4827): the presence state that a user publishes by hand. */
export const pidfManipulation: ApplicationUsage<
  PidfManipulation,
  XcapDocument<PidfManipulation>
> = defineApplicationUsage<PidfManipulation>(pidfManipulationTable, { constraints });
