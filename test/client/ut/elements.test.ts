import { describe, expect, it } from 'vitest';
import { type SimservsDocument, simservs } from '../../../src/index.ts';
import { sampleText } from '../../documents/usages/simservs/samples.ts';
import { phone, user } from './phone.ts';

const SS = 'xmlns:ss="http://uri.etsi.org/ngn/params/xml/simservs/xcap"';
const CP = 'xmlns:cp="urn:ietf:params:xml:ns:common-policy"';
const query =
  '?xmlns(ss=http://uri.etsi.org/ngn/params/xml/simservs/xcap)xmlns(cp=urn:ietf:params:xml:ns:common-policy)';
const provisioned = sampleText('ut-prefixed-provisioned').replace(
  'diversion active="false"',
  'diversion active="true"',
);
const unprefixed = sampleText('ir92-unprefixed');
const diversion = '/~~/ss:simservs/ss:communication-diversion';

type Verb = (doc: SimservsDocument) => void;

describe('the profile ut puts the element that a phone puts', () => {
  it.each<{ name: string; text: string; verb: Verb; path: string; body: string }>([
    {
      name: 'the rule, to register a number',
      text: provisioned,
      verb: (doc) => doc.forward('busy', 'tel:+15555550123'),
      path: `${diversion}/cp:ruleset/cp:rule[@id="call-diversion-busy"]${query}`,
      body: `<cp:rule ${CP} ${SS} id="call-diversion-busy"><cp:conditions><ss:busy/></cp:conditions><cp:actions><ss:forward-to><ss:target>tel:+15555550123</ss:target></ss:forward-to></cp:actions></cp:rule>`,
    },
    {
      name: 'the conditions, to switch a diversion off',
      text: unprefixed,
      verb: (doc) => doc.stopForwarding('busy'),
      path: '/~~/simservs/communication-diversion/cp:ruleset/cp:rule[@id="cfb"]/cp:conditions?xmlns(cp=urn:ietf:params:xml:ns:common-policy)',
      body: `<cp:conditions ${CP} xmlns="http://uri.etsi.org/ngn/params/xml/simservs/xcap"><rule-deactivated/><busy/><media>audio</media></cp:conditions>`,
    },
    {
      name: 'the conditions, to switch a diversion on again',
      text: unprefixed,
      verb: (doc) => doc.forward('unconditional', 'tel:+15555550100'),
      path: '/~~/simservs/communication-diversion/cp:ruleset/cp:rule[@id="cfu"]/cp:conditions?xmlns(cp=urn:ietf:params:xml:ns:common-policy)',
      body: `<cp:conditions ${CP}></cp:conditions>`,
    },
    {
      name: 'the timer, where the service has one',
      text: unprefixed,
      verb: (doc) => doc.setNoReplyTimer(25),
      path: '/~~/simservs/communication-diversion/NoReplyTimer',
      body: '<NoReplyTimer xmlns="http://uri.etsi.org/ngn/params/xml/simservs/xcap">25</NoReplyTimer>',
    },
    {
      name: 'the rule, where the timer is in it',
      text: sampleText('bent-timer-in-forward-to'),
      verb: (doc) => doc.setNoReplyTimer(30),
      path: `${diversion}/cp:ruleset/cp:rule[@id="call-diversion-no-reply"]${query}`,
      body: expect.stringContaining('<ss:NoReplyTimer>30</ss:NoReplyTimer>'),
    },
    {
      name: 'the rule, to bar calls',
      text: provisioned,
      verb: (doc) => doc.bar('outgoing', 'international'),
      path: `/~~/ss:simservs/ss:outgoing-communication-barring/cp:ruleset/cp:rule[@id="call-barring-outgoing-international"]${query}`,
      body: `<cp:rule ${CP} ${SS} id="call-barring-outgoing-international"><cp:conditions><ss:international/></cp:conditions><cp:actions><ss:allow>false</ss:allow></cp:actions></cp:rule>`,
    },
    {
      name: 'the service, for call waiting',
      text: provisioned,
      verb: (doc) => doc.callWaiting(false),
      path: '/~~/ss:simservs/ss:communication-waiting?xmlns(ss=http://uri.etsi.org/ngn/params/xml/simservs/xcap)',
      body: `<ss:communication-waiting ${SS} active="false"/>`,
    },
    {
      name: 'the service, for an identity',
      text: provisioned,
      verb: (doc) => doc.restrictIdentity('originating', 'presentation-restricted'),
      path: '/~~/ss:simservs/ss:originating-identity-presentation-restriction?xmlns(ss=http://uri.etsi.org/ngn/params/xml/simservs/xcap)',
      body: `<ss:originating-identity-presentation-restriction ${SS} active="true"><ss:default-behaviour>presentation-restricted</ss:default-behaviour></ss:originating-identity-presentation-restriction>`,
    },
    {
      name: 'the service, where there is no timer yet',
      text: provisioned,
      verb: (doc) => doc.setNoReplyTimer(25),
      path: `/~~/ss:simservs/ss:communication-diversion?xmlns(ss=http://uri.etsi.org/ngn/params/xml/simservs/xcap)`,
      body: expect.stringMatching(/^<ss:communication-diversion [^>]*active="true"><ss:NoReplyTimer>25</),
    },
    {
      name: 'the service, with a rule that is new',
      text: provisioned,
      verb: (doc) => doc.forward('not-registered', 'tel:+15555550123', { addRules: true }),
      path: `/~~/ss:simservs/ss:communication-diversion?xmlns(ss=http://uri.etsi.org/ngn/params/xml/simservs/xcap)`,
      body: expect.stringContaining('<cp:rule id="call-diversion-not-logged-in">'),
    },
  ])('$name', async ({ text, verb, path, body }) => {
    const { client, sent } = phone({ text });
    await client.edit(simservs, verb);
    expect(sent.map(({ method }) => method)).toEqual(['GET', 'PUT']);
    expect(sent[1]).toMatchObject({ path, body });
    const headers = Object.fromEntries(sent[1]?.headers ?? []);
    expect(headers).toMatchObject({
      'content-type': 'application/xcap-el+xml',
      'if-match': '"v1"',
      'x-3gpp-intended-identity': `"${user}"`,
    });
  });
});
