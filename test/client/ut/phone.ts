import { type UtOptions, utProfile, XcapClient } from '../../../src/index.ts';

/** The subscriber. */
export const user = 'sip:+15555550100@ims.example.com';
/** The XCAP root of the network. */
export const root = 'http://xcap.example.com';
/** The document of the subscriber. */
export const url = `${root}/simservs.ngn.etsi.org/users/${user}/simservs.xml`;

/** One request as it was sent. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly headers: Headers;
}

/** How a network answers: the document, and replies to PUTs, of which the last one repeats. */
export interface Network {
  readonly text: string;
  readonly etags?: boolean;
  readonly puts?: readonly (Response | 'lost')[];
  /** What a GET answers after each PUT. Default: the same document. */
  readonly after?: readonly string[];
}

/** A phone at a network that only records what it is sent. */
export function phone({ text, etags = true, puts = [], after = [] }: Network, options: UtOptions = {}) {
  const sent: Sent[] = [];
  let version = 1;
  const tag = () => (etags ? { etag: `"v${version}"` } : undefined);
  const client = new XcapClient({
    root,
    user,
    profile: utProfile(options),
    identity: 'intended',
    fetch: async (input, init) => {
      const { pathname, search } = new URL(input);
      const method = init?.method ?? 'GET';
      const path = `${decodeURIComponent(pathname)}${decodeURIComponent(search)}`.slice(url.length - root.length);
      sent.push({ method, path, body: String(init?.body ?? ''), headers: new Headers(init?.headers) });
      const number = sent.filter((one) => one.method === 'PUT').length;
      const current = after[Math.min(number, after.length) - 1] ?? text;
      if (method !== 'PUT') return new Response(current, { headers: { ...tag() } });
      const answer = puts[Math.min(number, puts.length) - 1];
      if (answer === 'lost') throw new TypeError('the connection broke');
      if (answer) return answer.clone();
      version++;
      return new Response(null, { headers: { ...tag() } });
    },
  });
  return { client, sent, puts: () => sent.filter(({ method }) => method === 'PUT') };
}
