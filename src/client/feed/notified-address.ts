import { parseXcapUri, type XcapUri } from '../../selector/document-uri.ts';
import { SelectorSyntaxError } from '../../selector/errors.ts';

/** Where a `sel` of a notification points. */
export interface NotifiedAddress {
  /** The document, with its canonical `documentSelector`. */
  readonly document: XcapUri;
  /** The percent-encoded node selector behind `~~/`, with its query; `undefined` for a document. */
  readonly node: string | undefined;
}

/**
 * Reads a `sel` of a notification: relative, or absolute as some notifiers send it.
 *
 * @param roots - the XCAP roots that it may be below: that of the notification, and that of the client
 * @returns `undefined` if it addresses no document below a root
 */
export function notifiedAddress(sel: string, roots: readonly string[]): NotifiedAddress | undefined {
  const text = sel.trim();
  const separator = /\/(?:~|%7[Ee]){2}\//.exec(text);
  const path = separator ? text.slice(0, separator.index) : text;
  const node = separator ? text.slice(separator.index + separator[0].length) : undefined;
  for (const root of roots) {
    const document = parsed(path, root);
    if (document) return { document, node };
  }
  return undefined;
}

function parsed(path: string, root: string): XcapUri | undefined {
  try {
    return parseXcapUri(path, { root });
  } catch (error) {
    if (error instanceof SelectorSyntaxError) return undefined;
    throw error;
  }
}
