/** RFC 4480: what the pidf-manipulation table cannot express. https://www.rfc-editor.org/rfc/rfc4480#section-5 */

import { ofSchema, type UsageConstraint, type UsageConstraints } from '../../validate/constraint.ts';
import { childElements } from '../../xml/walk.ts';
import { RPID } from './rpid-rows.ts';

/** Checks `audio`, `video` and `text`: their types in `place-is` and in `privacy` differ, but the table has one row for both. */
const media = (isFilled: boolean): UsageConstraint =>
  ofSchema((element, report) => {
    for (const medium of childElements(element, { namespace: RPID })) {
      if (!['audio', 'video', 'text'].includes(medium.localName ?? '')) continue;
      if (isFilled && childElements(medium).length === 0)
        report('cardinality', `<${medium.tagName}> lacks its value; add <ok> or <unknown>`);
      else if (!isFilled && (childElements(medium).length > 0 || medium.textContent !== ''))
        report('text', `<${medium.tagName}> must be empty in <${element.tagName}>`);
    }
  });

/** The constraints of the pidf-manipulation application usage. */
export const pidfConstraints: UsageConstraints = { 'rpid:place-is': media(true), 'rpid:privacy': media(false) };
