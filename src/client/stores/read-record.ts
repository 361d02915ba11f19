import { InvalidArgumentError } from '../../selector/errors.ts';
import type { PendingWrite, StoredDocument } from './store.ts';

/** Shape of a record, as far as any store may return it. */
type Loose = { readonly [member: string]: unknown };

const LATEST = 2;

/**
 * Reads what a store returned as a record of the current version. A record of xcap 0.1 has no `version`, and the text of
 * at most one unconfirmed save as `attempt`.
 *
 * @param url - URL of the document, for messages
 * @throws InvalidArgumentError naming the member that is not as it should be
 */
export function readRecord(url: string, record: unknown): StoredDocument {
  if (!isObject(record)) throw invalid(url, 'the record', 'an object');
  const { version = 1 } = record;
  if (version !== 1 && version !== LATEST) {
    throw new InvalidArgumentError(
      `${url}: the store returned a record of version ${String(version)}, but this xcap reads up to version ${LATEST}; update xcap, or reload the web page`,
    );
  }
  const base = optionalText(url, 'base', record['base']);
  const etag = optionalText(url, 'etag', record['etag']);
  const working = optionalText(url, 'working', record['working']);
  if (working === null) throw invalid(url, '"working"', 'a string');
  if (version === LATEST) return { version, base, etag, working, pending: readPending(url, record['pending']) };
  const attempt = optionalText(url, 'attempt', record['attempt']);
  const pending = attempt === null ? [] : [attemptOf(attempt, base, etag)];
  return { version: 2, base, etag, working, pending };
}

/**
 * Returns why a stored value is not a record; `undefined` if it is one, or if there is none. A record of a newer version is
 * no damage: a newer xcap, such as that of another tab, reads it.
 */
export function damageOf(url: string, value: unknown): string | undefined {
  if (value === undefined || (isObject(value) && typeof value['version'] === 'number' && value['version'] > LATEST)) {
    return undefined;
  }
  try {
    readRecord(url, value);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error.message;
    throw error;
  }
}

const attemptOf = (text: string, base: string | null, etag: string | null): PendingWrite => ({
  text,
  ifMatch: base === null ? null : etag,
  ifNoneMatch: base === null ? '*' : null,
  late: false,
});

function readPending(url: string, pending: unknown): PendingWrite[] {
  if (!Array.isArray(pending)) throw invalid(url, '"pending"', 'an array');
  return pending.map((write: unknown, index) => {
    const name = `pending[${index}]`;
    if (!isObject(write)) throw invalid(url, `"${name}"`, 'an object');
    const text = optionalText(url, `${name}.text`, write['text']);
    if (text === null) throw invalid(url, `"${name}.text"`, 'a string');
    return {
      text,
      ifMatch: optionalText(url, `${name}.ifMatch`, write['ifMatch']),
      ifNoneMatch: optionalText(url, `${name}.ifNoneMatch`, write['ifNoneMatch']),
      late: write['late'] === true,
    };
  });
}

const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null;

function optionalText(url: string, member: string, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  throw invalid(url, `"${member}"`, 'a string or null');
}

const invalid = (url: string, member: string, expected: string): InvalidArgumentError =>
  new InvalidArgumentError(
    `${url}: the store returned ${member} that is not ${expected}; repair the record, or delete it to start from the server's version`,
  );
