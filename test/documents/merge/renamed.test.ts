/** Elements with more than a name in them that a side gave another key, also where the key is unique in the whole document. */
import { describe, expect, it } from 'vitest';
import { merge } from '../../../src/documents/merge/merge.ts';
import { presRules } from '../../../src/documents/usages/pres-rules/usage.ts';
import { rlsServices } from '../../../src/documents/usages/rls-services/usage.ts';
import { simservs } from '../../../src/documents/usages/simservs/usage.ts';

// Every document class has the members of an XcapDocument, which is all that merge uses.
const parserOf = ({ parse }: { parse(xml: string): unknown }) => parse as typeof presRules.parse;

const one = (name: string) => `<one id="sip:${name}@example.com"/>`;
const entry = (name: string) => `<rl:entry uri="sip:${name}@example.com"/>`;

describe.each([
  {
    what: 'a presence rule',
    selector: '/cp:ruleset/cp:rule[@id="old"]/@id?xmlns(cp=urn:ietf:params:xml:ns:common-policy)',
    version: (id: string, ...names: readonly string[]) =>
      parserOf(presRules)(
        `<ruleset xmlns="urn:ietf:params:xml:ns:common-policy"><rule id="${id}"><conditions><identity>${names.map(one).join('')}</identity></conditions></rule></ruleset>`,
      ),
  },
  {
    what: 'a service',
    selector: '/rls-services/service[@uri="old"]/@uri',
    version: (uri: string, ...names: readonly string[]) =>
      parserOf(rlsServices)(
        `<rls-services xmlns="urn:ietf:params:xml:ns:rls-services" xmlns:rl="urn:ietf:params:xml:ns:resource-lists"><service uri="${uri}"><list>${names.map(entry).join('')}</list></service></rls-services>`,
      ),
  },
  {
    what: 'a rule of call settings',
    selector:
      '/simservs/incoming-communication-barring/cp:ruleset/cp:rule[@id="old"]/@id?xmlns(cp=urn:ietf:params:xml:ns:common-policy)',
    version: (id: string, ...names: readonly string[]) =>
      parserOf(simservs)(
        `<simservs xmlns="http://uri.etsi.org/ngn/params/xml/simservs/xcap"><incoming-communication-barring><ruleset xmlns="urn:ietf:params:xml:ns:common-policy"><rule id="${id}"><conditions><identity>${names.map(one).join('')}</identity></conditions></rule></ruleset></incoming-communication-barring></simservs>`,
      ),
  },
])('merge: $what that a side renamed', ({ version, selector }) => {
  it('has the changes that the other side made to it', () => {
    const [renamed, changed] = [version('new', 'a', 'b'), version('old', 'a', 'b', 'c')];
    for (const [mine, theirs] of [
      [renamed, changed],
      [changed, renamed],
    ] as const) {
      const { document, conflicts } = merge(version('old', 'a', 'b'), mine, theirs);
      expect(document.equals(version('new', 'a', 'b', 'c'))).toBe(true);
      expect(conflicts).toEqual([]);
    }
  });

  it('is there once, and a conflict, if both sides gave it different keys', () => {
    const [mine, theirs] = [version('mine', 'a', 'b'), version('theirs', 'a', 'b')];
    for (const [prefer, taken] of [
      ['mine', mine],
      ['theirs', theirs],
    ] as const) {
      const { document, conflicts } = merge(version('old', 'a', 'b'), mine, theirs, { prefer });
      expect(document.equals(taken)).toBe(true);
      expect(conflicts.map((conflict) => [conflict.kind, `${conflict.selector}`])).toEqual([['attribute', selector]]);
    }
  });
});

it('merging again changes nothing if the other side emptied a renamed service beside one that is there twice', () => {
  const services = (content: string) =>
    rlsServices.parse(`<rls-services xmlns="urn:ietf:params:xml:ns:rls-services">${content}</rls-services>`);
  const shared = (list: string) => `<service uri="shared"><resource-list>${list}</resource-list></service>`;
  const packages = (uri: string, content = '<package>presence</package>') =>
    `<service uri="${uri}"><packages>${content}</packages></service>`;
  const base = services(shared('base') + packages('old'));
  const mine = services(shared('mine') + packages('old', ''));
  const theirs = services(shared('base') + shared('base') + packages('new'));
  const { document } = merge(base, mine, theirs, { prefer: 'mine' });
  expect(merge(base, mine, document, { prefer: 'mine' }).document.toString()).toBe(document.toString());
});
