import { describe, expect, it } from 'vitest';
import { InvalidArgumentError, NotFoundError } from '../../../../src/index.ts';
import { sample, sampleText } from './samples.ts';

describe('forwarding()', () => {
  it('lists each rule with condition, target, medium and id', () => {
    expect(sample('ir92-unprefixed').forwarding()).toEqual([
      { condition: 'unconditional', active: false, target: 'tel:+15555550100', id: 'cfu' },
      { condition: 'busy', active: true, target: 'tel:+15555550101', media: ['audio'], id: 'cfb' },
      { condition: 'no-answer', active: true, target: 'sip:voicemail@ims.example.com', id: 'cfnr' },
      { condition: 'not-reachable', active: true, target: 'tel:0301234567;phone-context=ims.example.com', id: 'cfnrc' },
      {
        condition: 'not-registered',
        active: true,
        target: 'sip:+15555550103@ims.example.com;user=phone',
        id: 'cfnl',
      },
    ]);
  });

  it('names the further conditions of a rule', () => {
    expect(sample('with-serv-cap-and-vendor-extension').forwarding()[1]).toMatchObject({
      condition: 'unconditional',
      media: ['audio', 'video'],
      further: ['identity', 'validity', 'presence-status'],
    });
  });

  it('reads services that a server puts into no namespace', () => {
    expect(sample('bent-xmlns-empty').forwarding()).toMatchObject([{ id: 'rule1', media: ['video'], active: true }]);
  });

  it('reads a rule as inactive while its service is switched off', () => {
    const doc = sample('ut-prefixed-provisioned');
    expect(doc.forwarding().every(({ active }) => !active)).toBe(true);
  });
});

/** What a document's text must become: the sample with some passages replaced. */
const replaced = (name: string, ...passages: readonly (readonly [from: string, to: string])[]): string =>
  passages.reduce((text, [from, to]) => {
    expect(text.split(from)).toHaveLength(2);
    return text.replace(from, () => to);
  }, sampleText(name));

describe('forward()', () => {
  it('changes the target of the rule and nothing else', () => {
    const doc = sample('ir92-unprefixed');
    doc.forward('busy', 'tel:+15555550123');
    expect(String(doc)).toBe(replaced('ir92-unprefixed', ['tel:+15555550101', 'tel:+15555550123']));
  });

  it('registers a number in a provisioned rule with the prefixes of the document', () => {
    const doc = sample('ut-prefixed-provisioned');
    doc.forward('busy', 'tel:+15555550123');
    expect(String(doc)).toBe(
      replaced(
        'ut-prefixed-provisioned',
        ['<ss:communication-diversion active="false">', '<ss:communication-diversion active="true">'],
        [
          '<cp:conditions><ss:rule-deactivated/><ss:busy/></cp:conditions>',
          '<cp:conditions><ss:busy/></cp:conditions><cp:actions><ss:forward-to><ss:target>tel:+15555550123</ss:target></ss:forward-to></cp:actions>',
        ],
      ),
    );
    expect(doc.validate()).toEqual([]);
  });

  it('writes elements in no namespace where the document has them there', () => {
    const doc = sample('bent-xmlns-empty');
    doc.forward('busy', 'tel:+15555550123', { addRules: true });
    expect(String(doc)).toContain(
      '<cp:rule id="call-diversion-busy"><cp:conditions><busy/></cp:conditions><cp:actions><forward-to><target>tel:+15555550123</target></forward-to></cp:actions></cp:rule></cp:ruleset></communication-diversion>',
    );
  });

  it.each([
    { place: 'on the service', name: 'ir92-unprefixed', from: '<NoReplyTimer>20<', to: '<NoReplyTimer>25<' },
    {
      place: 'inside the rule',
      name: 'bent-timer-in-forward-to',
      from: '<ss:NoReplyTimer>25<',
      to: '<ss:NoReplyTimer>30<',
    },
  ])('sets the timer $place where the document has it there', ({ name, from, to }) => {
    const doc = sample(name);
    doc.forward('no-answer', 'tel:+15555550123', { after: Number(/\d+/.exec(to)?.[0]) });
    expect(sampleText(name)).toContain(from);
    expect(String(doc)).toContain(to);
    expect(String(doc).split('NoReplyTimer>')).toHaveLength(3);
  });

  it('adds the timer before the ruleset where the document has none', () => {
    const doc = sample('ut-prefixed-provisioned');
    doc.forward('no-answer', 'tel:+15555550123', { after: 25 });
    expect(String(doc)).toContain(
      '<ss:communication-diversion active="true"><ss:NoReplyTimer>25</ss:NoReplyTimer><cp:ruleset',
    );
    expect(doc.noReplyTimer()).toBe(25);
  });

  it.each([
    { condition: 'busy', given: '+1 (555) 555-0123', target: 'tel:+15555550123' },
    { condition: 'busy', given: 'sip:+15555550123@other.example.com;user=phone', target: 'tel:+15555550123' },
    { condition: 'not-registered', given: 'tel:+15555550123', target: 'sip:+15555550123@ims.example.com;user=phone' },
    { condition: 'not-reachable', given: '0309876543', target: 'tel:0309876543;phone-context=ims.example.com' },
    { condition: 'no-answer', given: 'sip:bob@example.com', target: 'sip:bob@example.com' },
  ] as const)('writes $given for $condition as $target, the form that the document shows', (row) => {
    const doc = sample('ir92-unprefixed');
    doc.forward(row.condition, row.given);
    expect(doc.forwarding().find(({ condition }) => condition === row.condition)?.target).toBe(row.target);
  });

  it('finds the rule of a medium', () => {
    const doc = sample('ut-prefixed-provisioned');
    doc.forward('busy', 'tel:+15555550199', { media: 'video', addRules: true });
    doc.forward('busy', 'tel:+15555550123', { media: 'video' });
    doc.forward('busy', 'tel:+15555550111');
    expect(doc.forwarding().filter(({ condition }) => condition === 'busy')).toEqual([
      { condition: 'busy', active: true, target: 'tel:+15555550111', id: 'call-diversion-busy' },
      {
        condition: 'busy',
        active: true,
        target: 'tel:+15555550123',
        media: ['video'],
        id: 'call-diversion-busy-video',
      },
    ]);
  });

  it('sets all conditional rules in the order of a phone, without not-registered where it is not provisioned', () => {
    const doc = sample('ut-prefixed-provisioned');
    doc.forward('all-conditional', 'tel:+15555550123', { after: 15 });
    expect(doc.forwarding().flatMap(({ condition, active }) => (active ? [condition] : []))).toEqual([
      'busy',
      'no-answer',
      'not-reachable',
    ]);
  });

  it('sets unconditional forwarding, too, for all', () => {
    const doc = sample('ir92-unprefixed');
    doc.forward('all', 'tel:+15555550123');
    expect(doc.forwarding().every(({ active }) => active)).toBe(true);
    expect(doc.forwarding()).toHaveLength(5);
  });

  it('refuses to add a rule, names IR.92 and leaves the document as it was', () => {
    const doc = sample('bent-timer-in-forward-to');
    expect(() => doc.forward('busy', 'tel:+15555550123')).toThrow(NotFoundError);
    expect(() => doc.forward('busy', 'tel:+15555550123')).toThrow(/busy.*IR\.92.*addRules/s);
    expect(() => doc.forward('all', 'tel:+15555550123')).toThrow(NotFoundError);
    expect(String(doc)).toBe(sampleText('bent-timer-in-forward-to'));
    expect(doc.changes).toEqual([]);
  });

  it.each([
    { target: '', message: /empty/ },
    { target: '   ', message: /empty/ },
    { target: 'tel:+1555CALLME', message: /not a telephone number/ },
    { target: 'callme', message: /not a telephone number/ },
    { target: 'sip:abc@example.com;user=phone', message: /user part is not a telephone number/ },
    { target: 'sip:', message: /no host/ },
    { target: 'sip:a b@example.com', message: /spaces/ },
    { target: undefined, message: /empty/ },
    { target: 42, message: /empty/ },
  ])('refuses the target $target and leaves the document as it was', ({ target, message }) => {
    const doc = sample('ir92-unprefixed');
    const call = () => doc.forward('busy', target as string); // as JavaScript may call it
    expect(call).toThrow(InvalidArgumentError);
    expect(call).toThrow(message);
    expect(String(doc)).toBe(sampleText('ir92-unprefixed'));
  });

  it.each([3, 4, 181, 20.5, Number.NaN, '25'])('refuses a timer of %s', (after) => {
    const doc = sample('ir92-unprefixed');
    expect(() => doc.forward('no-answer', 'tel:+15555550123', { after: after as number })).toThrow(/5 to 180 seconds/);
    expect(String(doc)).toBe(sampleText('ir92-unprefixed'));
  });

  it('refuses a time for a condition that has none', () => {
    expect(() => sample('ir92-unprefixed').forward('busy', 'tel:+15555550123', { after: 20 })).toThrow(/no-answer/);
  });

  it('refuses an unknown condition and lists the known ones', () => {
    const call = () => sample('ir92-unprefixed').forward('bussy' as 'busy', 'tel:+15555550123');
    expect(call).toThrow(InvalidArgumentError);
    expect(call).toThrow(/"bussy".*busy.*all-conditional/);
  });
});

describe('stopForwarding()', () => {
  it('adds rule-deactivated and keeps the number', () => {
    const doc = sample('ir92-unprefixed');
    doc.stopForwarding('busy');
    expect(String(doc)).toBe(
      replaced('ir92-unprefixed', [
        '<cp:conditions><busy/><media>audio</media>',
        '<cp:conditions><rule-deactivated/><busy/><media>audio</media>',
      ]),
    );
  });

  it('undoes forward, down to the octet', () => {
    const doc = sample('ir92-unprefixed');
    doc.stopForwarding('all');
    doc.forward('busy', 'tel:+15555550101');
    doc.stopForwarding('busy');
    const again = sample('ir92-unprefixed');
    again.stopForwarding('all');
    expect(String(doc)).toBe(String(again));
  });

  it('erases the number where that is asked for', () => {
    const doc = sample('ir92-unprefixed');
    doc.stopForwarding('busy', { erase: true });
    expect(doc.forwarding()[1]).toEqual({
      condition: 'busy',
      active: false,
      target: undefined,
      media: ['audio'],
      id: 'cfb',
    });
    expect(String(doc)).toContain('<target></target><notify-caller>true</notify-caller>');
    doc.forward('busy', 'tel:+15555550123');
    expect(doc.forwarding()[1]).toMatchObject({ active: true, target: 'tel:+15555550123' });
  });

  it('does nothing to a rule that is deactivated', () => {
    const doc = sample('ut-prefixed-provisioned');
    doc.stopForwarding('all');
    expect(String(doc)).toBe(sampleText('ut-prefixed-provisioned'));
    expect(doc.changes).toEqual([]);
  });

  it('refuses a condition that the network has not provisioned', () => {
    expect(() => sample('bent-timer-in-forward-to').stopForwarding('busy')).toThrow(NotFoundError);
  });
});

describe('setNoReplyTimer()', () => {
  it('changes the timer only', () => {
    const doc = sample('ir92-unprefixed');
    doc.setNoReplyTimer(60);
    expect(String(doc)).toBe(replaced('ir92-unprefixed', ['>20<', '>60<']));
  });
});
