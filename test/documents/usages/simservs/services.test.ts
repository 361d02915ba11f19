import { describe, expect, it } from 'vitest';
import { InvalidArgumentError, NotFoundError } from '../../../../src/index.ts';
import { SAMPLES, sample, sampleText } from './samples.ts';

describe('bar() and unbar()', () => {
  it('switches a provisioned rule on by removing rule-deactivated, and off by adding it', () => {
    const doc = sample('ut-prefixed-provisioned');
    doc.bar('outgoing', 'international');
    expect(String(doc)).toBe(
      sampleText('ut-prefixed-provisioned').replace(
        '<cp:conditions><ss:rule-deactivated/><ss:international/>',
        '<cp:conditions><ss:international/>',
      ),
    );
    expect(doc.barring('outgoing')).toMatchObject([
      { condition: 'all', active: false },
      { condition: 'international', active: true },
      { condition: 'international-exHC', active: false },
    ]);
    doc.unbar('outgoing', 'international');
    expect(String(doc)).toBe(sampleText('ut-prefixed-provisioned'));
  });

  it('turns a rule that allows into one that does not', () => {
    const doc = sample('same-rule-id-in-two-services');
    doc.bar('outgoing', 'international');
    expect(doc.barring('outgoing')).toEqual([{ condition: 'international', active: true, allow: false, id: 'rule1' }]);
    expect(doc.barring('incoming')).toEqual([{ condition: 'all', active: false, allow: true, id: 'rule1' }]);
  });

  it('refuses to add a rule or service unless it is asked to', () => {
    const doc = sample('ut-prefixed-provisioned');
    expect(() => doc.bar('incoming', 'anonymous')).toThrow(NotFoundError);
    expect(() => sample('ir92-unprefixed').bar('incoming', 'all')).toThrow(NotFoundError);
    doc.bar('incoming', 'anonymous', { addRules: true });
    expect(doc.barring('incoming').at(-1)).toEqual({
      condition: 'anonymous',
      active: true,
      allow: false,
      id: 'call-barring-anonymous-incoming',
    });
    expect(doc.validate()).toEqual([]);
  });

  it.each([
    { direction: 'in', condition: 'all' },
    { direction: 'incoming', condition: 'busy' },
    { direction: undefined, condition: undefined },
  ])('refuses the direction $direction with the condition $condition', ({ direction, condition }) => {
    const doc = sample('ut-prefixed-provisioned');
    expect(() => doc.bar(direction as 'incoming', condition as 'all')).toThrow(InvalidArgumentError);
    expect(String(doc)).toBe(sampleText('ut-prefixed-provisioned'));
  });
});

describe('restrictIdentity()', () => {
  it('changes the default behaviour only, where the service is on', () => {
    const doc = sample('ut-prefixed-provisioned');
    expect(doc.identityRestriction('originating')).toBe('presentation-not-restricted');
    doc.restrictIdentity('originating', 'presentation-restricted');
    expect(String(doc)).toBe(
      sampleText('ut-prefixed-provisioned').replace('>presentation-not-restricted<', '>presentation-restricted<'),
    );
  });

  it('refuses a service that the network has not provisioned, and an unknown behaviour', () => {
    const doc = sample('ut-prefixed-provisioned');
    expect(() => doc.restrictIdentity('terminating', 'presentation-restricted')).toThrow(NotFoundError);
    expect(() => doc.restrictIdentity('originating', 'hidden' as 'presentation-restricted')).toThrow(
      /presentation-restricted/,
    );
    expect(String(doc)).toBe(sampleText('ut-prefixed-provisioned'));
  });
});

describe('callWaiting()', () => {
  it('switches the service, and reads it without an argument', () => {
    const doc = sample('ir92-unprefixed');
    expect(doc.callWaiting()).toBe(true);
    doc.callWaiting(false);
    expect(doc.callWaiting()).toBe(false);
    expect(String(doc)).toBe(
      sampleText('ir92-unprefixed').replace(
        'communication-waiting active="true"',
        'communication-waiting active="false"',
      ),
    );
    expect(sample('bent-xmlns-empty').callWaiting()).toBeUndefined();
    expect(() => doc.callWaiting('yes' as unknown as boolean)).toThrow(InvalidArgumentError);
  });
});

describe('the flexible-alerting group', () => {
  it('adds, switches and removes members', () => {
    const doc = sample('with-serv-cap-and-vendor-extension');
    doc.setAlertingIdentity('tel:+15555550111');
    doc.setAlertingIdentity('sip:pilot@example.com');
    expect(doc.alertingIdentities()).toEqual([
      { uri: 'sip:pilot@example.com', active: true },
      { uri: 'tel:+15555550111', active: true },
    ]);
    doc.removeAlertingIdentity('sip:pilot@EXAMPLE.com');
    expect(doc.alertingIdentities()).toHaveLength(1);
    expect(() => doc.removeAlertingIdentity('sip:pilot@example.com')).toThrow(NotFoundError);
    expect(() => doc.setAlertingIdentity('pilot')).toThrow(InvalidArgumentError);
    expect(doc.validate()).toEqual([]);
  });
});

describe('every sample document', () => {
  it.each(SAMPLES)('%s is served as it was read', (name) => expect(String(sample(name))).toBe(sampleText(name)));

  it.each(SAMPLES.filter((name) => name !== 'bent-timer-in-forward-to'))('%s is valid', (name) =>
    expect(sample(name).validate()).toEqual([]),
  );

  it('reports the timer inside a rule, which the schema does not know', () => {
    expect(sample('bent-timer-in-forward-to').validate()[0]).toMatchObject({ rule: 'unknown-element' });
  });

  it('lists the services with what is provisioned and active', () => {
    const active = (name: string) =>
      sample(name)
        .services()
        .flatMap(({ service, active }) => (active ? [service] : []));
    expect(active('ir92-unprefixed')).toEqual([
      'originating-identity-presentation',
      'originating-identity-presentation-restriction',
      'communication-diversion',
      'communication-waiting',
    ]);
    expect(sample('ut-prefixed-provisioned').services()[4]).toEqual({
      service: 'communication-diversion',
      provisioned: true,
      active: false,
    });
  });
});
