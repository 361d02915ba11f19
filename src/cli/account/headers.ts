import type { Dispatcher } from 'undici';
import { CliFailure, EXIT } from '../failure.ts';

/** Header fields by name, as they were typed. */
export type Headers = Readonly<Record<string, string>>;

/**
 * Reads header fields written as `NAME: VALUE`. Of several with one name, the last counts.
 *
 * @throws CliFailure for anything else; the text is not repeated, since it may contain a credential
 */
export function headersOf(fields: readonly string[]): Headers {
  const byName = new Map(fields.map(readField).map((field) => [field[0].toLowerCase(), field] as const));
  return Object.fromEntries(byName.values());
}

function readField(field: string): [string, string] {
  const [, name, value] = /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*(.*)$/s.exec(field) ?? [];
  if (name === undefined || value === undefined || /[\r\n\0]/.test(value))
    throw new CliFailure('--header needs NAME:VALUE, such as --header "User-Agent: test".', EXIT.usage);
  return [name, value.trimEnd()];
}

/** Whether requests bring their own Authorization field, so that no password is needed. */
export const hasAuthorization = (headers: Headers): boolean =>
  Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');

/**
 * Adds header fields to every request of a dispatcher, instead of fields of the same name. Content-Type only replaces
 * the one of a request that has a body.
 */
export const withHeaders =
  (headers: Headers): Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (options, handler) =>
    dispatch({ ...options, headers: merged(options, headers) }, handler);

function merged({ headers, body }: Dispatcher.DispatchOptions, added: Headers): string[] {
  // The transport passes names and values in turn.
  const list = Array.isArray(headers) ? headers.map(String) : [];
  const fields = Object.entries(added).filter(([name]) => name.toLowerCase() !== 'content-type' || body != null);
  const names = new Set(fields.map(([name]) => name.toLowerCase()));
  const kept = list.filter((_, at) => !names.has((list[at - (at % 2)] ?? '').toLowerCase()));
  return [...kept, ...fields.flat()];
}
