import { resourceLists } from '../../documents/usages/resource-lists/usage.ts';
import { describeValue, refuseUnknownOptions } from '../../selector/arguments.ts';
import { scopeOf } from '../../selector/builder.ts';
import type { AnySelector } from '../../selector/builder-types.ts';
import { documentSelector, type XcapUser } from '../../selector/document-uri.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { ClientContext } from '../context.ts';
import { targetOf } from '../target.ts';

/** A document, or a collection of documents, of a feed. */
export interface FeedAddressObject {
  /** The application usage of the document. */
  readonly usage?: AnySelector | undefined;
  /** Name of the document. Default: that of the usage, mostly `index`. */
  readonly document?: string | undefined;
  /** Instead of `usage` and `document`: the usage whose documents are all followed, also those that are created later. */
  readonly collection?: AnySelector | undefined;
  /** Default: the client's user. */
  readonly user?: XcapUser | undefined;
  /** Default: the tree of the usage. */
  readonly tree?: 'users' | 'global' | undefined;
}

/**
 * What a feed follows: a usage for its document, a selector for an element or attribute, an object for a document of
 * another name or user or for a collection, or the percent-encoded address relative to the XCAP root. With a slash at its
 * end, such an address is a collection.
 */
export type FeedAddress = AnySelector | FeedAddressObject | string;

/** How much notifications say: only that a document changed, how with each change, or how with several changes in one. */
export type FeedPatches = 'none' | 'each' | 'aggregate';

/** What to send in a SUBSCRIBE request (RFC 5875 section 4). */
export interface FeedSubscription {
  /** The `Event` header field, such as `xcap-diff;diff-processing=aggregate`. */
  readonly event: string;
  /** The `Accept` header field. */
  readonly accept: string;
  /** The `Content-Type` header field. */
  readonly contentType: string;
  /** The body: a resource list of everything that is followed. */
  readonly body: string;
  /** The `Expires` header field, in seconds. */
  readonly expires: number;
}

/** The media type of notifications (RFC 5874 section 6.2). */
export const XCAP_DIFF_TYPE = 'application/xcap-diff+xml';

const EVENTS: Readonly<Record<FeedPatches, string>> = {
  // Without the parameter, a notifier does not patch; some SIP stacks cannot send a parameter.
  none: 'xcap-diff',
  each: 'xcap-diff;diff-processing=xcap-patching',
  aggregate: 'xcap-diff;diff-processing=aggregate',
};

/** The values of `patches`. */
export const isFeedPatches = (value: unknown): value is FeedPatches =>
  typeof value === 'string' && Object.hasOwn(EVENTS, value);

/** Returns what to subscribe with. */
export function feedSubscription(
  addresses: Iterable<string>,
  { patches, expires }: { readonly patches: FeedPatches; readonly expires: number },
): FeedSubscription {
  const lists = resourceLists.create();
  lists.put(resourceLists, { list: [{ entry: Array.from(addresses, (uri) => ({ uri })) }] });
  return {
    event: EVENTS[patches],
    accept: XCAP_DIFF_TYPE,
    contentType: resourceLists.definition.contentType,
    body: lists.toString(),
    expires,
  };
}

/**
 * Returns the address relative to the XCAP root.
 *
 * @throws InvalidArgumentError for what does not name a resource
 */
export function relativeAddress(context: ClientContext, address: FeedAddress): string {
  if (typeof address === 'string') return checkedAddress(context, address);
  if (typeof address !== 'object' && typeof address !== 'function') throw noAddress(address);
  if (address === null) throw noAddress(address);
  if (isSelector(address)) return addressOf(context, address, {});
  refuseUnknownOptions(
    address,
    { usage: true, document: true, collection: true, user: true, tree: true },
    'address of a feed',
  );
  const { usage, collection, user, tree, document } = address;
  if (collection !== undefined) {
    if (usage !== undefined || document !== undefined)
      throw new InvalidArgumentError('address of a feed: give either collection, or usage and document');
    return collectionAddress(context, collection, { user, tree });
  }
  if (usage === undefined) throw noAddress(address);
  return addressOf(context, usage, { user, tree, document });
}

const isSelector = (address: FeedAddress): address is AnySelector =>
  typeof address !== 'string' && scopeOf(address as AnySelector) !== undefined; // looks at any object

function addressOf(context: ClientContext, selector: AnySelector, options: Omit<FeedAddressObject, 'usage'>): string {
  const target = targetOf(context, selector, options);
  if (target.kind === 'namespace-bindings')
    throw new InvalidArgumentError(
      'a feed cannot follow namespace bindings (RFC 5875 section 4.4); follow their element',
    );
  return target.url.slice(context.root.length + 1);
}

function collectionAddress(
  context: ClientContext,
  usage: AnySelector,
  {
    user = context.user === undefined ? undefined : { xui: context.user },
    tree,
  }: Pick<FeedAddressObject, 'user' | 'tree'>,
): string {
  // The name of a document is the last segment of its address; a collection has none.
  const document = documentSelector({ usage, user, tree, document: 'index' });
  return document.slice(0, document.lastIndexOf('/') + 1);
}

function checkedAddress(context: ClientContext, address: string): string {
  const prefix = `${context.root}/`;
  const relative = address.startsWith(prefix) ? address.slice(prefix.length) : address;
  if (relative === '' || relative.startsWith('/') || relative.includes('://')) throw noAddress(address);
  return relative;
}

const noAddress = (given: unknown): InvalidArgumentError =>
  new InvalidArgumentError(
    `a feed follows usages, selectors, { usage, user, document }, { collection } and addresses relative to the XCAP root, not ${describeValue(given)}`,
  );
