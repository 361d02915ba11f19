import { describe, expect, it } from 'vitest';
import { defineApplicationUsage } from '../../../src/documents/usage.ts';
import { builtInUsages } from '../../../src/documents/usages/built-in.ts';
import { pidfManipulation } from '../../../src/documents/usages/pidf-manipulation/usage.ts';
import { omaLists } from '../../../src/documents/usages/resource-lists/oma-lists.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { xcapCaps } from '../../../src/documents/usages/xcap-caps/usage.ts';
import { xcapDirectory } from '../../../src/documents/usages/xcap-directory/usage.ts';
import { documentUri } from '../../../src/selector/document-uri.ts';
import { sample } from '../../support/sample.ts';

const root = 'https://xcap.example.com/xcap-root';
const rules = (document: { validate(): readonly { readonly rule: string }[] }) =>
  document.validate().map(({ rule }) => rule);

describe('RFC 4825 section 12: xcap-caps', () => {
  it('is in the global tree', () => {
    expect(documentUri({ root, usage: xcapCaps })).toBe(`${root}/xcap-caps/global/index`);
  });

  it('reads the capabilities of a server', () => {
    const document = xcapCaps.parse(sample('xcap-caps.xml'));
    expect(document.get(xcapCaps)).toEqual({
      auids: { auid: ['xcap-caps', 'resource-lists', 'pres-rules'] },
      extensions: {},
      namespaces: {
        namespace: ['urn:ietf:params:xml:ns:xcap-caps', 'urn:ietf:params:xml:ns:resource-lists'],
      },
    });
    expect(document.validate()).toEqual([]);
  });

  it('addresses an AUID', () => {
    expect(String(xcapCaps.auids().auid(2))).toBe('/xcap-caps/auids/auid[2]');
  });

  it('must list itself', () => {
    expect(
      rules(xcapCaps.parse('<xcap-caps xmlns="urn:ietf:params:xml:ns:xcap-caps"><auids/><namespaces/></xcap-caps>')),
    ).toEqual(['constraint', 'constraint']);
  });
});

describe('OMA XDM: xcap-directory', () => {
  it('is the document directory.xml of a user', () => {
    expect(documentUri({ root, usage: xcapDirectory, user: 'sip:alice@example.com' })).toBe(
      `${root}/org.openmobilealliance.xcap-directory/users/sip:alice@example.com/directory.xml`,
    );
  });

  it('reads the documents of one application usage', () => {
    const document = xcapDirectory.parse(sample('xcap-directory.xml'));
    expect(document.get(xcapDirectory.folder('resource-lists'))?.entry).toEqual([
      {
        uri: 'https://xcap.example.com/xcap-root/resource-lists/users/sip:alice@example.com/index',
        etag: 'a7f3',
        lastModified: '2026-05-01T10:00:00Z',
        size: 913,
      },
    ]);
    expect(document.get(xcapDirectory.folder('pres-rules'))?.errorCode).toBe('403 Forbidden');
    expect(document.validate()).toEqual([]);
  });
});

describe('RFC 4827: pidf-manipulation', () => {
  const text = () => sample('pidf.xml');

  it('reads tuple, note, person and device', () => {
    const document = pidfManipulation.parse(text());
    expect(document.get(pidfManipulation.tuple('t1'))).toMatchObject({
      status: { basic: 'open' },
      contact: { text: 'sip:alice@example.com', priority: '0.8' },
    });
    expect(document.get(pidfManipulation.person('p1'))?.note).toEqual([{ text: 'Back at three', lang: 'en' }]);
    expect(document.get(pidfManipulation.device('d1'))?.deviceID).toBe('urn:device:0003ba4811e3');
    expect(document.validate()).toEqual([]);
  });

  it('reads and writes rich presence as typed data', () => {
    const document = pidfManipulation.parse(text());
    expect(document.get(pidfManipulation.person('p1'))?.activities).toEqual({ meeting: true });
    expect(document.get(pidfManipulation.device('d1'))?.userInput).toEqual({ text: 'active' });
    document.update(pidfManipulation.person('p1'), {
      activities: { until: '2026-05-01T16:00:00Z', away: true },
      mood: { in_love: true },
      icon: 'https://example.com/alice.png',
    });
    expect(String(document)).toContain(
      '<rpid:activities until="2026-05-01T16:00:00Z"><rpid:meeting/><rpid:away/></rpid:activities>',
    );
    expect(document.validate()).toEqual([]);
    const person = String(document).slice(String(document).indexOf('<dm:person'));
    expect(person.indexOf('<ci:icon') > 0 || person.indexOf(':icon') > 0).toBe(true);
    expect(person.indexOf('icon>')).toBeLessThan(person.indexOf('<dm:note'));
  });

  it.each([
    { content: '<rpid:activities><rpid:unknown/><rpid:away/></rpid:activities>', expected: ['order'] },
    { content: '<rpid:activities><rpid:sleping/></rpid:activities>', expected: ['unknown-element'] },
    { content: '<rpid:activities><rpid:note>x</rpid:note></rpid:activities>', expected: [] },
    { content: '<rpid:mood/>', expected: ['cardinality'] },
    { content: '<rpid:sphere><rpid:home/><rpid:work/></rpid:sphere>', expected: ['order'] },
    { content: '<rpid:user-input idle-threshold="0">idle</rpid:user-input>', expected: ['type'] },
    { content: '<rpid:user-input>asleep</rpid:user-input>', expected: ['type'] },
    { content: '<rpid:time-offset description="CET">60</rpid:time-offset>', expected: [] },
    {
      content: '<rpid:place-is><rpid:video><rpid:dark/></rpid:video><rpid:audio/></rpid:place-is>',
      expected: ['cardinality', 'order'],
    },
  ])('validates $content as $expected', ({ content, expected }) => {
    const changed = text().replace('<rpid:activities><rpid:meeting/></rpid:activities>', content);
    expect(rules(pidfManipulation.parse(changed))).toEqual(expected);
  });

  it('sets the basic status and leaves the extensions beside it', () => {
    const document = pidfManipulation.parse(text());
    document.put(pidfManipulation.tuple('t1').status().basic(), 'closed');
    expect(String(document)).toBe(text().replace('<basic>open</basic>', '<basic>closed</basic>'));
  });

  it.each([
    ['<basic>open</basic>', '<basic>maybe</basic>', ['type']],
    ['priority="0.8"', 'priority="1.5"', ['type']],
    ['2026-05-01T10:00:00Z', '2026-05-32T10:00:00Z', ['type']],
    ['<dm:device id="d1">', '<dm:device id="p1">', ['unique']],
    [' entity="pres:alice@example.com"', '', ['required-attribute']],
  ])('reports %s as %s', (from, to, expected) => {
    expect(rules(pidfManipulation.parse(text().replace(from, to)))).toEqual(expected);
  });
});

describe('all built-in usages', () => {
  it('have different AUIDs', () => {
    expect(new Set(builtInUsages.map(({ auid }) => auid)).size).toBe(8);
  });

  it.each(builtInUsages.map((usage) => [usage.auid, usage] as const))(
    '%s reads the document it creates',
    (_, usage) => {
      expect(usage.parse(String(usage.create())).equals(usage.create())).toBe(true);
    },
  );
});

describe('names of usage members', () => {
  it('are rejected for children of the root only', () => {
    const table = {
      auid: 'org.example.test',
      contentType: 'application/xml',
      namespaces: { '': 'urn:example:test' },
      root: 'test',
      elements: { test: { children: { auid: '*' } }, auid: { text: 'string' } },
    } as const;
    // @ts-expect-error the usage has a member "auid"
    expect(() => defineApplicationUsage(table)).toThrow(/"auid"/);
  });
});

describe('OMA XDM: names of lists', () => {
  it('are keys of lists', () => {
    expect(String(resourceLists.list(omaLists.buddyList))).toBe('/resource-lists/list[@name="oma_buddylist"]');
  });
});
