/** Quirks of authentication. */

import { DIGEST_ALGORITHMS } from '../../http/digest.ts';
import { formatDigestChallenge } from '../../http/digest-server.ts';
import type { AuthDialect } from '../auth/dialect.ts';
import type { ServerReply } from '../exchange.ts';
import type { QuirkName } from './names.ts';

/** The 401 without a challenge: a client cannot distinguish a used nonce from a wrong password. */
const MUTE_401: ServerReply = {
  status: 401,
  headers: { 'content-type': 'application/json' },
  body: '{"detail":"Invalid credentials"}',
};

/** The members of the dialect that quirks change. */
export function authQuirks(quirks: ReadonlySet<QuirkName>): Partial<AuthDialect> {
  return {
    counts: countsOf(quirks),
    comparesUri: !quirks.has('loose-digest'),
    repeatsNonces: quirks.has('repeated-nonces'),
    sendsInfo: !quirks.has('no-authentication-info'),
    isGlobalPublic: quirks.has('open-global'),
    ...(quirks.has('mute-401') && { refusal: MUTE_401 }),
    ...(quirks.has('unquoted-challenge') && { writeChallenge: unquotedChallenge }),
    ...(quirks.has('plain-challenge') && { writeChallenge: plainChallenge }),
    ...(quirks.has('naf-challenge') && { writeChallenge: nafChallenge }),
    ...readerOf(quirks),
  };
}

function countsOf(quirks: ReadonlySet<QuirkName>): AuthDialect['counts'] {
  if (quirks.has('one-time-nonces')) return 'once';
  if (quirks.has('loose-digest')) return 'any';
  return quirks.has('rising-nc') ? 'rising' : 'unique';
}

const plainChallenge: AuthDialect['writeChallenge'] = ({ realm, nonce, stale }) =>
  formatDigestChallenge({ realm, nonce, qop: 'auth', stale });

const unquotedChallenge: AuthDialect['writeChallenge'] = ({ realm, nonce, opaque, stale }) =>
  `${formatDigestChallenge({ realm, nonce, stale })}, algorithm="MD5", opaque=${opaque}, qop=auth`;

/** 3GPP TS 33.222 section 5.3: the challenge of an authentication proxy. */
const nafChallenge: AuthDialect['writeChallenge'] = ({ realm, nonce, opaque, stale }) =>
  formatDigestChallenge({ realm, nonce, opaque, algorithm: 'MD5', qop: 'auth-int', stale });

function readerOf(quirks: ReadonlySet<QuirkName>): Partial<AuthDialect> {
  const read = quirks.has('decimal-nc') ? withKnownAlgorithm : (field: string) => field;
  if (quirks.has('picky-digest'))
    return { readField: (field) => (isPlain(field) ? withEscapedQuotes(read(field)) : undefined) };
  return { readField: quirks.has('raw-digest-uri') ? (field) => withEscapedQuotes(read(field)) : read };
}

/** Restores the hyphens in the name of the algorithm, such as `MD5sess` or `MD5_SESS`. */
const withKnownAlgorithm = (field: string): string =>
  field.replace(/\balgorithm="?([\w-]+)"?/i, (parameter, name: string) => {
    const known = DIGEST_ALGORITHMS.find((algorithm) => bare(algorithm) === bare(name));
    return known === undefined ? parameter : `algorithm=${known}`;
  });

const bare = (algorithm: string): string => algorithm.toLowerCase().replace(/[-_]/g, '');

/** Parameters are separated by a comma and a space, and no value contains these. */
const SEPARATOR = ', ';

/** Whether a server that splits the field at {@link SEPARATOR} understands it. */
const isPlain = (field: string): boolean =>
  field.startsWith('Digest ') &&
  field
    .slice(7)
    .split(SEPARATOR)
    .every((part) => /^[\w-]+=(?:".*"|[^",]*)$/s.test(part));

/** Escapes quotation marks within quoted values, which some clients send as they are: `uri="/list[@name="a"]"`. */
function withEscapedQuotes(field: string): string {
  const space = field.indexOf(' ');
  const parts = field
    .slice(space + 1)
    .split(SEPARATOR)
    .map((part) => {
      const start = part.indexOf('="') + 2;
      if (start < 2 || part.length <= start || !part.endsWith('"')) return part;
      const value = part.slice(start, -1);
      return value.includes('\\') ? part : `${part.slice(0, start)}${value.replaceAll('"', '\\"')}"`;
    });
  return `${field.slice(0, space + 1)}${parts.join(SEPARATOR)}`;
}
