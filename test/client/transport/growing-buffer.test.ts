import fc from 'fast-check';
import { expect, it } from 'vitest';
import { GrowingBuffer } from '../../../src/client/transport/growing-buffer.ts';

const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 });

it('joins chunks of any size, and changes none of them', () => {
  fc.assert(
    fc.property(chunks, (parts) => {
      const given = parts.map((part) => part.slice());
      const buffer = new GrowingBuffer();
      for (const part of parts) buffer.append(part);
      const joined = parts.flatMap((part) => Array.from(part));
      expect(Array.from(buffer.toBytes())).toEqual(joined);
      expect(buffer.length).toBe(joined.length);
      expect(parts).toEqual(given);
    }),
  );
});

it('is empty after clear(), and takes chunks again', () => {
  const buffer = new GrowingBuffer();
  buffer.append(new Uint8Array([1, 2]));
  buffer.clear();
  expect(buffer.length).toBe(0);
  buffer.append(new Uint8Array([3]));
  expect(Array.from(buffer.toBytes())).toEqual([3]);
});
