/**
 * One challenge of a `WWW-Authenticate` field, or the credentials of an `Authorization` field: both have the
 * same grammar (RFC 9110 sections 11.3 and 11.4).
 */
export interface Challenge {
  /** The authentication scheme in lower case, such as `digest`. */
  readonly scheme: string;
  /** A token in place of parameters, as in Basic credentials. */
  readonly token68?: string;
  /** Names in lower case, values without quotes and escapes. The first of a repeated parameter is used. */
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const EQUALS = /[ \t]*=[ \t]*/y;
const QUOTED = /"((?:[^"\\]|\\.)*)(?:"|\\?$)/sy;
/** Real servers omit the quotes of values that are not tokens, such as a base64 `opaque`. */
const UNQUOTED = /[^\s,"][^\s,]*/y;
const SEPARATORS = /[\s,]+/y;
const REST_OF_MEMBER = /"(?:[^"\\]|\\.)*"?|[^",]+/sy;
/** A token68 has the member to itself; `nonce=, realm="x"` is an empty parameter and not a token68. */
const TOKEN68 = /[ \t]+([A-Za-z0-9\-._~+/]+=*)[ \t]*(?=$|,(?![ \t,]*[^\s,"=]+[ \t]*=))/y;
const QOP_VALUE = /^auth(?:-int)?$/i;

/**
 * Reads every challenge of one or several `WWW-Authenticate` fields (RFC 9110 section 11.6.1), in the server's
 * order. Accepts unquoted values, empty list members and missing commas, which real servers send. Anything that is not a
 * challenge is skipped; nothing is thrown.
 */
export function parseChallenges(fields: string | readonly string[] | undefined): readonly Challenge[] {
  if (fields === undefined) return [];
  const lines = typeof fields === 'string' ? [fields] : fields;
  return lines.flatMap((line) => readMembers(line, undefined));
}

/** Reads an `Authorization` field (RFC 9110 section 11.6.2); `undefined` if it holds no credentials. */
export const parseAuthorization = (field: string | undefined): Challenge | undefined => parseChallenges(field)[0];

/** Reads a bare list of parameters, as in `Authentication-Info` (RFC 7615 section 3). */
export function parseParameters(field: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  readMembers(field, parameters);
  return parameters;
}

function readMembers(text: string, outer: Map<string, string> | undefined): Challenge[] {
  const challenges: Challenge[] = [];
  let parameters = outer;
  let lastName = '';
  let position = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match) position = pattern.lastIndex;
    return match;
  };
  for (;;) {
    take(SEPARATORS);
    if (position >= text.length) return challenges;
    const token = take(TOKEN)?.[0];
    if (token === undefined) {
      if (!take(REST_OF_MEMBER)) position++;
    } else if (take(EQUALS)) {
      const quoted = take(QUOTED);
      const value = quoted ? unquote(quoted[1] ?? '') : (take(UNQUOTED)?.[0] ?? '');
      lastName = token.toLowerCase();
      if (parameters && !parameters.has(lastName)) parameters.set(lastName, value);
    } else if (lastName === 'qop' && QOP_VALUE.test(token)) {
      // An unquoted `qop=auth,auth-int` is one value, not a challenge of a scheme "auth-int".
      parameters?.set('qop', `${parameters.get('qop')},${token}`);
    } else if (outer === undefined) {
      const token68 = take(TOKEN68)?.[1];
      parameters = new Map();
      lastName = '';
      challenges.push({ scheme: token.toLowerCase(), parameters, ...(token68 !== undefined && { token68 }) });
    }
  }
}

const unquote = (quoted: string): string => (quoted.includes('\\') ? quoted.replace(/\\(.)/gs, '$1') : quoted);

/** Returns text as a quoted-string (RFC 9110 section 5.6.4). */
export const quoteString = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** Parameters that are written without quotes (RFC 7616 sections 3.3 to 3.5). */
const BARE = new Set(['stale', 'algorithm', 'charset', 'userhash', 'nc']);

/** Writes a list of parameters, each quoted or bare as RFC 7616 requires; those without a value are left out. */
export function formatParameters(parameters: Iterable<readonly [name: string, value: string | undefined]>): string {
  const written: string[] = [];
  for (const [name, value] of parameters) {
    if (value !== undefined) written.push(`${name}=${BARE.has(name) ? value : quoteString(value)}`);
  }
  return written.join(', ');
}
