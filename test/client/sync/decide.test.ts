import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/client/sync/decide.ts';

const same = (a: unknown, b: unknown): boolean => a === b;

describe('decide', () => {
  it.each([
    // base  mine   theirs  decision
    ['v1', 'v1', 'v1', 'nothing'],
    ['v1', 'v1', 'v2', 'adopt theirs'],
    ['v1', 'v2', 'v1', 'send mine'],
    ['v1', 'v2', 'v2', 'nothing'],
    ['v1', 'v2', 'v3', 'merge'],
    ['v1', undefined, 'v2', 'merge'],
    ['v1', 'v2', undefined, 'merge'],
    ['v1', 'v1', undefined, 'adopt theirs'],
    [undefined, 'v1', undefined, 'send mine'],
    [undefined, 'v1', 'v2', 'merge'],
    [undefined, undefined, 'v1', 'adopt theirs'],
    [undefined, undefined, undefined, 'nothing'],
  ] as const)('base %s, mine %s, theirs %s: %s', (base, mine, theirs, decision) => {
    expect(decide({ base, mine, theirs }, same)).toBe(decision);
  });

  it('never overwrites what only one side changed', () => {
    const version = fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined });
    fc.assert(
      fc.property(version, version, version, (base, mine, theirs) => {
        const decision = decide({ base, mine, theirs }, same);
        if (decision === 'send mine') expect(theirs).toBe(base);
        if (decision === 'adopt theirs') expect(mine).toBe(base);
        if (decision === 'nothing') expect(mine).toBe(theirs);
      }),
    );
  });
});
