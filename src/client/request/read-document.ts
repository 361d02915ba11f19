import { XcapParseError } from '../../documents/errors.ts';
import { HttpError } from '../errors.ts';
import type { RawAnswer } from '../transport/request.ts';

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
    if (isHtml(headers['content-type'], text)) {
      throw new HttpError(
        `${method} ${url}`,
        'the server answered with a web page, not an XCAP document; check that root is right',
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

const isHtml = (contentType: string | undefined, text: string): boolean =>
  /^\s*(?:text\/html|application\/xhtml\+xml)/i.test(contentType ?? '') ||
  /^\s*<(?:!doctype\s+html|html)\b/i.test(text);
