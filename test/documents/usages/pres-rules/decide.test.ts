import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { omaPresRules, presRules } from '../../../../src/documents/usages/pres-rules/usage.ts';
import { InvalidArgumentError } from '../../../../src/selector/errors.ts';
import { parseSelector } from '../../../../src/selector/index.ts';
import { sample } from '../../../support/sample.ts';

const PR = 'urn:ietf:params:xml:ns:pres-rules';
const CP = 'urn:ietf:params:xml:ns:common-policy';
const BOB = 'sip:bob@example.com';

const ruleset = (...rules: readonly string[]) =>
  presRules.parse(
    `<cp:ruleset xmlns="${PR}" xmlns:cp="${CP}" xmlns:ocp="urn:oma:xml:xdm:common-policy">${rules.join('')}</cp:ruleset>`,
  );
const rule = (id: string, conditions: string, handling = 'allow', transformations = '') =>
  `<cp:rule id="${id}"><cp:conditions>${conditions}</cp:conditions><cp:actions><sub-handling>${handling}</sub-handling>` +
  `</cp:actions><cp:transformations>${transformations}</cp:transformations></cp:rule>`;
const one = (uri: string) => `<cp:identity><cp:one id="${uri}"/></cp:identity>`;
const many = (attribute: string, inner = '') => `<cp:identity><cp:many${attribute}>${inner}</cp:many></cp:identity>`;

const matches = (conditions: string, question: Parameters<ReturnType<typeof ruleset>['decide']>[0]) =>
  ruleset(rule('a', conditions)).decide(question).matched.length === 1;

describe('RFC 4745 section 7.1: identity', () => {
  it.each([
    ['one with the same URI', one(BOB), BOB, true],
    ['one with another case of the host', one('sip:bob@EXAMPLE.com'), BOB, true],
    ['one with another case of the user', one('sip:Bob@example.com'), BOB, false],
    ['one with a needless escape', one('sip:%62ob@example.com'), BOB, true],
    ['one with separators in a tel URI', one('tel:+49-30-1234'), 'tel:+49301234', true],
    ['one with sip instead of tel', one('sip:+4930@example.com'), 'tel:+4930', false],
    ['one with sip instead of sips', one(BOB), 'sips:bob@example.com', false],
    [
      'one: an extension in it may narrow it',
      '<cp:identity><cp:one id="sip:bob@example.com"><x xmlns="urn:x"/></cp:one></cp:identity>',
      BOB,
      false,
    ],
    ['many without a domain', many(''), BOB, true],
    ['many with the domain', many(' domain="Example.COM"'), BOB, true],
    ['many with another domain', many(' domain="example.org"'), BOB, false],
    ['many with the parent domain', many(' domain="example.com"'), 'sip:bob@sub.example.com', false],
    ['many with an internationalised domain', many(' domain="bücher.example"'), 'sip:bob@xn--bcher-kva.example', true],
    ['many except the watcher', many('', `<cp:except id="${BOB}"/>`), BOB, false],
    ['many except its domain', many('', '<cp:except domain="example.com"/>'), BOB, false],
    ['many except another watcher', many('', '<cp:except id="sip:ann@example.com"/>'), BOB, true],
    ['many with an unknown exception', many('', '<x xmlns="urn:x"/>'), BOB, false],
    ['an unknown child', '<cp:identity><x xmlns="urn:x"/></cp:identity>', BOB, false],
    [
      'one of several is enough',
      `<cp:identity><cp:one id="sip:ann@x.org"/><cp:many domain="example.com"/></cp:identity>`,
      BOB,
      true,
    ],
    ['several identities of which one does not match', one(BOB) + one('sip:ann@example.com'), BOB, false],
  ])('%s', (_, conditions, watcher, expected) => {
    expect(matches(conditions, { watcher })).toBe(expected);
  });

  it('matches no unauthenticated watcher', () => {
    expect(matches(many(''), {})).toBe(false);
    expect(matches(many(''), { watcher: 'anonymous' })).toBe(false);
  });

  it('matches everybody when it is absent', () => {
    expect(matches('', {})).toBe(true);
    expect(matches('', { watcher: BOB })).toBe(true);
  });
});

describe('RFC 4745 sections 7.3 and 7.4: sphere and validity', () => {
  it.each([
    ['work', 'work', true],
    ['home work', 'WORK', true],
    ['home', 'work', false],
  ])('the sphere %j and the situation %j', (value, sphere, expected) => {
    expect(matches(`<cp:sphere value="${value}"/>`, { sphere })).toBe(expected);
  });

  it('a sphere condition does not match without a sphere', () => {
    expect(matches('<cp:sphere value="work"/>', {})).toBe(false);
  });

  const validity =
    '<cp:validity><cp:from>2026-01-01T00:00:00Z</cp:from><cp:until>2026-02-01T00:00:00+01:00</cp:until>' +
    '<cp:from>2026-03-01T00:00:00Z</cp:from><cp:until>2026-04-01T00:00:00Z</cp:until></cp:validity>';
  it.each([
    ['2025-12-31T23:59:59Z', false],
    ['2026-01-01T00:00:00Z', true],
    ['2026-01-31T22:59:59Z', true],
    ['2026-01-31T23:00:00Z', false],
    ['2026-03-15T00:00:00Z', true],
  ])('validity at %s', (at, expected) => {
    expect(matches(validity, { at })).toBe(expected);
    expect(matches(validity, { at: new Date(at) })).toBe(expected);
  });

  it.each([
    ['2026-01-01T13:59:59Z', false],
    ['2026-01-01T14:00:00Z', true],
    ['2026-12-31T09:59:59Z', true],
    ['2026-12-31T10:00:00Z', false],
  ])('times without zone match at %s only if they do in every time zone', (at, expected) => {
    const local =
      '<cp:validity><cp:from>2026-01-01T00:00:00</cp:from><cp:until>2027-01-01T00:00:00</cp:until></cp:validity>';
    expect(matches(local, { at })).toBe(expected);
  });

  it('times with other white space around them than that of XML never match', () => {
    const spaced = validity.replaceAll('<cp:from>', '<cp:from>&#160;');
    expect(matches(spaced, { at: '2026-01-15T00:00:00Z' })).toBe(false);
  });
});

describe('RFC 4745 section 10.1: unknown conditions do not match, and the reason', () => {
  it('names the unknown condition', () => {
    const { unmatched } = ruleset(rule('a', '<x:moon xmlns:x="urn:x"/>')).decide({ watcher: BOB });
    expect(unmatched[0]?.reason).toContain('<x:moon>');
  });

  it('includes the conditions of OMA in the usage of IETF', () => {
    expect(matches('<ocp:anonymous-request/>', {})).toBe(false);
  });
});

describe('RFC 4745 section 10.2: combining', () => {
  const decide = (...rules: readonly string[]) => ruleset(...rules).decide({ watcher: BOB });

  it('blocks when no rule matches', () => {
    expect(decide()).toMatchObject({ subHandling: 'block', transformations: {}, matched: [] });
  });

  it('uses the highest sub-handling, so that a block removes nothing', () => {
    expect(
      decide(rule('a', one(BOB), 'block'), rule('b', '', 'polite-block'), rule('c', '', 'confirm')).subHandling,
    ).toBe('polite-block');
  });

  it('ignores an unknown sub-handling', () => {
    expect(decide(rule('a', '', 'maybe'), rule('b', '', 'confirm')).subHandling).toBe('confirm');
  });

  it('combines booleans by OR, enumerations by maximum, sets by union', () => {
    const a =
      '<provide-mood>false</provide-mood><provide-note>true</provide-note><provide-user-input>bare</provide-user-input>' +
      '<provide-services><class>biz</class><service-uri-scheme>sip</service-uri-scheme></provide-services>' +
      '<provide-devices><all-devices/></provide-devices>' +
      '<provide-unknown-attribute name="foo" ns="urn:a">false</provide-unknown-attribute>';
    const b =
      '<provide-mood>1</provide-mood><provide-note>false</provide-note><provide-user-input>full</provide-user-input>' +
      '<provide-services><class>home</class><class>biz</class></provide-services>' +
      '<provide-devices><class>mobile</class></provide-devices>' +
      '<provide-unknown-attribute name="foo" ns="urn:a">true</provide-unknown-attribute>' +
      '<provide-unknown-attribute name="foo" ns="urn:b">true</provide-unknown-attribute>';
    expect(decide(rule('a', '', 'allow', a), rule('b', '', 'allow', b)).transformations).toEqual({
      provideServices: { serviceUriScheme: ['sip'], class: ['biz', 'home'] },
      provideDevices: { allDevices: true },
      provideMood: true,
      provideNote: true,
      provideUserInput: 'full',
      provideUnknownAttribute: [
        { name: 'foo', ns: 'urn:a', text: true },
        { name: 'foo', ns: 'urn:b', text: true },
      ],
    });
  });

  it('does not depend on the order of rules', () => {
    const rules = [
      rule('a', one(BOB), 'confirm', '<provide-mood>true</provide-mood>'),
      rule('b', many(' domain="example.com"'), 'allow', '<provide-note>true</provide-note>'),
      rule('c', '', 'block', '<provide-mood>false</provide-mood>'),
      rule('d', one('sip:ann@example.com'), 'allow', '<provide-class>true</provide-class>'),
    ];
    const { subHandling, transformations } = decide(...rules);
    fc.assert(
      fc.property(fc.shuffledSubarray(rules, { minLength: 4 }), (shuffled) => {
        expect(decide(...shuffled)).toMatchObject({ subHandling, transformations });
      }),
    );
  });

  it('reports which rules matched and why the others did not', () => {
    const decision = presRules.parse(sample('pres-rules.xml')).decide({
      watcher: 'sip:gossip@example.com',
      sphere: 'work',
      at: '2026-06-01T00:00:00Z',
    });
    expect(decision.matched).toEqual([]);
    expect(decision.unmatched.map(({ id, reason }) => [id, reason])).toEqual([
      ['work', 'sip:gossip@example.com is not one of its identities'],
      ['blocked', 'sip:gossip@example.com is not one of its identities'],
    ]);
  });
});

describe('OMA Presence XDM: conditions', () => {
  const oma = () => omaPresRules.parse(sample('pres-rules-oma.xml'));
  const granted =
    'https://xcap.example.com/xcap-root/resource-lists/users/sip:alice@example.com/index/~~/resource-lists/list%5B@name=%22oma_grantedcontacts%22%5D';

  it('resolves each list once', () => {
    const asked: string[] = [];
    const resolveList = (anchor: string) => {
      asked.push(anchor);
      return ['sip:bob@EXAMPLE.com'];
    };
    expect(
      oma()
        .decide({ watcher: BOB, resolveList })
        .matched.map(({ id }) => id),
    ).toEqual(['wp_prs_grantedcontacts']);
    expect(asked).toEqual([granted]);
  });

  it('does not match a list that is not available', () => {
    const { unmatched } = oma().decide({ watcher: BOB });
    expect(unmatched.find(({ id }) => id === 'wp_prs_grantedcontacts')?.reason).toContain('resolveList');
  });

  it('other-identity matches watchers that no rule names', () => {
    expect(oma().decide({ watcher: BOB }).subHandling).toBe('confirm');
    expect(
      oma()
        .decide({ watcher: 'sip:alice@example.com' })
        .matched.map(({ id }) => id),
    ).toEqual(['wp_prs_allow_own']);
  });

  it('anonymous-request matches unauthenticated watchers only', () => {
    expect(
      oma()
        .decide({})
        .matched.map(({ id }) => id),
    ).toEqual(['wp_prs_block_anonymous']);
  });
});

describe('identities of a watcher', () => {
  const rules = (identity: string) =>
    presRules.parse(
      `<ruleset xmlns="urn:ietf:params:xml:ns:common-policy" xmlns:pr="urn:ietf:params:xml:ns:pres-rules"><rule id="a"><conditions><identity>${identity}</identity></conditions><actions><pr:sub-handling>allow</pr:sub-handling></actions></rule></ruleset>`,
    );

  it.each([
    { identity: '<one id="sip:bob@example.com"/>', watcher: ['sip:bob@example.com', 'tel:+15555550123'], is: 'allow' },
    { identity: '<one id="tel:+1-555-555-0123"/>', watcher: ['sip:bob@example.com', 'tel:+15555550123'], is: 'allow' },
    { identity: '<many domain="example.com"/>', watcher: ['tel:+15555550123', 'sip:bob@EXAMPLE.com'], is: 'allow' },
    {
      identity: '<many><except id="tel:+15555550123"/></many>',
      watcher: ['sip:bob@example.com', 'tel:+15555550123'],
      is: 'block',
    },
    { identity: '<one id="sip:carol@example.com"/>', watcher: ['sip:bob@example.com', 'tel:+1'], is: 'block' },
  ])('any asserted URI counts (RFC 5025 section 3.1.1.2): $identity', ({ identity, watcher, is }) => {
    expect(rules(identity).decide({ watcher }).subHandling).toBe(is);
  });

  it.each([
    { watcher: 'sip:eve@example.com;x=1', is: 'block' },
    { watcher: 'SIP:%65ve@EXAMPLE.com;lr', is: 'block' },
    { watcher: 'sip:eve@example.net', is: 'allow' },
  ])('an added parameter evades no exception: $watcher', ({ watcher, is }) => {
    expect(rules('<many><except id="sip:eve@example.com"/></many>').decide({ watcher }).subHandling).toBe(is);
  });

  it('an empty list of URIs is refused', () => {
    expect(() => presRules.create().decide({ watcher: [] })).toThrow(InvalidArgumentError);
  });
});

describe('OMA Presence XDM: priority of conditions', () => {
  const list = '<ocp:external-list><ocp:entry anc="https://x.example/list"/></ocp:external-list>';
  const rule = (id: string, condition: string, handling: string) =>
    `<rule id="${id}"><conditions>${condition}</conditions><actions><pr:sub-handling>${handling}</pr:sub-handling></actions></rule>`;
  const document = omaPresRules.parse(
    `<ruleset xmlns="urn:ietf:params:xml:ns:common-policy" xmlns:pr="urn:ietf:params:xml:ns:pres-rules" xmlns:ocp="urn:oma:xml:xdm:common-policy">${[
      rule('others', '<ocp:other-identity/>', 'allow'),
      rule('listed', list, 'allow'),
      rule('bob', '<identity><one id="sip:bob@example.com"/></identity>', 'polite-block'),
    ].join('')}</ruleset>`,
  );
  const resolveList = () => ['sip:bob@example.com', 'sip:carol@example.com'];

  it.each([
    { watcher: 'sip:bob@example.com', matched: ['bob'], is: 'polite-block' },
    { watcher: 'sip:carol@example.com', matched: ['listed'], is: 'allow' },
    { watcher: 'sip:dave@example.com', matched: ['others'], is: 'allow' },
  ])('the rules of the highest kind decide on $watcher', ({ watcher, matched, is }) => {
    const decision = document.decide({ watcher, resolveList });
    expect(decision.matched.map(({ id }) => id)).toEqual(matched);
    expect(decision.subHandling).toBe(is);
  });

  it('the reason names the condition that takes precedence', () => {
    const { unmatched } = document.decide({ watcher: 'sip:bob@example.com', resolveList });
    expect(unmatched.find(({ id }) => id === 'listed')?.reason).toContain('identity');
  });
});

describe('OMA Presence XDM: selectors without prefixes', () => {
  it.each([
    '/ruleset/rule[@id="a"]/actions/sub-handling?xmlns(x=urn:x)',
    '/cp:ruleset/cp:rule[@id="a"]/cp:actions/sub-handling?xmlns(cp=urn:ietf:params:xml:ns:common-policy)',
    '/ruleset/rule[@id="a"]/actions/pr:sub-handling?xmlns(pr=urn:ietf:params:xml:ns:pres-rules)',
  ])('are read in either default namespace, and printed with prefixes: %s', (text) => {
    expect(parseSelector(text, omaPresRules).node).toEqual(omaPresRules.rule('a').actions().subHandling().node);
    expect(String(parseSelector(text, omaPresRules))).toContain(
      '/cp:ruleset/cp:rule[@id="a"]/cp:actions/pr:sub-handling',
    );
  });
});

describe('decide rejects', () => {
  it.each([[{ watcher: 'bob' }], [{ at: '2026-01-01T00:00:00' }], [{ at: new Date(Number.NaN) }], [{ at: 'noon' }]])(
    '%j is refused',
    (question) => {
      expect(() => presRules.create().decide(question)).toThrow(InvalidArgumentError);
    },
  );
});
