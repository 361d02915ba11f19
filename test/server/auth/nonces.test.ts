import { afterEach, describe, expect, it, vi } from 'vitest';
import { NonceBook } from '../../../src/server/auth/nonces.ts';

/** One more nonce than the book has counts of. */
const MORE_THAN_KEPT = 20_001;

describe('a nonce', () => {
  afterEach(() => void vi.useRealTimers());

  it('has expired when its counts were dropped, so that no request with it can be sent again', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const book = new NonceBook(3_600_000);
    const first = book.issue();
    expect(book.use(first, 1)).toBe(true);
    for (let issued = 0; issued < MORE_THAN_KEPT; issued++) {
      vi.setSystemTime(Date.now() + 1);
      book.use(book.issue(), 1);
    }
    expect(book.state(first)).toBe('expired');
    expect(book.state(book.issue())).toBe('good');
  });
});
