/** RFC 3858: who watches a user's presence, and who waits for permission. https://www.rfc-editor.org/rfc/rfc3858 */

import type { Element } from '@xmldom/xmldom';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { XML_NAMESPACE } from '../../selector/names.ts';
import { textOf } from '../data/read-data.ts';
import { XcapParseError } from '../errors.ts';
import { parseXml } from '../xml/parse.ts';
import { attributeValue, childElements } from '../xml/walk.ts';

const NAMESPACE = 'urn:ietf:params:xml:ns:watcherinfo';

const STATUSES = ['pending', 'active', 'waiting', 'terminated'] as const;
const EVENTS = [
  'subscribe',
  'approved',
  'deactivated',
  'probation',
  'rejected',
  'timeout',
  'giveup',
  'noresource',
] as const;

/** The status of a subscription: `pending` and `waiting` watchers have no permission yet (RFC 3857 section 4.7.1). */
export type WatcherStatus = (typeof STATUSES)[number];

/** What led to the status (RFC 3857 section 4.7.1). */
export type WatcherEvent = (typeof EVENTS)[number];

/** One watcher of a resource. */
export interface WatcherinfoWatcher {
  /** The watcher's URI; empty when the document has none. */
  readonly uri: string;
  /** Identifies the subscription; the same person may have several. */
  readonly id: string;
  /** `undefined` for a value that RFC 3858 does not know. */
  readonly status: WatcherStatus | undefined;
  /** `undefined` for a value that RFC 3858 does not know. */
  readonly event: WatcherEvent | undefined;
  readonly displayName?: string;
  /** Language of the display name. */
  readonly lang?: string;
  /** Seconds until the subscription ends. */
  readonly expiration?: number;
  /** Seconds since the subscription began. */
  readonly durationSubscribed?: number;
}

/** The watchers of one resource and event package. */
export interface WatcherList {
  readonly resource: string;
  /** The event package, such as `presence`. */
  readonly package: string;
  readonly watchers: readonly WatcherinfoWatcher[];
}

/** A watcherinfo document as data. */
export interface Watcherinfo {
  /** Counts the documents of one subscription, from 0. */
  readonly version: number;
  /** `full`: all watchers; `partial`: only those that changed since the previous version. */
  readonly state: 'full' | 'partial';
  readonly lists: readonly WatcherList[];
}

/**
 * Reads the body of a NOTIFY of the package `presence.winfo` (RFC 3858).
 *
 * @param xml - text of media type `application/watcherinfo+xml`
 * @throws XcapParseError when it is no watcherinfo document, or has no version
 *
 * @example
 * waitingWatchers(readWatcherinfo(body)).map(({ uri }) => uri); // ['sip:bob@example.com']
 */
export function readWatcherinfo(xml: string): Watcherinfo {
  if (typeof xml !== 'string')
    throw new InvalidArgumentError(`a watcherinfo document is read from a string, not from ${typeof xml}`);
  const root = parseXml(xml).document.documentElement;
  if (root?.localName !== 'watcherinfo' || root.namespaceURI !== NAMESPACE)
    throw wrong(`the root element must be <watcherinfo> in ${NAMESPACE}`);
  const version = secondsOf(root, 'version');
  if (version === undefined) throw wrong('<watcherinfo> must have a version, a number from 0');
  return {
    version,
    // A document that does not say so is taken as a part, so that no watcher is dropped.
    state: attributeValue(root, null, 'state') === 'full' ? 'full' : 'partial',
    lists: childElements(root, { namespace: NAMESPACE, local: 'watcher-list' }).map(readList),
  };
}

const wrong = (reason: string): XcapParseError => new XcapParseError(reason, 1, 1, { kind: 'wrong-usage' });

const readList = (list: Element): WatcherList => ({
  resource: attributeValue(list, null, 'resource') ?? '',
  package: attributeValue(list, null, 'package') ?? '',
  watchers: childElements(list, { namespace: NAMESPACE, local: 'watcher' }).map(readWatcher),
});

function readWatcher(watcher: Element): WatcherinfoWatcher {
  const value = (name: string): string | undefined => attributeValue(watcher, null, name);
  const [displayName, lang] = [value('display-name'), attributeValue(watcher, XML_NAMESPACE, 'lang')];
  const [expiration, durationSubscribed] = [
    secondsOf(watcher, 'expiration'),
    secondsOf(watcher, 'duration-subscribed'),
  ];
  return {
    uri: textOf(watcher).trim(),
    id: value('id') ?? '',
    status: STATUSES.find((status) => status === value('status')?.trim()),
    event: EVENTS.find((event) => event === value('event')?.trim()),
    ...(displayName !== undefined && { displayName }),
    ...(lang !== undefined && { lang }),
    ...(expiration !== undefined && { expiration }),
    ...(durationSubscribed !== undefined && { durationSubscribed }),
  };
}

/** A whole number from 0; `undefined` for any other text. */
function secondsOf(element: Element, name: string): number | undefined {
  const text = attributeValue(element, null, name)?.trim() ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
