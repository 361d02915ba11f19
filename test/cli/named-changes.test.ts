import { describe, expect, it } from 'vitest';
import { namedChanges } from '../../src/cli/documents/named-changes.ts';
import { presRules } from '../../src/documents/usages/pres-rules/usage.ts';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { rlsServices } from '../../src/documents/usages/rls-services/usage.ts';
import { simservs } from '../../src/documents/usages/simservs/usage.ts';
import { sampleText } from '../documents/usages/simservs/samples.ts';

const BOB = 'sip:bob@example.com';

const lists = (content: string) =>
  resourceLists.parse(`<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">${content}</resource-lists>`);
const bob = (name: string) => `<list name="a"><entry uri="${BOB}">${name}</entry></list>`;

describe('namedChanges', () => {
  it.each([
    { before: '', after: '<list name="a"/>', line: '+ list a  0 buddies' },
    {
      before: '',
      after: '<list name="a"><display-name>A</display-name><entry uri="x:y"/></list>',
      line: '+ list a  A, 1 buddy',
    },
    { before: '<list name="a"><list name="b"/></list>', after: '<list name="a"/>', line: '- list a/b  0 buddies' },
    { before: '<list name="a"/>', after: bob(''), line: `+ buddy ${BOB} in a` },
    { before: bob('<display-name>Bob</display-name>'), after: '<list name="a"/>', line: `- buddy ${BOB} in a  Bob` },
    {
      before: bob('<display-name>Bob</display-name>'),
      after: bob('<display-name>Robert</display-name>'),
      line: `~ buddy ${BOB} in a  renamed Bob -> Robert`,
    },
    {
      before: bob(''),
      after: bob('<display-name>Bob</display-name>'),
      line: `~ buddy ${BOB} in a  renamed (no name) -> Bob`,
    },
    {
      before: '<list name="a"/>',
      after: '<list name="a"><display-name>A</display-name></list>',
      line: '~ list a  renamed (no name) -> A',
    },
    { before: '<list name="a"/>', after: '<list name="a" x="1"/>', line: '~ list a  added x 1' },
    { before: '<list/><list/>', after: '<list/><list><entry uri="x:y"/></list>', line: '+ buddy x:y in [2]' },
    {
      before: '<list name="a"/>',
      after: '<list name="a"><entry-ref ref="x/y"/></list>',
      line: '+ reference x/y in a',
    },
    {
      before: '<list name="a"/>',
      after: '<list name="a"><entry uri="x:\u202ey"/></list>',
      line: '+ buddy x:\\u202ey in a',
    },
    { before: '', after: '', line: undefined },
  ])('shows "$line"', ({ before, after, line }) => {
    expect(namedChanges(lists(before), lists(after)).map((change) => change.line)).toEqual(line ? [line] : []);
  });

  it('gives programs the item, the node, and the old and new content', () => {
    const [change] = namedChanges(lists(bob('<display-name>Bob</display-name>')), lists(bob('')));
    expect(change?.data).toEqual({
      kind: 'renamed',
      what: 'buddy',
      id: BOB,
      in: 'a',
      selector: `/resource-lists/list[@name="a"]/entry[@uri="${BOB}"]/display-name`,
      before: 'Bob',
    });
  });

  it('shows rules with what they grant to whom', () => {
    const before = presRules.create();
    before.allow(BOB);
    const after = before.clone();
    after.allow('sip:carol@example.com');
    after.block({ domain: 'example.net' });
    const linesOf = (one: typeof before, other: typeof before) => namedChanges(one, other).map(({ line }) => line);
    expect(linesOf(presRules.create(), before)).toEqual([`+ rule xcap-allow  allow: ${BOB}`]);
    expect(linesOf(before, after)).toEqual([
      '~ rule xcap-allow  added one sip:carol@example.com',
      '+ rule xcap-block  block: everybody of example.net',
    ]);
    expect(linesOf(before, presRules.create())).toEqual([`- rule xcap-allow  allow: ${BOB}`]);
  });

  it('shows services', () => {
    const before = rlsServices.create();
    const after = rlsServices.create();
    after.addService({ uri: 'sip:team@example.com', list: { entry: [{ uri: BOB }] }, packages: ['presence'] });
    const [change] = namedChanges(before, after);
    expect(change?.line).toBe('+ service sip:team@example.com');
    const later = after.clone();
    later.put(rlsServices.service('sip:team@example.com').packages().package(2), 'dialog');
    expect(namedChanges(after, later).map(({ line }) => line)).toEqual([
      '~ service sip:team@example.com  added package dialog',
    ]);
  });

  it('shows supplementary services, and their rules', () => {
    const before = simservs.parse(sampleText('ut-prefixed-provisioned'));
    const after = before.clone();
    after.callWaiting(!before.callWaiting());
    after.forward('busy', 'sip:carol@example.com');
    expect(namedChanges(before, after).map(({ line }) => line)).toEqual([
      '~ service communication-diversion  active false -> true',
      '~ rule call-diversion-busy in communication-diversion  removed rule-deactivated',
      '~ rule call-diversion-busy in communication-diversion  added actions forward-to target sip:carol@example.com',
      '~ service communication-waiting  active true -> false',
    ]);
  });
});
