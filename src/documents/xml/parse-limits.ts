import { InvalidArgumentError, shortened } from '../../selector/errors.ts';

/**
 * Limits that keep a hostile text from exhausting memory and CPU. A text beyond one is an XcapParseError of kind `limit`.
 *
 * @example
 * resourceLists.parse(xml, { maxSize: 100_000, maxDepth: 20, maxNodes: 5_000, maxAttributes: 10 });
 */
export interface ParseOptions {
  /** Maximum length of the text in UTF-16 units. Default: 16 Mi. */
  readonly maxSize?: number | undefined;
  /** Maximum depth of nested elements. Default: 1000. */
  readonly maxDepth?: number | undefined;
  /** Maximum number of elements, attributes, texts, comments and instructions together. Default: 1,000,000. */
  readonly maxNodes?: number | undefined;
  /** Maximum number of attributes of one element. Default: 256. */
  readonly maxAttributes?: number | undefined;
}

/** The names of the limits, for `refuseUnknownOptions`. */
export const PARSE_OPTIONS: Readonly<Record<keyof ParseOptions, true>> = {
  maxSize: true,
  maxDepth: true,
  maxNodes: true,
  maxAttributes: true,
};

/** Every limit of `ParseOptions`, without defaults to fill in. */
export type ParseLimits = { readonly [Limit in keyof ParseOptions]-?: number };

const DEFAULT_LIMITS: ParseLimits = {
  maxSize: 16 * 1024 * 1024,
  maxDepth: 1000,
  maxNodes: 1_000_000,
  maxAttributes: 256,
};

/** No limits, for text that this library has printed. */
export const NO_LIMITS: ParseLimits = {
  maxSize: Number.POSITIVE_INFINITY,
  maxDepth: Number.POSITIVE_INFINITY,
  maxNodes: Number.POSITIVE_INFINITY,
  maxAttributes: Number.POSITIVE_INFINITY,
};

/**
 * Returns the limits with defaults for those that are not given.
 *
 * @throws InvalidArgumentError for a limit that is not a number, which would be no limit at all
 */
export function limitsOf(options: ParseOptions | undefined): ParseLimits {
  if (options === undefined) return DEFAULT_LIMITS;
  const limit = (name: keyof ParseOptions): number => {
    const value: unknown = options[name] ?? DEFAULT_LIMITS[name];
    if (typeof value === 'number' && value >= 0) return value;
    throw new InvalidArgumentError(`${name} must be a number of at least 0, not ${shortened(String(value))}`);
  };
  return {
    maxSize: limit('maxSize'),
    maxDepth: limit('maxDepth'),
    maxNodes: limit('maxNodes'),
    maxAttributes: limit('maxAttributes'),
  };
}
