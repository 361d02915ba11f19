import { printBindings } from '../../selector/bindings.ts';
import { encodeNodeSelector, encodeQuery, encodeSegment } from '../../selector/encode.ts';

/** A typed selector as it goes over the wire. */
export interface EncodedSelector {
  /** Percent-encoded, with its query. */
  readonly path: string;
  /** Whether `%` signs were read as escapes although the rest was typed raw. */
  readonly readEscapes: boolean;
}

/**
 * Percent-encodes a selector exactly once. Where every `%` begins an escape, the escapes stay as they are and only the
 * rest is encoded; any other `%` shows that all of it was typed raw.
 *
 * @param prefixes - bound in the query where the selector uses them without binding them itself
 */
export function encodeTyped(selector: string, prefixes: Readonly<Record<string, string>> = {}): EncodedSelector {
  const escaped = hasOnlyEscapes(selector);
  const { path, query } = splitQuery(selector);
  const bindings = printBindings(unboundPrefixes(path, query, prefixes));
  const whole = query + bindings;
  return {
    path:
      (escaped ? encodeAroundEscapes(path) : encodeNodeSelector(path)) +
      (whole === '' ? '' : `?${escaped ? keepEscapes(encodeQuery(whole)) : encodeQuery(whole)}`),
    readEscapes: escaped && /["'[\]]/.test(path),
  };
}

/** Undoes the encoding of percent signs that begin an escape. */
const keepEscapes = (encoded: string): string =>
  encoded.replace(/%25([0-9A-Fa-f]{2})/g, (_, hex: string) => `%${hex.toUpperCase()}`);

/** Encodes what is not encoded yet. Quotes count whether they are encoded or not. */
function encodeAroundEscapes(path: string): string {
  let [out, quote] = ['', ''];
  for (const [token] of path.matchAll(/%[0-9A-Fa-f]{2}|~~|[\s\S]/gu)) {
    const char = QUOTES[token] ?? token;
    const isQuote = quote === '' ? char === '"' || char === "'" : char === quote;
    if (isQuote) quote = quote === '' ? char : '';
    if (token === '/') out += quote === '' ? '/' : '%2F';
    else if (token === '~~') out += quote === '' ? token : '%7E%7E';
    else out += token.length === 3 && token.startsWith('%') ? token.toUpperCase() : encodeSegment(token);
  }
  return out;
}

const QUOTES: Readonly<Record<string, string>> = { '%22': '"', '%27': "'" };

/** Whether there are percent signs, and all of them are escapes of UTF-8. */
export function hasOnlyEscapes(text: string): boolean {
  if (!text.includes('%') || /%(?![0-9A-Fa-f]{2})/.test(text)) return false;
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false; // escapes, but not of UTF-8: then they are no escapes at all
  }
}

/** Cuts at the first `?` outside of quotes, which may be percent-encoded themselves. */
function splitQuery(selector: string): { readonly path: string; readonly query: string } {
  let quote = '';
  for (let at = 0; at < selector.length; at++) {
    const char = QUOTES[selector.slice(at, at + 3)] ?? selector.charAt(at);
    if (quote ? char === quote : char === '"' || char === "'") quote = quote ? '' : char;
    else if (char === '?' && !quote) return { path: selector.slice(0, at), query: selector.slice(at + 1) };
  }
  return { path: selector, query: '' };
}

/** The known prefixes that the selector's names use and its query does not bind. */
function unboundPrefixes(
  path: string,
  query: string,
  prefixes: Readonly<Record<string, string>>,
): (readonly [string, string])[] {
  const outside = decodeLeniently(path).replace(/"[^"]*"|'[^']*'/g, '');
  const used = new Set(
    Array.from(outside.matchAll(/(?:^|[/@])([\p{L}_][\p{L}\p{N}._-]*)(::?)/gu))
      .filter(([, , colons]) => colons === ':')
      .map(([, prefix]) => prefix),
  );
  return Object.entries(prefixes).filter(
    ([prefix]) => used.has(prefix) && !decodeLeniently(query).includes(`xmlns(${prefix}=`),
  );
}

function decodeLeniently(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // typed raw
  }
}
