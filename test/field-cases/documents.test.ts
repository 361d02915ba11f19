/** Cases from public reports about documents of other programs. */

import { describe, expect, it } from 'vitest';
import { defineApplicationUsage, merge, resourceLists, simservs } from '../../src/index.ts';

const SIMSERVS = 'xmlns:ss="http://uri.etsi.org/ngn/params/xml/simservs/xcap"';
const COMMON_POLICY = 'xmlns:cp="urn:ietf:params:xml:ns:common-policy"';

describe('case 06: a simservs document as networks answer it', () => {
  it.each([
    [
      'diversion, barring and waiting',
      `<ss:simservs ${SIMSERVS}><ss:communication-diversion active="false"><cp:ruleset ${COMMON_POLICY}><cp:rule id="call-diversion-busy"><cp:conditions><ss:rule-deactivated/><ss:busy/></cp:conditions></cp:rule></cp:ruleset></ss:communication-diversion><ss:incoming-communication-barring active="true"/><ss:communication-waiting active="true"/></ss:simservs>`,
    ],
    [
      'the same in another order, with roaming and media',
      `<ss:simservs ${SIMSERVS} ${COMMON_POLICY}><ss:communication-waiting active="true"/><ss:outgoing-communication-barring><cp:ruleset><cp:rule id="r"><cp:conditions><ss:media>audio</ss:media><ss:roaming/></cp:conditions><cp:actions><ss:allow>false</ss:allow></cp:actions></cp:rule></cp:ruleset></ss:outgoing-communication-barring><ss:originating-identity-presentation active="true"/></ss:simservs>`,
    ],
  ])('is valid with the built-in usage: %s', (_, text) => {
    expect(simservs.parse(text).validate()).toEqual([]);
    expect(simservs.definition.documentName).toBe('simservs.xml');
  });
});

describe('case 11: a service of a vendor inside simservs', () => {
  it('survives an edit of another service, which changes one attribute and nothing else', () => {
    const text = `<ss:simservs ${SIMSERVS} ${COMMON_POLICY} xmlns:mmt-serv="http://schemas.ericsson.com/mmtel/services"><ss:communication-diversion active="true"><cp:ruleset/></ss:communication-diversion><mmt-serv:outgoing-barring-programs active="true"><mmt-serv:single-program>15</mmt-serv:single-program></mmt-serv:outgoing-barring-programs></ss:simservs>`;
    const document = simservs.parse(text);
    document.put(simservs.communicationDiversion().attr('active'), false);
    expect(document.toString()).toBe(text.replace('diversion active="true"', 'diversion active="false"'));
  });
});

describe('case 39: the address book of Blink inside resource-lists', () => {
  const text =
    '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists" xmlns:ab="urn:ag-projects:xml:ns:addressbook"><list name="sipsimple_addressbook"><ab:group id="g1"><ab:name>Friends</ab:name><ab:contacts><ab:contact_id>c1</ab:contact_id></ab:contacts></ab:group><ab:contact id="c1"><ab:name>Bob</ab:name></ab:contact></list></resource-lists>';
  const base = resourceLists.parse(text);
  const edited = (from: string, to: string) => resourceLists.parse(text.replace(from, to));
  const contact = (id: string) => `<ab:contact id="${id}"><ab:name>${id}</ab:name></ab:contact></list>`;

  it('keeps the contacts that both sides add', () => {
    const { document, conflicts } = merge(base, edited('</list>', contact('c3')), edited('</list>', contact('c4')));
    expect(conflicts).toEqual([]);
    for (const id of ['c1', 'c3', 'c4']) expect(String(document).split(`contact id="${id}"`)).toHaveLength(2);
  });

  it('keeps the members that both sides add to a group', () => {
    const member = (id: string) => `</ab:contact_id><ab:contact_id>${id}</ab:contact_id>`;
    const added = (id: string) => edited('</ab:contact_id>', member(id));
    const { document, conflicts } = merge(base, added('c3'), added('c4'));
    expect(conflicts).toEqual([]);
    for (const id of ['c1', 'c3', 'c4']) expect(String(document)).toContain(`<ab:contact_id>${id}</ab:contact_id>`);
  });

  it('has a conflict where one side deletes a contact that the other renames', () => {
    const removed = edited('<ab:contact id="c1"><ab:name>Bob</ab:name></ab:contact>', '');
    expect(merge(base, removed, edited('>Bob<', '>Robert<')).conflicts).toHaveLength(1);
  });
});

describe('case 41: a group document of MCPTT in three namespaces', () => {
  const groups = defineApplicationUsage({
    auid: 'org.openmobilealliance.groups',
    contentType: 'application/vnd.oma.poc.groups+xml',
    namespaces: {
      '': 'urn:oma:xml:poc:list-service',
      rl: 'urn:ietf:params:xml:ns:resource-lists',
      mcpttgi: 'urn:3gpp:ns:mcpttGroupInfo:1.0',
    },
    root: 'group',
    tree: 'global',
    elements: {
      group: { children: { 'list-service': '*' } },
      'list-service': { attributes: { uri: { required: true } }, key: 'uri', children: { list: '?' } },
      list: { children: { entry: '*' } },
      entry: {
        attributes: { uri: { required: true } },
        key: 'uri',
        children: { 'rl:display-name': '?', 'mcpttgi:user-priority': '?' },
      },
      'rl:display-name': { text: 'string' },
      'mcpttgi:user-priority': { text: 'integer' },
    },
  });
  const text =
    '<group xmlns="urn:oma:xml:poc:list-service" xmlns:rl="urn:ietf:params:xml:ns:resource-lists" xmlns:mcpttgi="urn:3gpp:ns:mcpttGroupInfo:1.0"><list-service uri="tel:+15551230000"><list><entry uri="tel:+15551230001"><rl:display-name>One</rl:display-name><mcpttgi:user-priority>1</mcpttgi:user-priority></entry></list></list-service></group>';
  const list = groups.listService('tel:+15551230000').list();
  const withMember = (number: number) => {
    const document = groups.parse(text);
    const member = { uri: `tel:+1555123000${number}`, displayName: `Member ${number}`, userPriority: number };
    document.append(list, { entry: member });
    return document;
  };

  it('gets a member with the prefixes of the document', () => {
    expect(String(withMember(2))).toContain(
      '<entry uri="tel:+15551230002"><rl:display-name>Member 2</rl:display-name><mcpttgi:user-priority>2</mcpttgi:user-priority></entry>',
    );
    expect(withMember(2).validate()).toEqual([]);
  });

  it('keeps the members that both sides add', () => {
    const { document, conflicts } = merge(groups.parse(text), withMember(2), withMember(3));
    expect(conflicts).toEqual([]);
    for (const number of [1, 2, 3]) expect(document.get(list.entry(`tel:+1555123000${number}`))).toBeDefined();
  });
});
