import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as node from '../../src/platform/node.ts';
import * as web from '../../src/platform/web.ts';

describe('the platforms', () => {
  it('export the same names', () => expect(Object.keys(web).sort()).toEqual(Object.keys(node).sort()));

  it.each(['MD5', 'SHA-256', 'SHA-512-256'] as const)('hash text and octets alike by %s', (algorithm) => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.uint8Array()), (data) => {
        expect(web.hashHex(algorithm, data)).toBe(node.hashHex(algorithm, data));
      }),
    );
  });

  it.each([node, web])('give as many random octets as they are asked for, and others each time', ({ randomHex }) => {
    expect(randomHex(12)).toMatch(/^[0-9a-f]{24}$/);
    expect(randomHex(12)).not.toBe(randomHex(12));
  });
});
