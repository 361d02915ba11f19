/** RFC 4745 section 7, RFC 5025 section 3 and OMA Presence XDM: constraints that the tables do not express. */

import type { Element } from '@xmldom/xmldom';
import type { UsageConstraint, UsageConstraints } from '../../validate/constraint.ts';
import { attributeValue, childElements } from '../../xml/walk.ts';
import { COMMON_POLICY } from './common-policy.ts';
import { OMA_COMMON_POLICY } from './oma-table.ts';

/** Reports an identity without a URI scheme, which matches no watcher (RFC 4745 section 7.1.2). */
const namesUri: UsageConstraint = (element, report) => {
  const id = attributeValue(element, null, 'id');
  if (id !== undefined && !/^[a-z][a-z0-9+.-]*:./i.test(id))
    report('constraint', `id is ${JSON.stringify(id)}, but must be a URI with its scheme, such as sip:bob@example.com`);
};

/** The constraints of the pres-rules application usage. */
export const presRulesConstraints: UsageConstraints = {
  'cp:one': namesUri,
  'cp:except': namesUri,
};

/** Returns the conditions of a rule that identify the watcher. */
const identityConditions = (conditions: Element): Element[] =>
  childElements(conditions).filter(
    ({ namespaceURI, localName }) =>
      (namespaceURI === COMMON_POLICY && localName === 'identity') || namespaceURI === OMA_COMMON_POLICY,
  );

/** The constraints of org.openmobilealliance.pres-rules. */
export const omaPresRulesConstraints: UsageConstraints = {
  ...presRulesConstraints,
  'cp:conditions': (element, report) => {
    const names = identityConditions(element).map((condition) => `<${condition.localName}>`);
    if (names.length > 1)
      report(
        'constraint',
        `a rule may have one condition that identifies the watcher, but this one has ${names.join(', ')}; split the rule`,
      );
  },
  'ocp:entry': (element, report) => {
    const anchor = attributeValue(element, null, 'anc');
    if (anchor === undefined || !/^https?:\/\//i.test(anchor))
      report('constraint', `anc must be the absolute HTTP URI of a list, but is ${JSON.stringify(anchor ?? null)}`);
  },
};
