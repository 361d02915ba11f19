import { XcapParseError } from '../../documents/errors.ts';
import { HttpError } from '../errors.ts';
import type { RawAnswer } from '../transport/request.ts';
import { isWebPage } from '../transport/web-page.ts';

/**
 * Parses a body as a document. A body that is a web page, such as a login form, has an error of its own.
 *
 * @throws HttpError for HTML, {@link XcapParseError} that names the URL for anything else that cannot be parsed
 */
export function readDocument<D>(answer: RawAnswer, text: string, parse: (xml: string) => D): D {
  const { method, url, status, headers } = answer;
  const given = { status, url, headers, body: text };
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof XcapParseError)) throw cause;
    if (isWebPage(headers['content-type'], text)) {
      throw new HttpError(
        `${method} ${url}`,
        'the answer is a web page, not an XCAP document; check that root is right, and that no login page or service worker answers instead of the server',
        { cause, answer: given },
      );
    }
    throw new XcapParseError(`${cause.reason} (in the answer to ${method} ${url})`, cause.line, cause.column, {
      kind: cause.kind,
      cause,
      answer: given,
    });
  }
}
