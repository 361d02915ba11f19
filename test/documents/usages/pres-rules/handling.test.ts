import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOperations } from '../../../../src/documents/edit/apply-operations.ts';
import { ValidationError } from '../../../../src/documents/errors.ts';
import { omaPresRules, presRules } from '../../../../src/documents/usages/pres-rules/usage.ts';
import type { Watcher } from '../../../../src/documents/usages/pres-rules/watchers.ts';
import { InvalidArgumentError } from '../../../../src/selector/errors.ts';
import { sample } from '../../../support/sample.ts';

const BOB = 'sip:bob@example.com';
const ANN = 'sip:ann@example.com';

const matchedBy = (document: ReturnType<typeof presRules.create>, watcher: string) =>
  document.decide({ watcher }).matched.map(({ id }) => id);

describe('RFC 5025 section 3.2.1: the verbs', () => {
  it.each([
    ['allow', 'allow'],
    ['block', 'block'],
    ['politeBlock', 'polite-block'],
    ['confirm', 'confirm'],
  ] as const)('%s gives the handling %s', (verb, handling) => {
    const document = presRules.create();
    document[verb](BOB);
    expect(document.decide({ watcher: BOB }).subHandling).toBe(handling);
    expect(document.validate()).toEqual([]);
  });

  it('allow grants all transformations by default', () => {
    const document = presRules.create();
    document.allow(BOB);
    document.allow(ANN, { transformations: { provideMood: true } });
    expect(document.decide({ watcher: BOB }).transformations.provideAllAttributes).toBe(true);
    expect(document.decide({ watcher: ANN }).transformations).toEqual({ provideMood: true });
  });

  it('keep watchers with the same sub-handling in one rule', () => {
    const document = presRules.create();
    document.allow([BOB, ANN, { domain: 'example.org' }]);
    expect(document.rules().map(({ id, description }) => [id, description])).toEqual([
      ['xcap-allow', `${BOB}, ${ANN}, everybody of example.org`],
    ]);
  });

  it('return the selector of the rule', () => {
    const { rules } = presRules.create().block(BOB);
    expect(rules.map(String)).toEqual([String(presRules.rule('xcap-block'))]);
  });

  it('change nothing when they are repeated', () => {
    const document = presRules.create();
    document.allow([BOB, { domain: 'example.org' }]);
    const before = String(document);
    document.allow([BOB, { domain: 'EXAMPLE.org' }, 'sip:bob@EXAMPLE.com']);
    expect(String(document)).toBe(before);
  });
});

describe('a watcher', () => {
  it('is removed from its previous rule when it is assigned', () => {
    const document = presRules.create();
    document.allow([BOB, ANN]);
    document.block(BOB);
    expect(matchedBy(document, BOB)).toEqual(['xcap-block']);
    expect(matchedBy(document, ANN)).toEqual(['xcap-allow']);
  });

  it('is removed together with a rule that names no other watcher', () => {
    const document = presRules.create();
    document.allow(BOB);
    document.block(BOB);
    expect(document.rules().map(({ id }) => id)).toEqual(['xcap-block']);
  });

  it('is excepted from its domain when blocked, and no longer when allowed', () => {
    const document = presRules.create();
    document.allow({ domain: 'example.com' });
    document.block(BOB);
    expect(document.decide({ watcher: BOB }).subHandling).toBe('block');
    document.allow(BOB);
    expect(matchedBy(document, BOB)).toEqual(['xcap-allow']);
    expect(String(document)).not.toContain('except');
  });

  it('keeps its own sub-handling when its domain gets another', () => {
    const document = presRules.create();
    document.block(BOB);
    document.allow({ domain: 'example.com' });
    expect(document.decide({ watcher: BOB }).subHandling).toBe('block');
    expect(document.decide({ watcher: ANN }).subHandling).toBe('allow');
  });

  it('is in at most one managed rule after any sequence of calls', () => {
    const watcher = fc.constantFrom(
      'sip:a@x.org',
      'sip:b@x.org',
      'sip:c@y.org',
      { domain: 'x.org' },
      { domain: 'y.org' },
    );
    const call = fc.record({ verb: fc.constantFrom('allow', 'block', 'politeBlock', 'confirm'), watcher });
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 12 }), (calls) => {
        const document = presRules.create();
        for (const { verb, watcher } of calls) document[verb](watcher);
        const handlings = { allow: 'allow', block: 'block', politeBlock: 'polite-block', confirm: 'confirm' };
        for (const uri of ['sip:a@x.org', 'sip:b@x.org', 'sip:c@y.org']) {
          const domain = uri.slice(uri.indexOf('@') + 1);
          const personal = calls.findLast((one) => one.watcher === uri);
          const general = calls.findLast((one) => typeof one.watcher === 'object' && one.watcher.domain === domain);
          const last = personal ?? general;
          const decision = document.decide({ watcher: uri });
          expect(decision.subHandling).toBe(last ? handlings[last.verb] : 'block');
          expect(decision.matched).toHaveLength(last ? 1 : 0);
        }
        expect(document.validate()).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('is removed from every managed rule when forgotten', () => {
    const document = presRules.create();
    document.allow({ domain: 'example.com' });
    document.block(BOB);
    document.forget(BOB);
    expect(document.decide({ watcher: BOB }).subHandling).toBe('allow');
    expect(document.rules().map(({ id }) => id)).toEqual(['xcap-allow']);
  });

  it('is removed by one DELETE for each time that a rule names it', () => {
    const document = presRules.create();
    document.allow([BOB, 'sip:carol@example.com']);
    const text = document.toString().replace(/<[\w:]*one id="sip:bob[^>]*>/, (one) => one.repeat(5));
    const repeated = presRules.parse(text);
    repeated.forget(BOB);
    expect(repeated.changes.map(({ method }) => method)).toEqual(Array(5).fill('DELETE'));
    expect(repeated.toString()).not.toContain('bob');
  });
});

describe('rules that are not managed', () => {
  const SPAM = 'sip:spam@example.net';

  it('are not changed, and the result reports those that prevail', () => {
    const document = presRules.parse(sample('pres-rules.xml'));
    const { remaining } = document.block('sip:boss@example.com');
    expect(remaining).toMatchObject([{ id: 'work', subHandling: 'allow', applies: 'sometimes', prevails: true }]);
    expect(String(document)).toContain('<cp:one id="sip:boss@example.com"/>\n        <cp:many');
  });

  it('do not prevail when they grant less', () => {
    const { remaining } = presRules.parse(sample('pres-rules.xml')).allow(SPAM);
    expect(remaining).toMatchObject([{ id: 'blocked', applies: 'always', prevails: false }]);
  });

  it('are changed with rewrite: named watchers are removed, domains except them', () => {
    const document = presRules.parse(sample('pres-rules.xml'));
    const { remaining } = document.block('sip:boss@example.com', { rewrite: true });
    expect(remaining).toEqual([]);
    const work = document.get(presRules.rule('work'))?.conditions?.identity?.[0];
    expect(work?.one).toBeUndefined();
    expect(work?.many?.[0]?.except).toContainEqual({ id: 'sip:boss@example.com' });
  });

  it('are removed with rewrite when no watcher is left: a rule without identity would match everybody', () => {
    const document = presRules.parse(sample('pres-rules.xml'));
    document.allow(SPAM, { rewrite: true });
    expect(document.get(presRules.rule('blocked'))).toBeUndefined();
  });

  it('include a rule with a managed id and further conditions', () => {
    const document = presRules.create();
    document.allow(BOB);
    document.append(presRules.rule('xcap-allow').conditions(), { sphere: { value: 'work' } });
    const { rules, remaining } = document.allow(BOB);
    expect(rules.map(String)).toEqual([String(presRules.rule('xcap-allow-2'))]);
    expect(remaining).toMatchObject([{ id: 'xcap-allow', applies: 'sometimes' }]);
  });

  it('always apply when they have no identity', () => {
    const document = presRules.create();
    document.append(presRules, { rule: { id: 'everybody', actions: { subHandling: 'allow' } } });
    expect(document.block(BOB, { rewrite: true }).remaining).toMatchObject([
      { id: 'everybody', prevails: true, description: 'everybody' },
    ]);
  });
});

describe("OMA Presence XDM: 'anonymous' and 'others'", () => {
  it('have rules of their own', () => {
    const document = omaPresRules.create();
    document.block('anonymous');
    document.confirm('others');
    expect(document.rules().map(({ id, description }) => [id, description])).toEqual([
      ['xcap-block-anonymous', 'anonymous watchers'],
      ['xcap-confirm-others', 'everybody whom no other rule names'],
    ]);
    expect(document.decide({}).matched.map(({ id }) => id)).toEqual(['xcap-block-anonymous']);
    expect(document.decide({ watcher: BOB }).subHandling).toBe('confirm');
    expect(document.validate()).toEqual([]);
  });

  it('are removed from their previous rule when they are assigned', () => {
    const document = omaPresRules.create();
    document.confirm('others');
    document.allow(['others', BOB]);
    expect(document.rules().map(({ id }) => id)).toEqual(['xcap-allow-others', 'xcap-allow']);
  });

  it('report another rule for the same group', () => {
    const document = omaPresRules.parse(sample('pres-rules-oma.xml'));
    expect(document.block('others').remaining).toMatchObject([{ id: 'wp_prs_unlisted', prevails: true }]);
    expect(document.block('others', { rewrite: true }).remaining).toEqual([]);
  });

  it('report an external list that may still allow the watcher', () => {
    const block = (resolveList?: () => string[]) =>
      omaPresRules.parse(sample('pres-rules-oma.xml')).block(BOB, { resolveList }).remaining;
    expect(block()).toMatchObject([{ id: 'wp_prs_grantedcontacts', applies: 'perhaps' }]);
    expect(block(() => [BOB])).toMatchObject([{ id: 'wp_prs_grantedcontacts', applies: 'always' }]);
    expect(block(() => [ANN])).toEqual([]);
  });

  it('are rejected in the usage of IETF, which has no condition for them', () => {
    expect(() => presRules.create().block('anonymous')).toThrow(/omaPresRules/);
  });
});

describe('invalid arguments leave the document unchanged: ', () => {
  it.each([['bob'], ['bob@example.com'], [''], [{ domain: '' }], [{ domain: 'sip:a@b' }], [{}], [undefined], [7]])(
    '%j is no watcher',
    (watcher) => {
      const document = presRules.create();
      expect(() => document.allow([BOB, watcher as string])).toThrow(InvalidArgumentError);
      expect(document.changes).toEqual([]);
    },
  );

  it.each([
    { watcher: { domain: '*' }, advice: "'everyone'" },
    { watcher: '*', advice: "'everyone'" },
    { watcher: { domain: '*.example.com' }, advice: '{ domain: "example.com" }' },
    { watcher: '*.example.com', advice: '{ domain: "example.com" }' },
    { watcher: 'sip:*@example.com', advice: '{ domain: "example.com" }' },
    { watcher: 'bob', advice: '"sip:bob@example.com"' },
    { watcher: 'bob@example.net', advice: '"sip:bob@example.net"' },
  ])('the refusal of $watcher says what to write instead', ({ watcher, advice }) => {
    for (const verb of ['allow', 'block', 'forget'] as const)
      expect(() => presRules.create()[verb](watcher)).toThrow(
        expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(advice) }),
      );
  });

  it('unknown transformations', () => {
    const document = presRules.create();
    const transformations = { provideMoood: true } as object;
    expect(() => document.allow(BOB, { transformations })).toThrow(ValidationError);
    expect(document.changes).toEqual([]);
  });
});

describe('the changes as node operations', () => {
  it('are one PUT for one more watcher', () => {
    const document = presRules.create();
    document.allow(BOB);
    const next = presRules.parse(String(document));
    next.allow(ANN);
    expect(next.changes).toHaveLength(1);
    expect(next.changes[0]?.body).toBe(`<cp:one id="${ANN}"/>`);
  });

  it('have the same effect on a server, for any sequence of calls', () => {
    const watcher = fc.constantFrom<Watcher>('sip:boss@example.com', 'sip:b@example.com', 'sip:spam@example.net', {
      domain: 'example.com',
    });
    const call = fc.record({ verb: fc.constantFrom('allow', 'block', 'forget'), watcher, rewrite: fc.boolean() });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 8 }), (calls) => {
        const document = presRules.parse(sample('pres-rules.xml'));
        const server = document.clone();
        for (const { verb, watcher, rewrite } of calls)
          verb === 'forget' ? document.forget(watcher) : document[verb](watcher, { rewrite });
        applyOperations(server, document.changes);
        expect(server.equals(document)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('a function that cannot resolve an external list', () => {
    const document = omaPresRules.parse(sample('pres-rules-oma.xml'));
    const before = document.toString();
    const resolveList = () => {
      throw new RangeError('no such list');
    };
    expect(() => document.allow([BOB, ANN], { resolveList })).toThrow(RangeError);
    expect(document.toString()).toBe(before);
    expect(document.changes).toEqual([]);
    document.block(BOB);
    const blocked = document.toString();
    expect(() => document.forget([BOB], { resolveList })).toThrow(RangeError);
    expect(document.toString()).toBe(blocked);
  });

  it('one of several watchers that does not fit in the document', () => {
    const document = presRules.create();
    expect(() => document.allow([BOB, 'sip:bob\u0000@example.com'])).toThrow();
    expect(document.toString()).toBe(presRules.create().toString());
  });
});

describe('a call with many watchers', () => {
  const watcher = fc.constantFrom<Watcher>(
    BOB,
    ANN,
    'SIP:Bob@EXAMPLE.com',
    'tel:+1-555-555-0100',
    'sip:carol@example.org',
    { domain: 'example.com' },
    { domain: 'example.org' },
    'everyone',
    'anonymous',
    'others',
  );
  const call = fc.record({
    verb: fc.constantFrom('allow', 'block', 'confirm', 'forget'),
    watchers: fc.array(watcher, { minLength: 1, maxLength: 5 }),
    rewrite: fc.boolean(),
    transformations: fc.constantFrom(undefined, { provideMood: true }),
  });
  type Call = typeof call extends fc.Arbitrary<infer C> ? C : never;

  const make = (
    document: ReturnType<typeof omaPresRules.create>,
    { verb, rewrite, transformations }: Call,
    watchers: readonly Watcher[],
  ) => {
    if (verb === 'forget') document.forget(watchers);
    else if (verb === 'allow') document.allow(watchers, { rewrite, transformations });
    else document[verb === 'block' ? 'block' : 'confirm'](watchers, { rewrite });
  };

  it('does the same as calls with one after the other', () => {
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 4 }), fc.boolean(), (calls, isEmpty) => {
        const start = () => (isEmpty ? omaPresRules.create() : omaPresRules.parse(sample('pres-rules-oma.xml')));
        const [together, apart] = [start(), start()];
        for (const each of calls) {
          make(together, each, each.watchers);
          for (const one of each.watchers) make(apart, each, [one]);
        }
        expect(together.toString()).toBe(apart.toString());
      }),
      { numRuns: 300 },
    );
  });
});
