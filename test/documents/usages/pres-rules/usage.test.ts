import { describe, expect, it } from 'vitest';
import { ConflictError, ValidationError } from '../../../../src/documents/errors.ts';
import { omaPresRules, presRules } from '../../../../src/documents/usages/pres-rules/usage.ts';
import { sample } from '../../../support/sample.ts';

const CP = 'urn:ietf:params:xml:ns:common-policy';
const PR = 'urn:ietf:params:xml:ns:pres-rules';

describe('RFC 5025 section 9.3: the default document namespace is not that of the root', () => {
  it('binds the prefix of the rule and leaves the presence elements without one', () => {
    expect(String(presRules.rule('work'))).toBe(`/cp:ruleset/cp:rule[@id="work"]?xmlns(cp=${CP})`);
    expect(String(presRules.rule('work').actions().subHandling())).toBe(
      `/cp:ruleset/cp:rule[@id="work"]/cp:actions/sub-handling?xmlns(cp=${CP})`,
    );
  });

  it('binds every prefix in the usage of OMA, which has no default document namespace', () => {
    expect(String(omaPresRules.rule('a').actions().subHandling())).toBe(
      `/cp:ruleset/cp:rule[@id="a"]/cp:actions/pr:sub-handling?xmlns(cp=${CP})xmlns(pr=${PR})`,
    );
  });

  it('creates a document with pres-rules as the default namespace', () => {
    expect(String(presRules.create())).toContain(`<cp:ruleset xmlns="${PR}" xmlns:cp="${CP}"></cp:ruleset>`);
  });
});

describe('RFC 4745 section 7 and RFC 5025 section 3: reading', () => {
  it('reads a rule with every kind of condition', () => {
    const rule = presRules.parse(sample('pres-rules.xml')).get(presRules.rule('work'));
    expect(rule?.conditions).toEqual({
      identity: [
        {
          one: [{ id: 'sip:boss@example.com' }],
          many: [{ domain: 'example.com', except: [{ id: 'sip:gossip@example.com' }] }],
        },
      ],
      sphere: [{ value: 'work' }],
      validity: [{ from: ['2026-01-01T08:00:00+01:00'], until: ['2026-12-31T18:00:00+01:00'] }],
    });
  });

  it('finds the sample documents valid', () => {
    expect(presRules.parse(sample('pres-rules.xml')).validate()).toEqual([]);
    expect(omaPresRules.parse(sample('pres-rules-oma.xml')).validate()).toEqual([]);
  });

  it.each([
    [
      'common-policy as the default',
      `<ruleset xmlns="${CP}" xmlns:p="${PR}"><rule id="a"><actions><p:sub-handling>allow</p:sub-handling></actions></rule></ruleset>`,
    ],
    [
      'pres-rules as the default',
      `<x:ruleset xmlns="${PR}" xmlns:x="${CP}"><x:rule id="a"><x:actions><sub-handling>allow</sub-handling></x:actions></x:rule></x:ruleset>`,
    ],
    [
      'no default',
      `<x:ruleset xmlns:y="${PR}" xmlns:x="${CP}"><x:rule id="a"><x:actions><y:sub-handling>allow</y:sub-handling></x:actions></x:rule></x:ruleset>`,
    ],
  ])('reads and extends a document with %s', (_, xml) => {
    const document = presRules.parse(xml);
    expect(document.get(presRules.rule('a'))?.actions).toEqual({ subHandling: 'allow' });
    document.append(presRules, {
      rule: { id: 'b', actions: { subHandling: 'block' }, transformations: { provideMood: false } },
    });
    const again = presRules.parse(String(document));
    expect(again.get(presRules.rule('b'))).toEqual({
      id: 'b',
      actions: { subHandling: 'block' },
      transformations: { provideMood: false },
    });
    expect(again.validate()).toEqual([]);
  });
});

describe('RFC 5025 section 3.3: every transformation is equal after writing and reading', () => {
  const transformations = {
    provideServices: {
      serviceUri: ['sip:a@example.com'],
      serviceUriScheme: ['sip', 'mailto'],
      class: ['biz'],
      occurrenceId: ['t1'],
    },
    providePersons: { allPersons: true },
    provideDevices: { deviceID: ['urn:device:1'], class: ['mobile'], occurrenceId: ['d1'] },
    provideActivities: true,
    provideClass: false,
    provideDeviceID: true,
    provideMood: true,
    providePlaceIs: true,
    providePlaceType: true,
    providePrivacy: true,
    provideRelationship: true,
    provideStatusIcon: true,
    provideSphere: true,
    provideTimeOffset: true,
    provideNote: true,
    provideUserInput: 'thresholds',
    provideUnknownAttribute: [{ name: 'foo', ns: 'urn:example:foo', text: true }],
    provideAllAttributes: true,
  } as const;

  it('in the usage of IETF', () => {
    const document = presRules.create();
    document.append(presRules, { rule: { id: 'all', transformations } });
    const read = presRules.parse(String(document));
    expect(read.get(presRules.rule('all').transformations())).toEqual(transformations);
    expect(read.validate()).toEqual([]);
  });

  it('in the usage of OMA, with those of OMA', () => {
    const more = {
      ...transformations,
      provideServices: { serviceId: ['org.3gpp.urn:urn-7:ims'] },
      provideWillingness: true,
      provideNetworkAvailability: false,
      provideSessionParticipation: true,
      provideRegistrationState: true,
      provideBarringState: true,
      provideGeopriv: 'full',
    } as const;
    const document = omaPresRules.create();
    document.append(omaPresRules, { rule: { id: 'all', transformations: more } });
    const read = omaPresRules.parse(String(document));
    expect(read.get(omaPresRules.rule('all').transformations())).toEqual(more);
    expect(read.validate()).toEqual([]);
  });
});

describe('RFC 4745 section 7.3: from and until alternate', () => {
  const validity = {
    from: ['2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z'],
    until: ['2026-02-01T00:00:00Z', '2026-04-01T00:00:00Z'],
  };
  const order = (xml: string) => [...xml.matchAll(/<cp:(from|until)>/g)].map(([, name]) => name);

  it('in a new rule', () => {
    const document = presRules.create();
    document.append(presRules, { rule: { id: 'a', conditions: { validity } } });
    expect(order(String(document))).toEqual(['from', 'until', 'from', 'until']);
    expect(document.validate()).toEqual([]);
  });

  it('when a pair is added to an existing one', () => {
    const document = presRules.parse(sample('pres-rules.xml'));
    document.update(presRules.rule('work').conditions().validity(), validity);
    expect(order(String(document))).toEqual(['from', 'until', 'from', 'until']);
    expect(document.get(presRules.rule('work').conditions().validity())).toEqual(validity);
  });

  it('and an unpaired from is refused, and reported where it is', () => {
    const document = presRules.parse(sample('pres-rules.xml'));
    const validity = presRules.rule('work').conditions().validity();
    expect(() => document.append(validity, { from: '2027-01-01T00:00:00Z' })).toThrow(ValidationError);
    expect(() => document.put(validity.from(2), '2027-01-01T00:00:00Z')).toThrow(ValidationError);
    expect(String(document)).toBe(sample('pres-rules.xml'));
    const unpaired = sample('pres-rules.xml').replace(
      /(<(\w*:?)until>[^<]*<\/\2until>)/,
      '$1<$2from>2027-01-01T00:00:00Z</$2from>',
    );
    expect(
      presRules
        .parse(unpaired)
        .validate()
        .map(({ rule }) => rule),
    ).toEqual(['order']);
  });
});

describe('invalid data leaves the document unchanged: ', () => {
  const rejected = (data: object, error: object) => {
    const document = presRules.parse(sample('pres-rules.xml'));
    expect(() => document.append(presRules, { rule: data } as never)).toThrow(error as never);
    expect(String(document)).toBe(sample('pres-rules.xml'));
    expect(document.changes).toEqual([]);
  };

  it('unknown sub-handling', () => rejected({ id: 'a', actions: { subHandling: 'maybe' } }, ValidationError));
  it('unknown enumeration value', () =>
    rejected({ id: 'a', transformations: { provideUserInput: 'true' } }, ValidationError));
  it('a day that does not exist', () =>
    rejected(
      { id: 'a', conditions: { validity: { from: '2026-01-32T00:00:00Z', until: '2026-02-01T00:00:00Z' } } },
      /is not a date and time/ as never,
    ));
  it('a rule without an id', () => rejected({ actions: { subHandling: 'allow' } }, /"id" is required/ as never));
  it('a duplicate id', () => rejected({ id: 'work' }, ConflictError));
});

describe('RFC 4745 section 7 and RFC 5025 section 3.3.1: validation', () => {
  const issues = (
    inner: string,
    usage: { parse(xml: string): { validate(): readonly { rule: string; selector: string }[] } } = presRules,
  ) =>
    usage
      .parse(
        `<cp:ruleset xmlns="${PR}" xmlns:cp="${CP}" xmlns:ocp="urn:oma:xml:xdm:common-policy">${inner}</cp:ruleset>`,
      )
      .validate()
      .map(({ rule }) => rule);
  const conditions = (inner: string) => `<cp:rule id="a"><cp:conditions>${inner}</cp:conditions></cp:rule>`;
  const transformations = (inner: string) =>
    `<cp:rule id="a"><cp:transformations>${inner}</cp:transformations></cp:rule>`;

  it.each([
    ['an empty identity', conditions('<cp:identity/>'), ['cardinality']],
    ['a one without scheme', conditions('<cp:identity><cp:one id="bob@example.com"/></cp:identity>'), ['constraint']],
    [
      'an except without scheme',
      conditions('<cp:identity><cp:many><cp:except id="bob"/></cp:many></cp:identity>'),
      ['constraint'],
    ],
    [
      'an unknown sub-handling',
      '<cp:rule id="a"><cp:actions><sub-handling>maybe</sub-handling></cp:actions></cp:rule>',
      ['type'],
    ],
    [
      'moments with and without time zone',
      conditions(
        '<cp:validity><cp:from>2026-01-01T00:00:00</cp:from><cp:until>2026-01-02T00:00:00Z</cp:until></cp:validity>',
      ),
      [],
    ],
    ['two rules with one id', '<cp:rule id="a"/><cp:rule id="a"/>', ['unique']],
    ['a rule without id', '<cp:rule/>', ['required-attribute']],
    ['an id that is no XML name', '<cp:rule id="1 2"/>', ['type']],
    [
      'everything and something',
      transformations('<provide-services><all-services/><class>x</class></provide-services>'),
      ['order'],
    ],
    ['sections in the wrong order', '<cp:rule id="a"><cp:actions/><cp:conditions/></cp:rule>', ['order']],
    ['provide-user-input as a truth value', transformations('<provide-user-input>true</provide-user-input>'), ['type']],
    ['an extension among the conditions', conditions('<x:y xmlns:x="urn:x"/>'), []],
  ])('%s', (_, inner, expected) => {
    expect(issues(inner)).toEqual(expected);
  });

  it('reports a second condition on the watcher in the usage of OMA', () => {
    const both = conditions('<cp:identity><cp:one id="sip:a@b"/></cp:identity><ocp:other-identity/>');
    expect(issues(both, omaPresRules)).toEqual(['constraint']);
  });

  it('reports an external list without an HTTP URI in the usage of OMA', () => {
    expect(issues(conditions('<ocp:external-list><ocp:entry anc="list"/></ocp:external-list>'), omaPresRules)).toEqual([
      'constraint',
    ]);
  });
});
