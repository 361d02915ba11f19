/** Reads what a SUBSCRIBE request says (RFC 5875 sections 4.2 to 4.5). */

import { XcapDocument } from '../../documents/document.ts';
import { XcapParseError } from '../../documents/errors.ts';
import { resourceLists } from '../../documents/usages/resource-lists/usage.ts';
import { attributeValue, childElements } from '../../documents/xml/walk.ts';
import { parseContentType } from '../../http/content-type.ts';
import { describeValue, refuseUnknownOptions, requireString } from '../../selector/arguments.ts';
import { InvalidArgumentError, quoteShortened } from '../../selector/errors.ts';
import { SubscriptionError } from './subscription-error.ts';

/** A SUBSCRIBE request for the event package `xcap-diff`: the members of a feed's `subscription`. */
export interface SubscribeRequest {
  /** The `Event` header field, such as `xcap-diff;diff-processing=aggregate`. */
  readonly event: string;
  /** The `Accept` header field. Default: `application/xcap-diff+xml`. */
  readonly accept?: string | undefined;
  /** The `Content-Type` header field. Default: `application/resource-lists+xml`. */
  readonly contentType?: string | undefined;
  /** The flat resource list of what is subscribed to. A refresh without it keeps the list. */
  readonly body?: string | undefined;
  /**
   * The `Expires` header field, in seconds. With 0, the subscription ends after its first notification. Any other duration
   * is up to the caller, who closes the subscription when it is over. Default: 3600.
   */
  readonly expires?: number | undefined;
}

/** How changes of documents are reported (RFC 5875 section 4.3), from the simplest to the most complex. */
export type DiffProcessing = 'no-patching' | 'xcap-patching' | 'aggregate';

const MEMBERS: Readonly<Record<keyof SubscribeRequest, true>> = {
  event: true,
  accept: true,
  contentType: true,
  body: true,
  expires: true,
};

const XCAP_DIFF_TYPE = 'application/xcap-diff+xml';

/**
 * Checks the header fields of a SUBSCRIBE request.
 *
 * @param before - the mode of the subscription, which a refresh keeps unless it has an `event`
 * @returns how changes are to be reported: `no-patching` for a value that is not known
 * @throws SubscriptionError 489 for another event package, 406 if notifications are not accepted
 * @throws InvalidArgumentError for unknown members, and for members of another type
 */
export function readMode(request: Partial<SubscribeRequest>, before?: DiffProcessing): DiffProcessing {
  if (typeof request !== 'object' || request === null)
    throw new InvalidArgumentError(
      `subscribe: the request must be an object, such as the subscription of a feed, not ${describeValue(request)}`,
    );
  refuseUnknownOptions(request, MEMBERS, 'subscribe');
  const { event, accept, expires } = request;
  for (const name of ['event', 'accept', 'contentType', 'body'] as const)
    if (request[name] !== undefined) requireString(request[name], `subscribe: ${name}`);
  if (expires !== undefined && !(typeof expires === 'number' && expires >= 0))
    throw new InvalidArgumentError(`subscribe: expires must be a number of seconds, not ${describeValue(expires)}`);
  if (accept !== undefined && !accept.split(',').some(acceptsDiff))
    throw new SubscriptionError(406, `accept must include ${XCAP_DIFF_TYPE}, the type of every notification`);
  if (event === undefined && before !== undefined) return before;
  const [name = '', ...parameters] = (event ?? '').split(';').map((part) => part.trim().toLowerCase());
  if (name !== 'xcap-diff')
    throw new SubscriptionError(489, `the event package must be xcap-diff, not ${quoteShortened(name)}`);
  for (const parameter of parameters) {
    const [attribute = '', value = ''] = parameter.split('=').map((part) => part.trim());
    if (attribute === 'diff-processing' && (value === 'xcap-patching' || value === 'aggregate')) return value;
  }
  return 'no-patching';
}

function acceptsDiff(range: string): boolean {
  const type = parseContentType(range);
  return (
    type !== undefined &&
    [XCAP_DIFF_TYPE, 'application/*', '*/*'].includes(type.essence) &&
    Number(type.parameters.get('q') ?? 1) !== 0
  );
}

/**
 * Returns the addresses in the body of a SUBSCRIBE request, octet for octet. Unknown elements and attributes are ignored.
 *
 * @throws SubscriptionError 415 for another media type, 400 for what is not a flat resource list
 */
export function readAddresses({ body, contentType }: Partial<SubscribeRequest>): readonly string[] {
  const { contentType: expected } = resourceLists.definition;
  if (contentType !== undefined && parseContentType(contentType)?.essence !== expected)
    throw new SubscriptionError(415, `the body must be ${expected}, not ${contentType}`);
  if (typeof body !== 'string' || body === '')
    throw new SubscriptionError(400, 'it has no body; send a resource list of what to subscribe to');
  const root = XcapDocument.stateOf(parsed(body)).dom.documentElement;
  const { namespaces } = resourceLists.definition;
  const lists = root ? childElements(root, { namespace: namespaces[''], local: 'list' }) : [];
  const [list] = lists;
  if (!list || lists.length > 1) throw new SubscriptionError(400, `the body must have one list, not ${lists.length}`);
  const addresses: string[] = [];
  for (const element of childElements(list, { namespace: namespaces[''] })) {
    const { localName } = element;
    if (localName === 'list' || localName === 'entry-ref' || localName === 'external')
      throw new SubscriptionError(400, `the list must be flat (RFC 5875 section 4.4), but it contains <${localName}>`);
    const uri = localName === 'entry' ? attributeValue(element, null, 'uri') : undefined;
    if (uri !== undefined) addresses.push(uri);
  }
  return addresses;
}

function parsed(body: string): XcapDocument {
  try {
    return resourceLists.parse(body);
  } catch (cause) {
    if (!(cause instanceof XcapParseError)) throw cause;
    throw new SubscriptionError(400, `its body is no resource list: ${cause.message}`, { cause });
  }
}
