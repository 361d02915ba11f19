import { SaxesParser } from 'saxes';
import { CONFLICT_CONDITIONS, type ConflictCondition, type UniquenessConflict } from '../errors.ts';

/** What an `application/xcap-error+xml` body says (RFC 4825 section 11). */
export interface XcapErrorReport {
  readonly condition: ConflictCondition;
  /** The text for people. */
  readonly phrase?: string;
  /** With `no-parent`: the closest ancestor that exists. */
  readonly ancestor?: string;
  /** With `uniqueness-failure`: which values are taken, and what would be free. */
  readonly exists: readonly UniquenessConflict[];
}

const NAMESPACE = 'urn:ietf:params:xml:ns:xcap-error';

/**
 * Reads the body of a 409 by its content, as servers in the field send reports under any media type, with comments
 * and white space, or no report at all.
 *
 * @returns `undefined` for whatever is no report: HTML, JSON, broken XML, an unknown condition, and an `extension`
 *   whose content we do not know, which RFC 4825 section 11.2 tells clients to discard
 */
export function parseXcapError(text: string): XcapErrorReport | undefined {
  if (!text.includes(NAMESPACE)) return undefined;
  const reading = new ReportReader();
  const parser = new SaxesParser({ xmlns: true });
  parser.on('opentag', ({ uri, local, attributes }) => {
    reading.open(uri === NAMESPACE ? local : undefined, (name) => attributes[name]?.value);
  });
  parser.on('text', (content) => reading.text(content));
  parser.on('cdata', (content) => reading.text(content));
  parser.on('closetag', () => reading.close());
  try {
    parser.write(text).close();
  } catch {
    // Not well-formed: a body that is no report is the ordinary case here, and the 409 itself is still reported.
    return undefined;
  }
  return reading.report();
}

/** No part of a report lies deeper, and a hostile body must not cost time by its depth. */
const DEEPEST = 4;

/** Collects a report element by element; anything foreign is passed over, but for inside an `extension`. */
class ReportReader {
  readonly #path: (string | undefined)[] = [];
  readonly #exists: { field: string; altValues: string[] }[] = [];
  #condition: ConflictCondition | undefined;
  #phrase: string | undefined;
  #ancestor: string | undefined;
  #text = '';
  #discarded = false;

  open(name: string | undefined, attribute: (name: string) => string | undefined): void {
    this.#path.push(name);
    this.#text = '';
    if (this.#path.length > DEEPEST) return;
    const path = this.#path.join('/');
    if (this.#path.length === 2 && this.#path[0] === 'xcap-error' && this.#condition === undefined) {
      this.#condition = CONFLICT_CONDITIONS.find((known) => known === name);
      this.#phrase = attribute('phrase');
    } else if (path === 'xcap-error/uniqueness-failure/exists') {
      this.#exists.push({ field: attribute('field') ?? '', altValues: [] });
    } else if (path.startsWith('xcap-error/extension/')) {
      this.#discarded = true;
    }
  }

  text(content: string): void {
    this.#text += content;
  }

  close(): void {
    const path = this.#path.length > DEEPEST ? '' : this.#path.join('/');
    if (path === 'xcap-error/no-parent/ancestor') this.#ancestor = this.#text.trim();
    if (path === 'xcap-error/uniqueness-failure/exists/alt-value') this.#exists.at(-1)?.altValues.push(this.#text);
    this.#path.pop();
  }

  report(): XcapErrorReport | undefined {
    if (this.#condition === undefined || this.#discarded) return undefined;
    return {
      condition: this.#condition,
      exists: this.#exists,
      ...(this.#phrase !== undefined && { phrase: this.#phrase }),
      ...(this.#ancestor !== undefined && { ancestor: this.#ancestor }),
    };
  }
}
