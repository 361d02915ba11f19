/** RFC 3863, RFC 4479 and RFC 4480: what the pidf-manipulation table cannot express. */

import type { UsageConstraint, UsageConstraints } from '../../validate/validate.ts';
import { attributeValue, childElements } from '../../xml/walk.ts';
import { RPID } from './rpid-rows.ts';

/** The schema's choice between `unknown`, one or more values, and elements of other namespaces; notes do not count. */
const choice =
  (least: 0 | 1, most: 1 | 'many'): UsageConstraint =>
  (element, report) => {
    const names = childElements(element).map(({ namespaceURI, localName }) =>
      namespaceURI === RPID ? (localName ?? '') : 'an extension',
    );
    const values = names.filter((name) => name !== 'note');
    const choices = most === 1 ? new Set(values).size : values.length;
    if (values.length < least) report('one-of', `<${element.tagName}> is empty; say which, or <unknown>`);
    else if (values.includes('unknown') && choices > 1)
      report('one-of', `<unknown> must be the only value of <${element.tagName}>, but there are ${values.length}`);
    else if (most === 1 && choices > 1)
      report('one-of', `<${element.tagName}> has one value, but here are ${values.join(', ')}`);
  };

/** The constraints of the pidf-manipulation application usage. */
export const pidfConstraints: UsageConstraints = {
  presence: (element, report) => {
    const kinds = new Map<string, string>();
    for (const child of childElements(element)) {
      const id = attributeValue(child, null, 'id');
      if (id === undefined) continue;
      const other = kinds.get(id);
      // Twice in one kind is reported by the table's own uniqueness.
      if (other !== undefined && other !== child.localName)
        report('unique', `a <${other}> and a <${child.localName}> have the id ${JSON.stringify(id)}; choose another`);
      kinds.set(id, child.localName ?? '');
    }
  },
  contact: (element, report) => {
    const priority = attributeValue(element, null, 'priority');
    if (priority !== undefined && !/^\s*(?:0(?:\.\d{1,3})?|1(?:\.0{1,3})?)\s*$/.test(priority))
      report('type', `priority is ${JSON.stringify(priority)}, but must be a decimal between 0 and 1 such as 0.8`);
  },
  'rpid:activities': choice(0, 'many'),
  'rpid:mood': choice(1, 'many'),
  'rpid:place-is': (element, report) => {
    const media = childElements(element, { namespace: RPID }).filter(({ localName }) => localName !== 'note');
    for (const medium of media)
      if (childElements(medium).length !== 1)
        report('one-of', `<${medium.tagName}> needs exactly one value, such as <ok> or <unknown>`);
  },
  'rpid:place-type': choice(1, 1),
  'rpid:relationship': choice(0, 1),
  'rpid:service-class': choice(1, 1),
  'rpid:sphere': choice(0, 1),
  'rpid:user-input': (element, report) => {
    const threshold = attributeValue(element, null, 'idle-threshold');
    if (threshold !== undefined && Number(threshold) < 1)
      report('type', `idle-threshold is ${JSON.stringify(threshold)}, but must be a positive number of seconds`);
  },
};
