import { describe, expect, it } from 'vitest';
import { type Call, InvalidArgumentError, type SimservsDocument, simservs } from '../../../../src/index.ts';
import { sample } from './samples.ts';

const at = '2026-01-05T09:00:00Z';
const incoming = { direction: 'incoming', caller: 'sip:bob@example.com' } as const;

describe('decide()', () => {
  it.each<{ name: string; call: Call; expected: object }>([
    {
      name: 'ir92-unprefixed',
      call: { ...incoming, state: 'busy' },
      expected: { action: 'forward', target: 'tel:+15555550101', rule: 'cfb' },
    },
    {
      name: 'ir92-unprefixed',
      call: { ...incoming, state: 'no-answer' },
      expected: { action: 'forward', after: 20, rule: 'cfnr' },
    },
    { name: 'ir92-unprefixed', call: incoming, expected: { action: 'ring' } },
    { name: 'ir92-unprefixed', call: { ...incoming, state: 'busy', media: ['video'] }, expected: { action: 'ring' } },
    {
      name: 'with-serv-cap-and-vendor-extension',
      call: { direction: 'incoming' },
      expected: { action: 'bar', rule: 'acr' },
    },
    { name: 'with-serv-cap-and-vendor-extension', call: { ...incoming, diverted: true }, expected: { action: 'ring' } },
    {
      name: 'with-serv-cap-and-vendor-extension',
      call: { ...incoming, isListed: () => true },
      expected: { action: 'bar', rule: 'blocked' },
    },
    {
      name: 'same-rule-id-in-two-services',
      call: { direction: 'outgoing', international: true },
      expected: { action: 'ring' },
    },
    { name: 'bent-timer-in-forward-to', call: { ...incoming, state: 'no-answer' }, expected: { action: 'ring' } },
  ])('$name: $call gives $expected', ({ name, call, expected }) => {
    expect(sample(name).decide({ at, ...call })).toMatchObject(expected);
  });

  it('asks identity, validity, presence and media together', () => {
    const doc = sample('with-serv-cap-and-vendor-extension');
    const call: Call = {
      direction: 'incoming',
      caller: 'sip:boss@example.com',
      presence: 'meeting',
      media: ['audio', 'video'],
      at,
    };
    expect(doc.decide(call)).toMatchObject({ action: 'forward', target: 'sip:assistant@example.com' });
    for (const change of [
      { at: '2026-01-06T09:00:00Z' },
      { presence: 'away' },
      { media: ['audio'] },
      { caller: 'sip:spam@example.org' },
    ])
      expect(doc.decide({ ...call, ...change }).action).toBe('ring');
  });

  it('gives the timer in the rule where the document has it there', () => {
    const doc = sample('bent-timer-in-forward-to');
    doc.forward('no-answer', 'tel:+15555550106');
    expect(doc.decide({ ...incoming, state: 'no-answer' })).toMatchObject({ action: 'forward', after: 25 });
  });

  it('bars international calls, except to the home country where the rule says so', () => {
    const doc = sample('ut-prefixed-provisioned');
    doc.bar('outgoing', 'international-exHC');
    expect(doc.decide({ direction: 'outgoing', international: true }).action).toBe('bar');
    expect(doc.decide({ direction: 'outgoing', international: 'home-country' }).action).toBe('ring');
    expect(doc.decide({ direction: 'outgoing' }).action).toBe('ring');
  });

  it('lets a rule that allows win over one that does not', () => {
    const doc = barring(
      '<cp:rule id="a"><cp:actions><allow>false</allow></cp:actions></cp:rule><cp:rule id="b"><cp:actions><allow>true</allow></cp:actions></cp:rule>',
    );
    expect(doc.decide(incoming).action).toBe('ring');
  });

  it('takes the first forwarding rule that applies', () => {
    const doc = sample('ir92-unprefixed');
    doc.forward('unconditional', 'tel:+15555550199');
    expect(doc.decide({ ...incoming, state: 'busy' })).toMatchObject({ rule: 'cfu' });
  });

  it('says of every rule why it does not apply', () => {
    const { rules } = sample('ir92-unprefixed').decide({ ...incoming, state: 'busy', media: ['video'] });
    expect(rules.map(({ id, reason }) => [id, reason])).toEqual([
      ['cfu', 'it is deactivated'],
      ['cfb', 'it is for audio, and the call asks for video'],
      ['cfnr', 'it is for the state no-answer, and the state is busy'],
      ['cfnrc', 'it is for the state not-reachable, and the state is busy'],
      ['cfnl', 'it is for the state not-registered, and the state is busy'],
    ]);
  });

  it('does not apply a rule with an unknown condition', () => {
    const doc = barring(
      '<cp:rule id="a"><cp:conditions><x:moon xmlns:x="urn:x"/></cp:conditions><cp:actions><allow>false</allow></cp:actions></cp:rule>',
    );
    expect(doc.decide(incoming)).toMatchObject({
      action: 'ring',
      rules: [{ reason: expect.stringMatching(/unknown/) }],
    });
  });

  it.each([
    undefined,
    null,
    'incoming',
    {},
    { direction: 'sideways' },
    { ...incoming, state: 'asleep' },
    { ...incoming, caller: 'bob' },
    { ...incoming, at: 'noon' },
  ])('refuses the call %j', (call) => {
    expect(() => sample('ir92-unprefixed').decide(call as Call)).toThrow(InvalidArgumentError);
  });
});

function barring(rules: string): SimservsDocument {
  return simservs.parse(
    `<simservs xmlns="http://uri.etsi.org/ngn/params/xml/simservs/xcap" xmlns:cp="urn:ietf:params:xml:ns:common-policy"><incoming-communication-barring><cp:ruleset>${rules}</cp:ruleset></incoming-communication-barring></simservs>`,
  );
}

describe('lint()', () => {
  const kinds = (doc: SimservsDocument, options = {}) =>
    doc.lint({ at: new Date(at), ...options }).map(({ rule }) => rule);

  it('has nothing to say about the provisioned document', () =>
    expect(kinds(sample('ut-prefixed-provisioned'))).toEqual([]));

  it.each([
    'tel:+15555550101',
    'sip:+15555550101@ims.example.com',
    'sip:+15555550101@ims.example.com;user=phone',
    'tel:+1-555-555-0101',
  ])('reports forwarding to the own identity %s as a loop', (user) =>
    expect(kinds(sample('ir92-unprefixed'), { user })).toEqual(['loop']),
  );

  it('reports an id that two services use', () => {
    expect(kinds(sample('same-rule-id-in-two-services'))).toEqual(['repeated-id']);
  });

  it('reports a rule behind one that takes every call', () => {
    const doc = sample('ir92-unprefixed');
    doc.forward('unconditional', 'tel:+15555550199');
    expect(kinds(doc)).toEqual(['unreachable', 'unreachable', 'unreachable', 'unreachable']);
  });

  it.each([
    { text: '<cp:conditions><busy/><no-answer/></cp:conditions>', kind: 'unreachable' },
    {
      text: '<cp:conditions><anonymous/><cp:identity><cp:one id="sip:a@b"/></cp:identity></cp:conditions>',
      kind: 'unreachable',
    },
    { text: '<cp:conditions><cp:identity/></cp:conditions>', kind: 'unreachable' },
    {
      text: '<cp:conditions><cp:validity><cp:from>2020-01-01T00:00:00Z</cp:from><cp:until>2020-01-02T00:00:00Z</cp:until></cp:validity></cp:conditions>',
      kind: 'expired',
    },
  ])('reports $kind for $text', ({ text, kind }) => {
    expect(kinds(barring(`<cp:rule id="a">${text}</cp:rule>`))).toEqual([kind]);
  });

  it.each([
    { from: 'tel:+15555550101', to: 'tel:+1555CALL', kind: 'target' },
    { from: 'tel:+15555550101', to: '', kind: 'no-target' },
    { from: '<NoReplyTimer>20', to: '<NoReplyTimer>300', kind: 'timer' },
    {
      from: '<communication-waiting active="true"/>',
      to: '<communication-waiting/><communication-waiting/>',
      kind: 'repeated-service',
    },
  ])('reports $kind where $from becomes $to', ({ from, to, kind }) => {
    expect(kinds(simservs.parse(String(sample('ir92-unprefixed')).replace(from, to)))).toEqual([kind]);
  });
});
