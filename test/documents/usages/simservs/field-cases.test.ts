/** Cases from public reports about documents of supplementary services. */

import { describe, expect, it } from 'vitest';
import { simservs, XcapParseError } from '../../../../src/documents/index.ts';

const SS = 'xmlns:ss="http://uri.etsi.org/ngn/params/xml/simservs/xcap"';
const CP = 'xmlns:cp="urn:ietf:params:xml:ns:common-policy"';

describe('case 06: a document as a network answers it', () => {
  const text = `<ss:simservs ${SS}><ss:communication-diversion active="false"><cp:ruleset ${CP}><cp:rule id="call-diversion-busy"><cp:conditions><ss:rule-deactivated/><ss:busy/></cp:conditions></cp:rule></cp:ruleset></ss:communication-diversion><ss:incoming-communication-barring active="true"/><ss:communication-waiting active="true"/></ss:simservs>`;

  it('is valid, in this order of services', () => expect(simservs.parse(text).validate()).toEqual([]));

  it('shows what is provisioned', () => {
    const doc = simservs.parse(text);
    expect(doc.services().flatMap(({ service, provisioned }) => (provisioned ? [service] : []))).toEqual([
      'communication-diversion',
      'incoming-communication-barring',
      'communication-waiting',
    ]);
    expect(doc.forwarding()).toMatchObject([{ condition: 'busy', active: false, id: 'call-diversion-busy' }]);
  });
});

describe('case 11: a service of a vendor within the document', () => {
  const vendor = `<mmt-serv:outgoing-barring-programs active="true"><mmt-serv:single-program>15</mmt-serv:single-program></mmt-serv:outgoing-barring-programs>`;
  const text = `<ss:simservs ${SS} ${CP} xmlns:mmt-serv="http://schemas.ericsson.com/mmtel/services"><ss:communication-diversion active="true"><cp:ruleset/></ss:communication-diversion>${vendor}</ss:simservs>`;

  it('survives an edit of the service beside it, octet for octet', () => {
    const doc = simservs.parse(text);
    doc.put(simservs.communicationDiversion().attr('active'), false);
    expect(String(doc)).toBe(text.replace('diversion active="true"', 'diversion active="false"'));
  });

  it('can be read and replaced through its selector', () => {
    const doc = simservs.parse(text);
    const namespace = 'http://schemas.ericsson.com/mmtel/services';
    const program = simservs
      .child({ namespace, name: 'outgoing-barring-programs' })
      .child({ namespace, name: 'single-program' });
    expect(doc.xml(program)).toBe('<mmt-serv:single-program>15</mmt-serv:single-program>');
    doc.put(program, '<mmt-serv:single-program>16</mmt-serv:single-program>');
    expect(String(doc)).toBe(text.replace('>15<', '>16<'));
  });
});

describe('names without prefixes', () => {
  const text =
    '<simservs xmlns="http://uri.etsi.org/ngn/params/xml/simservs/xcap"><communication-diversion active="true"><ruleset><rule id="cfb"><conditions><rule-deactivated/><busy/></conditions></rule></ruleset></communication-diversion></simservs>';

  it('of common policy are read and written as the document has them', () => {
    const doc = simservs.parse(text);
    doc.forward('busy', 'tel:+15555550123');
    expect(String(doc)).toBe(
      text
        .replace('<rule-deactivated/>', '')
        .replace(
          '</conditions>',
          '</conditions><actions><forward-to><target>tel:+15555550123</target></forward-to></actions>',
        ),
    );
  });

  it('of the root are refused with the namespace that is missing', () => {
    const bare = text.replace(/ xmlns="[^"]*"/, '');
    expect(() => simservs.parse(bare)).toThrow(XcapParseError);
    expect(() => simservs.parse(bare)).toThrow(
      /starts with <simservs> in http:\/\/uri\.etsi\.org\/ngn\/params\/xml\/simservs\/xcap, but this one with <simservs> in no namespace/,
    );
  });
});
