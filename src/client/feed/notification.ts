import { PatchError } from '../../documents/errors.ts';
import { readXcapDiff, type XcapDiff } from '../../documents/xcap-diff/read.ts';
import { hasEssence } from '../../http/content-type.ts';
import { describeValue } from '../../selector/arguments.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { XCAP_DIFF_TYPE } from './subscription.ts';

/**
 * Reads the body of a NOTIFY request: an xcap-diff document, or a `multipart/mixed` with one.
 *
 * @returns `undefined` for an xcap-diff document that cannot be read, such as one with unescaped text
 * @throws PatchError `invalid-diff-format` for anything but an xcap-diff document
 */
export function readNotification(body: string | Uint8Array): XcapDiff | undefined {
  const text = diffIn(textOf(body));
  try {
    return readXcapDiff(text);
  } catch (error) {
    if (error instanceof PatchError && isXcapDiff(text)) return undefined;
    throw error;
  }
}

function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  throw new InvalidArgumentError(
    `deliver takes the body of a NOTIFY request as text or octets, not ${describeValue(body)}`,
  );
}

/** Whether the first element of a text is named `xcap-diff`, with or without prefix. */
function isXcapDiff(text: string): boolean {
  let at = 0;
  for (;;) {
    at = text.indexOf('<', at);
    if (at < 0) return false;
    const end = text.startsWith('<!--', at) ? '-->' : text.startsWith('<?', at) ? '?>' : undefined;
    if (end === undefined) break;
    at = text.indexOf(end, at);
    if (at < 0) return false;
  }
  const name = /^<([^\s/>]{1,100})/.exec(text.slice(at, at + 102))?.[1];
  return name !== undefined && name.slice(name.indexOf(':') + 1) === 'xcap-diff';
}

/** Returns the xcap-diff document of a body. A body that does not begin with a delimiter is one itself. */
function diffIn(body: string): string {
  const first = body.slice(0, 2_000).trimStart();
  if (!first.startsWith('--')) return body;
  const delimiter = first.split(/\r?\n/, 1)[0]?.trimEnd() ?? '';
  for (const part of body.split(delimiter).slice(1)) {
    const text = part.replaceAll('\r\n', '\n');
    const end = text.indexOf('\n\n');
    const fields = end < 0 ? '' : text.slice(0, end);
    if (isDiffPart(fields)) return text.slice(end + 2);
  }
  throw new PatchError(
    'invalid-diff-format',
    'the notification',
    `its multipart body has no part of type ${XCAP_DIFF_TYPE}`,
  );
}

function isDiffPart(fields: string): boolean {
  const field = fields.split('\n').find((line) => line.toLowerCase().startsWith('content-type:'));
  return hasEssence(field?.slice('content-type:'.length), XCAP_DIFF_TYPE);
}
