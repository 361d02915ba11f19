import { CliFailure, EXIT } from '../failure.ts';

/** Header fields by name, as they were typed. */
export type Headers = Readonly<Record<string, string>>;

/** Header fields of the command line and of the configuration. */
export interface AccountHeaders {
  /** Fields of every request. */
  readonly headers: Headers;
  /** Fields whose values differ from request to request: only a request that goes out as it was typed takes them. */
  readonly requestHeaders: Headers;
}

const OF_ONE_REQUEST = ['Content-Type', 'If-Match', 'If-None-Match'];

/**
 * Reads header fields written as `NAME: VALUE`. Of several with one name, the last counts.
 *
 * @throws CliFailure for anything else; the text is not repeated, since it may contain a credential
 */
export function headersOf(fields: readonly string[]): AccountHeaders {
  const byName = new Map(fields.map(readField).map((field) => [field[0].toLowerCase(), field] as const));
  const requestHeaders: Record<string, string> = {};
  for (const name of OF_ONE_REQUEST) {
    const field = byName.get(name.toLowerCase());
    if (field) requestHeaders[name] = field[1];
    byName.delete(name.toLowerCase());
  }
  return { headers: Object.fromEntries(byName.values()), requestHeaders };
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

/** Throws {@link CliFailure} when there are header fields that a command sets itself for each of its requests. */
export function refuseRequestHeaders({ requestHeaders }: AccountHeaders): void {
  const [name] = Object.keys(requestHeaders);
  if (name === undefined) return;
  throw new CliFailure(
    `The header ${name} differs from request to request, so only get, put and delete take it; leave it out.`,
    EXIT.usage,
  );
}
