import { describe, expect, it } from 'vitest';
import { isDateTime, readInstant, readPeriod } from '../../../src/documents/data/date-time.ts';

describe('xs:dateTime (XML Schema part 2, section 3.2.7)', () => {
  it.each([
    '2026-01-31T08:00:00',
    '2024-02-29T23:59:59.999+14:00',
    '-0004-02-29T00:00:00Z',
    '12026-12-31T24:00:00-00:00',
  ])('accepts %s', (text) => expect(isDateTime(text)).toBe(true));

  it.each([
    ...[
      '2026-02-30T00:00:00Z',
      '1900-02-29T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-00-01T00:00:00Z',
      '2026-01-00T00:00:00Z',
    ],
    ...[
      '0000-01-01T00:00:00Z',
      '02026-01-01T00:00:00Z',
      '+2026-01-01T00:00:00Z',
      '26-01-01T00:00:00Z',
      '99999999999999999999-01-01T00:00:00Z',
      '2026-01-01',
    ],
    ...[
      '2026-01-01T24:00:01Z',
      '2026-01-01T25:00:00Z',
      '2026-01-01T23:60:00Z',
      '2026-01-01T23:59:60Z',
      '2026-01-01T23:59:59.Z',
    ],
    ...['2026-01-01T00:00:00+14:01', '2026-01-01T00:00:00-13:60', '2026-01-01T00:00:00+0100', '2026-01-01T00:00:00z'],
  ])('refuses %s', (text) => expect(isDateTime(text)).toBe(false));

  it.each([
    { text: '2026-01-31T08:00:00+01:00', instant: Date.UTC(2026, 0, 31, 7) },
    { text: '2026-12-31T24:00:00Z', instant: Date.UTC(2027, 0, 1) },
    { text: '1969-12-31T23:59:59.5Z', instant: -500 },
    { text: '2024-02-29T12:00:00Z', instant: Date.UTC(2024, 1, 29, 12) },
    { text: '0001-01-01T00:00:00Z', instant: Date.parse('0001-01-01T00:00:00Z') },
    { text: '2026-01-31T08:00:00', instant: undefined },
  ])('reads $text as $instant', ({ text, instant }) => expect(readInstant(text)).toBe(instant));

  it('orders moments beyond the range of Date', () => {
    const instants = [
      '-300000-01-01T00:00:00Z',
      '-0001-01-01T00:00:00Z',
      '300000-01-01T00:00:00Z',
      '300001-01-01T00:00:00Z',
    ];
    const numbers = instants.map((text) => readInstant(text) ?? Number.NaN);
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
    expect(numbers.every(Number.isFinite)).toBe(true);
  });

  it.each([
    ['2026-01-31T08:00:00Z', '2026-01-31T08:00:01Z', [Date.UTC(2026, 0, 31, 8), Date.UTC(2026, 0, 31, 8, 0, 1)]],
    ['2026-01-31T08:00:00Z', '2026-01-31T08:00:00Z', undefined],
    ['2026-01-31T08:00:00', '2026-02-01T12:00:00', undefined],
    ['2026-01-31T08:00:00', '2026-02-01T12:00:01', [Date.UTC(2026, 0, 31, 22), Date.UTC(2026, 0, 31, 22, 0, 1)]],
    ['2026-01-31T08:00:00', '2026-01-31T23:00:00Z', [Date.UTC(2026, 0, 31, 22), Date.UTC(2026, 0, 31, 23)]],
    ['2026-02-30T08:00:00Z', '2026-03-31T08:00:00Z', undefined],
  ])('reads the period from %s until %s', (from, until, expected) => {
    const period = readPeriod(from, until);
    expect(period && [period.start, period.end]).toEqual(expected);
  });
});
