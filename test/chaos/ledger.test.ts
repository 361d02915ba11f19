import { describe, expect, it } from 'vitest';
import { changesBetween, Ledger, type State } from './ledger.ts';

const states = (entries: Record<string, State>) => new Map(Object.entries(entries));
const items = (entries: Record<string, readonly string[]>) => new Map(Object.entries(entries));

/** A ledger of a device that has saved one item. */
function saved(): Ledger {
  const ledger = new Ledger('d');
  ledger.opened(items({}));
  ledger.intended(states({ a: 'one' }));
  ledger.kept(items({ a: ['one'] }));
  ledger.acknowledged(states({ a: 'one' }), true);
  return ledger;
}

describe('Ledger', () => {
  it('accepts what was acknowledged', () => {
    expect(saved().contradictions(items({ a: ['one'] }))).toEqual([]);
  });

  it('finds an item that is lost', () => {
    expect(saved().contradictions(items({}))).toEqual([expect.stringMatching(/^lost: a/)]);
  });

  it('finds an item that is there twice', () => {
    expect(saved().contradictions(items({ a: ['one', 'one'] }))).toEqual([expect.stringMatching(/^doubled: a/)]);
  });

  it('finds an item that came back after its removal was acknowledged', () => {
    const ledger = saved();
    ledger.intended(states({ a: undefined }));
    ledger.acknowledged(states({}), true);
    expect(ledger.contradictions(items({ a: ['one'] }))).toEqual([expect.stringMatching(/^resurrected: a/)]);
  });

  it('finds an item in a state that it had before', () => {
    const ledger = saved();
    ledger.intended(states({ a: 'two' }));
    ledger.acknowledged(states({ a: 'two' }), false);
    expect(ledger.contradictions(items({ a: ['one'] }))).toEqual([expect.stringMatching(/^wrong: a/)]);
  });

  it('finds an item that nobody added', () => {
    expect(saved().contradictions(items({ a: ['one'], b: ['x'] }))).toEqual([expect.stringMatching(/^unknown: b/)]);
  });

  it('accepts either state of an item after an edit with unknown outcome', () => {
    for (const state of ['one', 'two']) {
      const ledger = saved();
      ledger.intended(states({ a: 'two' }));
      expect(ledger.contradictions(items({ a: [state] }))).toEqual([]);
      expect(ledger.isCertain('a')).toBe(false);
    }
  });

  it('finds a store that lost a kept edit, unless the program was killed during one', () => {
    const lost = saved();
    lost.opened(items({}));
    expect(lost.contradictions(items({ a: ['one'] }))).toEqual([expect.stringContaining('the store returned')]);
    const killed = saved();
    killed.intended(states({ a: 'two' }));
    killed.opened(items({ a: ['two'] }));
    expect(killed.contradictions(items({ a: ['two'] }))).toEqual([]);
  });

  it('finds a refused edit that changed the working copy', () => {
    const ledger = saved();
    ledger.intended(states({ a: 'two' }));
    ledger.refused(items({ a: ['two'] }));
    expect(ledger.contradictions(items({ a: ['one'] }))).toEqual([expect.stringContaining('a refused edit changed')]);
  });
});

describe('changesBetween', () => {
  it('returns the later state of every item that differs', () => {
    const [before, after] = [items({ a: ['1'], b: ['1'], c: ['1'] }), items({ a: ['1'], b: ['2'], d: ['1'] })];
    expect(changesBetween(before, after)).toEqual(states({ b: '2', c: undefined, d: '1' }));
  });
});
