import { readXcapDiff, type XcapDiffDocument } from '../../../src/documents/xcap-diff/read.ts';
import type { ServerSubscription, SubscribeOptions, SubscribeRequest } from '../../../src/server/index.ts';
import { startServer, type TestServer } from '../support.ts';

export const alice = 'sip:alice@example.com';
export const aliceLists = `resource-lists/users/${alice}/index`;

/** A server with two users, without authentication of requests. */
export const serverWithUsers = (options: Parameters<typeof startServer>[0] = {}): Promise<TestServer> =>
  startServer({ users: { [alice]: 'secret', 'sip:bob@example.com': 'secret' }, auth: 'none', ...options });

/** A SUBSCRIBE request for these addresses. */
export const request = (addresses: readonly string[], processing?: string): SubscribeRequest => ({
  event: processing === undefined ? 'xcap-diff' : `xcap-diff;diff-processing=${processing}`,
  accept: 'application/xcap-diff+xml',
  contentType: 'application/resource-lists+xml',
  body: listOf(addresses.map((address) => `<entry uri="${address.replaceAll('"', '&quot;')}"/>`).join('')),
  expires: 3600,
});

/** The body of a SUBSCRIBE request with this content in its list. */
export const listOf = (content: string): string =>
  `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list>${content}</list></resource-lists>`;

/** A resource-lists document with these lists. */
export const lists = (...names: readonly string[]): string =>
  `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">${names.map((name) => `<list name="${name}"/>`).join('')}</resource-lists>`;

/** A subscription with the notifications that it has delivered. */
export interface Subscribed {
  readonly subscription: ServerSubscription;
  readonly bodies: string[];
  /** Returns what was delivered since the last call, as one line for each part of each notification. */
  news(): Promise<string[][]>;
}

/** Subscribes. Each notification is delivered at once. */
export async function subscribe(
  { server }: TestServer,
  sent: SubscribeRequest,
  options: SubscribeOptions & { readonly user?: string | undefined } = {},
): Promise<Subscribed> {
  const bodies: string[] = [];
  const { user = alice, ...rest } = options;
  const subscription = await server.subscribe(user, sent, (body) => bodies.push(body), rest);
  let seen = 0;
  return {
    subscription,
    bodies,
    news: async () => {
      await subscription.delivered();
      const news = bodies.slice(seen).map(summary);
      seen = bodies.length;
      return news;
    },
  };
}

/** Describes the parts of a notification, with the content of nodes. */
export function summary(body: string): string[] {
  const { documents, elements, attributes } = readXcapDiff(body);
  return [
    ...documents.map((part) => `${describe(part)} ${part.sel}`),
    ...elements.map(({ sel, exists, xml }) => `element ${sel} ${exists ? xml : 'is gone'}`),
    ...attributes.map(({ sel, exists, value }) => `attribute ${sel} ${exists ? value : 'is gone'}`),
  ];
}

function describe({ kind, previousEtag, newEtag }: XcapDiffDocument): string {
  if (kind !== 'fetch-document') return kind;
  return previousEtag !== undefined && newEtag !== undefined ? 'changed' : 'exists';
}

/** A delivery that waits until it is allowed to go on. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
