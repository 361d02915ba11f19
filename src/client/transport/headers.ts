import { describeValue } from '../../selector/arguments.ts';
import { InvalidArgumentError, quoteShortened } from '../../selector/errors.ts';

/** A header field of every request: its value, or a function that returns the value, called for each request. */
export type HeaderValue = string | (() => string | Promise<string>);

/** Header fields of every request, by name. */
export type ClientHeaders = Readonly<Record<string, HeaderValue | undefined>>;

/** The production token of RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Field values that every runtime can send: printable characters of ISO-8859-1, and tabs (RFC 9110 section 5.5). */
const VALUE = /^[\t -~\x80-\xff]*$/;
/** Fields of the connection and of the length of a body, which belong to HTTP itself. */
const FRAMING = [
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
/** Fields whose values differ from request to request. */
const OF_ONE_REQUEST = ['content-type', 'if-match', 'if-none-match'];

/**
 * Checks the header fields of a client.
 *
 * @throws InvalidArgumentError for a name or value that can never be sent, for a field that the client sets itself, and
 *   for `Authorization` next to credentials
 */
export function checkClientHeaders(headers: ClientHeaders, hasCredentials: boolean): void {
  const names = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (names.has(lower)) throw new InvalidArgumentError(`headers must not hold ${quoteShortened(name, 80)} twice`);
    names.add(lower);
    if (OF_ONE_REQUEST.includes(lower)) {
      throw new InvalidArgumentError(`headers of a client must not hold ${name}: the client sets it for each request`);
    }
    if (lower === 'authorization' && hasCredentials) throw new InvalidArgumentError(OWN_AUTHORIZATION);
    checkField(name, typeof value === 'function' || value === undefined ? '' : value);
  }
}

/** The refusal of two Authorization fields, which are not valid HTTP: dropping one would be unexpected. */
export const OWN_AUTHORIZATION = 'headers must not hold Authorization when the client has auth: leave one of them out';

/**
 * Returns the values of a client's header fields for one request. Functions are called side by side.
 *
 * @param overridden - the fields of the call: functions of the same name are not called
 * @throws whatever a function throws
 */
export async function valuesOf(
  headers: ClientHeaders,
  overridden: Readonly<Record<string, string | undefined>> = {},
): Promise<Readonly<Record<string, string | undefined>>> {
  const all = Object.entries(headers);
  if (all.length === 0) return {};
  const given = new Set(
    Object.keys(overridden).flatMap((name) => (overridden[name] === undefined ? [] : [name.toLowerCase()])),
  );
  const fields = all.filter(([name]) => !given.has(name.toLowerCase()));
  const values = await Promise.all(
    fields.map(async ([name, value]) => {
      if (typeof value !== 'function') return [name, value] as const;
      const returned: unknown = await value();
      if (typeof returned === 'string') return [name, returned] as const;
      throw new InvalidArgumentError(
        `the function for the header ${name} must return a string, not ${describeValue(returned)}`,
      );
    }),
  );
  return Object.fromEntries(values);
}

/**
 * Merges header fields by name, without regard to case: the last one that has a value counts.
 *
 * @returns names in lower case and values in turn
 * @throws InvalidArgumentError for a field that cannot be sent
 */
export function mergeHeaders(...groups: readonly Readonly<Record<string, string | undefined>>[]): string[] {
  const fields = new Map<string, string>();
  for (const group of groups) {
    for (const name in group) {
      const value = group[name];
      if (value === undefined) continue;
      checkField(name, value);
      fields.set(name.toLowerCase(), value);
    }
  }
  const list: string[] = [];
  for (const [name, value] of fields) list.push(name, value);
  return list;
}

/** The value is never repeated in a message, since it may hold a credential. */
function checkField(name: string, value: unknown): void {
  if (!TOKEN.test(name))
    throw new InvalidArgumentError(`${quoteShortened(name, 80)} is not the name of a header field`);
  if (FRAMING.includes(name.toLowerCase())) {
    throw new InvalidArgumentError(`headers must not hold ${name}: the client and the runtime set it`);
  }
  if (typeof value !== 'string' || !VALUE.test(value)) {
    throw new InvalidArgumentError(
      `the value of the header ${name} must be a string without line breaks, control characters and characters beyond ISO-8859-1`,
    );
  }
}
