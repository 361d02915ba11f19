import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { quoteShortened } from '../../selector/errors.ts';
import { ContentDecodingError, ResponseTooLargeError } from '../errors.ts';

type Decode = (octets: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Uint8Array>;

const zlib: Decode = promisify(inflate);
const raw: Decode = promisify(inflateRaw);

/** The content codings of RFC 9110 section 8.4.1, and Brotli (RFC 7932). */
const DECODERS: Readonly<Record<string, Decode>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  // Some servers leave out the zlib format that RFC 9110 asks for: its first octet says so.
  deflate: (octets, options) => (((octets[0] ?? 0) & 0x0f) === 8 ? zlib(octets, options) : raw(octets, options)),
  br: promisify(brotliDecompress),
  identity: async (octets) => octets,
};

/** Largest number of codings of one body. Servers apply one; each costs the time for a body of the largest size. */
const MOST_CODINGS = 4;

/**
 * Undoes the content codings of a body (RFC 9110 section 8.4). No step makes more octets than the limit, so that a small
 * body that expands to a huge one is refused early.
 *
 * @param where - the request, for messages
 * @throws ContentDecodingError for too many codings, an unknown one or damaged octets, ResponseTooLargeError for too many
 *   octets
 */
export async function decodeContent(
  where: string,
  body: Uint8Array,
  codings: string,
  limit: number,
): Promise<Uint8Array> {
  const names = codings
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((name) => name !== '');
  if (names.length > MOST_CODINGS) {
    throw new ContentDecodingError(
      where,
      `its body has ${names.length} content codings; at most ${MOST_CODINGS} are undone; the server or a proxy must apply fewer`,
    );
  }
  let decoded = body;
  for (const name of names.toReversed()) {
    if (decoded.length === 0) break;
    const decode = Object.hasOwn(DECODERS, name) ? DECODERS[name] : undefined;
    if (!decode) {
      const known = Object.keys(DECODERS).join(', ');
      throw new ContentDecodingError(
        where,
        `its content coding ${quoteShortened(name, 40)} is not supported; ${known} are`,
      );
    }
    try {
      decoded = await decode(decoded, { maxOutputLength: limit });
    } catch (cause) {
      if (cause instanceof RangeError) throw new ResponseTooLargeError(where, limit, { cause });
      throw new ContentDecodingError(where, `its body is not valid ${name}; check that no proxy changes answers`, {
        cause,
      });
    }
  }
  return decoded;
}
