/** The type xs:dateTime (XML Schema part 2, section 3.2.7). */

const DATE_TIME = /^(-?)(\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(?:(Z)|([+-])(\d\d):(\d\d))?$/;

/** Digits of the largest year, as in libxml2. */
const MAX_DIGITS = 18;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A date and time as milliseconds since 1970, as if its zone were UTC, and the minutes to UTC. */
interface DateTime {
  readonly local: number;
  /** `undefined` without time zone. */
  readonly offset: number | undefined;
}

/** Reads a date and time; `undefined` if the text is not one, or if the day does not exist. */
function readDateTime(text: string): DateTime | undefined {
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const [, minus, digits = '', month = '', day = '', hour = '', minute = '', second = '', fraction = ''] = match;
  const [, , , , , , , , , utc, sign, offsetHour = '0', offsetMinute = '0'] = match;
  if ((digits.length > 4 && digits.startsWith('0')) || /^0+$/.test(digits) || digits.length > MAX_DIGITS)
    return undefined;
  const year = minus === '-' ? -Number(digits) : Number(digits);
  const [m, d, h] = [Number(month), Number(day), Number(hour)];
  if (m < 1 || m > 12 || d < 1 || d > daysIn(year, m)) return undefined;
  const isEndOfDay = h === 24 && Number(minute) === 0 && Number(second) === 0 && /^\.?0*$/.test(fraction);
  if ((h > 23 && !isEndOfDay) || Number(minute) > 59 || Number(second) > 59) return undefined;
  const offset = Number(offsetHour) * 60 + Number(offsetMinute);
  if (Number(offsetMinute) > 59 || offset > 14 * 60) return undefined;
  const time = (h * 60 + Number(minute)) * MINUTE + Number(second) * 1000 + Math.floor(Number(`0${fraction}`) * 1000);
  const zone = utc || sign ? (sign === '-' ? -offset : offset) : undefined;
  return { local: daysSince1970(year, m, d) * DAY + time, offset: zone };
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const daysIn = (year: number, month: number): number =>
  month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;

/** Counts days of the proleptic Gregorian calendar, also where `Date` ends; months count from March. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return 365 * shifted + leapDays + dayOfYear - 719_468;
}

/** Whether a text is a date and time, with or without time zone. */
export const isDateTime = (text: string): boolean => readDateTime(text) !== undefined;

/** Reads a date and time with time zone as milliseconds since 1970; `undefined` for other text. */
export function readInstant(text: string): number | undefined {
  const read = readDateTime(text);
  return read?.offset === undefined ? undefined : read.local - read.offset * MINUTE;
}

/** The largest distance of a time zone to UTC. */
const MAX_OFFSET = 14 * 60;

/**
 * Returns the period between two times in milliseconds since 1970; `undefined` if it is empty or a time is invalid. A time
 * without zone could be in any zone, up to 14 hours from UTC. The period is then the part that is in it for every zone (XML
 * Schema part 2, section 3.2.7.4).
 */
export function readPeriod(from: string, until: string): { readonly start: number; readonly end: number } | undefined {
  const [first, last] = [readDateTime(from), readDateTime(until)];
  if (!first || !last) return undefined;
  const start = first.local - (first.offset ?? -MAX_OFFSET) * MINUTE;
  const end = last.local - (last.offset ?? MAX_OFFSET) * MINUTE;
  return start < end ? { start, end } : undefined;
}
