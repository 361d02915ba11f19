import { describe, expect, it } from 'vitest';
import { resourceLists, simservs, XcapClient, type XcapClientOptions } from '../../../src/index.ts';

const root = 'http://xcap.example.com';
const user = 'tel:+15555550100';

/** A client whose requests are answered with 404, and the identity fields that they had. */
function recording(options: Partial<XcapClientOptions>) {
  const identities: (string | null)[] = [];
  const client = new XcapClient({
    root,
    user,
    ...options,
    fetch: async (_, init) => {
      const headers = new Headers(init?.headers);
      identities.push(headers.get('x-3gpp-intended-identity') ?? headers.get('x-3gpp-asserted-identity'));
      return new Response(null, { status: 404 });
    },
  });
  return { client, identities };
}

const ignored = (): undefined => undefined;

describe('identity', () => {
  it.each([
    ['intended', 'x-3gpp-intended-identity'],
    ['asserted', 'x-3gpp-asserted-identity'],
  ] as const)('%s sends the XUI in double quotes as %s', async (identity, field) => {
    let sent: string | null = null;
    const client = new XcapClient({
      root,
      user,
      identity,
      fetch: async (_, init) => {
        sent = new Headers(init?.headers).get(field);
        return new Response(null, { status: 404 });
      },
    });
    await client.get(simservs).catch(ignored);
    expect(sent).toBe('"tel:+15555550100"');
  });

  it('is that of the user of the call, and of a client for another user', async () => {
    const { client, identities } = recording({ identity: 'intended' });
    await client.get(simservs, { user: 'sip:bob@example.com' }).catch(ignored);
    await client.for('carol@example.com').get(simservs).catch(ignored);
    await client.put(resourceLists.list('a'), { name: 'a' }).catch(ignored);
    expect(new Set(identities)).toEqual(
      new Set(['"sip:bob@example.com"', '"sip:carol@example.com"', '"tel:+15555550100"']),
    );
    expect(identities.slice(0, 2)).toEqual(['"sip:bob@example.com"', '"sip:carol@example.com"']);
  });

  it('gives way to the header field of a call, and is not sent by default', async () => {
    const { client, identities } = recording({ identity: 'intended' });
    await client.get(simservs, { headers: { 'x-3gpp-intended-identity': 'bare' } }).catch(ignored);
    const plain = recording({});
    await plain.client.get(simservs).catch(ignored);
    expect([...identities, ...plain.identities]).toEqual(['bare', null]);
  });

  it('refuses a user that is not a SIP URI, even where neither the URL nor the header fields contain the user', async () => {
    const { client, identities } = recording({});
    await expect(client.get(resourceLists, { user: 'nobody', tree: 'global' })).rejects.toThrow(/not a SIP URI/);
    expect(identities).toEqual([]);
  });

  it('refuses another word', () => {
    expect(() => recording({ identity: 'preferred' as 'intended' })).toThrow(
      /identity must be "intended" or "asserted"/,
    );
  });
});
