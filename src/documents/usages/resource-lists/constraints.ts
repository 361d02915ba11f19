/** RFC 4826 section 3.4.5: constraints on the references in lists. https://www.rfc-editor.org/rfc/rfc4826#section-3.4.5 */

import type { UsageConstraint } from '../../validate/constraint.ts';
import { attributeValue } from '../../xml/walk.ts';

/** Reports an entry-ref that is not a path relative to the XCAP root. */
export const refIsRelative: UsageConstraint = (element, report) => {
  const ref = attributeValue(element, null, 'ref');
  if (ref !== undefined && /^(?:$|\/|[a-z][a-z0-9+.-]*:)/i.test(ref)) {
    report(
      'constraint',
      `ref is ${JSON.stringify(ref)}, but must be a path relative to the XCAP root without leading slash, such as resource-lists/users/...`,
    );
  }
};

/** Reports an external without an absolute HTTP URI. The schema makes the anchor optional, the text requires it. */
export const anchorIsAbsolute: UsageConstraint = (element, report) => {
  const anchor = attributeValue(element, null, 'anchor');
  if (anchor === undefined) report('constraint', '<external> lacks the attribute "anchor"; add it');
  else if (!/^https?:\/\/[^/?#]/i.test(anchor))
    report('constraint', `anchor is ${JSON.stringify(anchor)}, but must be an absolute http or https URI`);
};
