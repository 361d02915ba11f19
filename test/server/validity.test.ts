import { describe, expect, it } from 'vitest';
import { omaPresRules, pidfManipulation, presRules, resourceLists } from '../../src/documents/index.ts';
import { refuseInvalid } from '../../src/server/validity.ts';

const CP = 'xmlns:cp="urn:ietf:params:xml:ns:common-policy"';
const ruleset = (conditions: string): string =>
  `<cp:ruleset ${CP} xmlns:ocp="urn:oma:xml:xdm:common-policy"><cp:rule id="a"><cp:conditions>${conditions}</cp:conditions></cp:rule></cp:ruleset>`;
const lists = (content: string): string =>
  `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list>${content}</list></resource-lists>`;
const identity = '<cp:identity><cp:one id="sip:a@b"/></cp:identity>';
const mood = '<mood xmlns="urn:ietf:params:xml:ns:pidf:rpid" id="i"><happy/></mood>';
const entries = '<entry uri="sip:a"/>'.repeat(150);

describe('the answer to an invalid document (RFC 4825 section 8.2.5)', () => {
  it.each([
    {
      what: 'an empty identity',
      document: presRules.parse(ruleset('<cp:identity/>')),
      condition: 'schema-validation-error',
    },
    {
      what: 'an undeclared element of an understood namespace',
      document: presRules.parse(ruleset('<pr:provide-activites xmlns:pr="urn:ietf:params:xml:ns:pres-rules"/>')),
      condition: 'schema-validation-error',
    },
    {
      what: 'two conditions on the watcher in the usage of OMA',
      document: omaPresRules.parse(ruleset(`${identity}<ocp:other-identity/>`)),
      condition: 'constraint-failure',
    },
    {
      what: 'an external without anchor',
      document: resourceLists.parse(lists('<external/>')),
      condition: 'constraint-failure',
    },
    { what: 'an entry twice', document: resourceLists.parse(lists(entries)), condition: 'uniqueness-failure' },
    {
      what: 'an error of the schema behind 150 of another kind',
      document: resourceLists.parse(lists(`${entries}<entry/>`)),
      condition: 'schema-validation-error',
    },
    {
      what: 'an id twice that is not a key',
      document: pidfManipulation.parse(
        `<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="a"><tuple id="t"><status/>${mood}${mood}</tuple></presence>`,
      ),
      condition: 'schema-validation-error',
    },
  ])('is $condition for $what', ({ document, condition }) => {
    expect(() => refuseInvalid(document, 'here')).toThrow(expect.objectContaining({ condition }));
  });

  it('is none for elements of unknown namespaces where the schema allows them', () => {
    expect(() => refuseInvalid(resourceLists.parse(lists('<x:y xmlns:x="urn:x" a="b"/>')), 'here')).not.toThrow();
  });
});
