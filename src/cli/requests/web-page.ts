import type { RawAnswer } from '../../client/transport/request.ts';

/** The members of an answer that show what kind of server sent it. */
type Shown = Pick<RawAnswer, 'headers' | 'body'>;

/** Whether an answer is a web page, as a site or a login page sends it. */
export const isWebPage = ({ headers, body }: Shown): boolean =>
  /^text\/html|^application\/xhtml/i.test(headers['content-type'] ?? '') ||
  /^\s*<(?:!doctype )?html/i.test(new TextDecoder().decode(body.subarray(0, 200)));

/** Whether an answer is that of another service: XCAP knows no JSON. */
export const isJson = ({ headers }: Pick<Shown, 'headers'>): boolean =>
  /^application\/(?:[\w.-]+\+)?json/i.test(headers['content-type'] ?? '');

/** Whether an answer cannot come from an XCAP server. */
export const isForeign = (answer: Shown): boolean => isWebPage(answer) || isJson(answer);
