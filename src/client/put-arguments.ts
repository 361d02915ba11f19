import { usageOf } from '../documents/usage.ts';
import type { AnySelector } from '../selector/builder-types.ts';
import { InvalidArgumentError } from '../selector/errors.ts';
import type { CallOptions } from './options.ts';
import { isDocument } from './target.ts';

/**
 * Returns the selector, content and options of a `put`, which may leave out the usage of a document.
 *
 * @throws InvalidArgumentError for a document without a usage
 */
export function putArguments(
  first: unknown,
  second: unknown,
  third: unknown,
): readonly [selector: AnySelector, content: unknown, options: CallOptions] {
  if (!isDocument(first)) return [first as AnySelector, second, optionsOf(third)]; // the operation checks what it is
  const usage = usageOf(first);
  if (!usage) {
    throw new InvalidArgumentError('client.put: this document was read without a usage; give the usage first');
  }
  return [usage, first, optionsOf(second)];
}

// The options are checked like those of every call.
const optionsOf = (options: unknown): CallOptions => (options === undefined ? {} : options) as CallOptions;
