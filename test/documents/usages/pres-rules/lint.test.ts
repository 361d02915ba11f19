import { describe, expect, it } from 'vitest';
import { omaPresRules, presRules } from '../../../../src/documents/usages/pres-rules/usage.ts';
import { sample } from '../../../support/sample.ts';

const PR = 'urn:ietf:params:xml:ns:pres-rules';
const CP = 'urn:ietf:params:xml:ns:common-policy';
const at = new Date('2026-06-01T00:00:00Z');
const ANYBODY = '<cp:rule id="anybody"><cp:actions><sub-handling>confirm</sub-handling></cp:actions></cp:rule>';

const rule = (id: string, conditions: string, actions = '<sub-handling>allow</sub-handling>') =>
  `<cp:rule id="${id}"><cp:conditions>${conditions}</cp:conditions><cp:actions>${actions}</cp:actions></cp:rule>`;
const one = (uri: string) => `<cp:identity><cp:one id="${uri}"/></cp:identity>`;
const warnings = (...rules: readonly string[]) =>
  presRules.parse(`<cp:ruleset xmlns="${PR}" xmlns:cp="${CP}">${rules.join('')}</cp:ruleset>`).lint({ at });
const kinds = (...rules: readonly string[]) => warnings(...rules).map(({ rule: kind }) => kind);

describe('lint', () => {
  it('reports nothing about the samples', () => {
    expect(presRules.parse(sample('pres-rules.xml')).lint({ at })).toEqual([]);
    expect(omaPresRules.parse(sample('pres-rules-oma.xml')).lint({ at })).toEqual([]);
  });

  it.each([
    ['nobody', []],
    ['nobody', [rule('a', one('sip:a@b'), '<sub-handling>block</sub-handling>')]],
    ['empty', [ANYBODY, rule('a', one('sip:a@b'), '')]],
    ['unreachable', [ANYBODY, rule('a', '<cp:identity/>')]],
    ['unreachable', [ANYBODY, rule('a', '<x xmlns="urn:x"/>')]],
    ['unreachable', [ANYBODY, rule('a', one('sip:a@b') + one('sip:c@d'))]],
    [
      'unreachable',
      [ANYBODY, rule('a', '<cp:identity><cp:many domain="a.b"><cp:except domain="A.b"/></cp:many></cp:identity>')],
    ],
    [
      'unreachable',
      [
        ANYBODY,
        rule(
          'a',
          '<cp:validity><cp:from>2027-01-01T00:00:00Z</cp:from><cp:until>2026-01-01T00:00:00Z</cp:until></cp:validity>',
        ),
      ],
    ],
    [
      'expired',
      [
        ANYBODY,
        rule(
          'a',
          '<cp:validity><cp:from>2025-01-01T00:00:00Z</cp:from><cp:until>2026-01-01T00:00:00Z</cp:until></cp:validity>',
        ),
      ],
    ],
    ['no-scheme', [ANYBODY, rule('a', one('bob@example.com'))]],
    ['contradiction', [rule('a', one('sip:a@b')), rule('b', one('sip:a@B'), '<sub-handling>block</sub-handling>')]],
    [
      'contradiction',
      [
        rule('a', '<cp:identity><cp:many domain="b"/></cp:identity>'),
        rule('b', one('sip:a@b'), '<sub-handling>polite-block</sub-handling>'),
      ],
    ],
  ])('warns of %s (%#)', (kind, rules) => {
    expect(kinds(...rules)).toEqual([kind]);
  });

  it('reports which of two contradicting rules prevails', () => {
    const [warning] = warnings(
      rule('in', one('sip:a@b')),
      rule('out', one('sip:a@b'), '<sub-handling>block</sub-handling>'),
    );
    expect(warning?.message).toContain('"block" by the rule "out" and "allow" by the rule "in"; the higher one wins');
    expect(String(warning?.selector)).toContain('cp:rule[@id="out"]');
  });

  it('considers exceptions', () => {
    const all = '<cp:identity><cp:many domain="b"><cp:except id="sip:a@b"/></cp:many></cp:identity>';
    expect(kinds(rule('a', all), rule('b', one('sip:a@b'), '<sub-handling>block</sub-handling>'))).toEqual([]);
  });
});

describe('rules()', () => {
  it('returns conditions as text and as data', () => {
    const [work] = presRules.parse(sample('pres-rules.xml')).rules();
    expect(work).toMatchObject({
      id: 'work',
      ours: false,
      subHandling: 'allow',
      description:
        'sip:boss@example.com, everybody of example.com except sip:gossip@example.com; in the sphere work; ' +
        'from 2026-01-01T08:00:00+01:00 until 2026-12-31T18:00:00+01:00',
      conditions: {
        uris: ['sip:boss@example.com'],
        domains: [{ domain: 'example.com', exceptUris: ['sip:gossip@example.com'], exceptDomains: [] }],
      },
      transformations: { provideUserInput: 'bare' },
    });
  });

  it('returns the valid parts of an invalid document', () => {
    const [summary] = presRules
      .parse(
        `<ruleset xmlns="${CP}"><rule><actions><p:sub-handling xmlns:p="${PR}">maybe</p:sub-handling></actions></rule></ruleset>`,
      )
      .rules();
    expect(summary).toMatchObject({ id: undefined, subHandling: undefined, description: 'everybody' });
  });
});
