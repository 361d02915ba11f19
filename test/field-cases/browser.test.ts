/** Cases from public reports about programs in browsers. The client in a real browser: test/browser. */

import { describe, expect, it } from 'vitest';
import { resourceLists } from '../../src/index.ts';
import { buddies, friends, startServer } from '../support/fixtures.ts';

describe('case 36: a softphone on a page of another origin', () => {
  it('edits over fetch, and the server lets its page read the entity tag', async () => {
    const origin = 'http://app.example';
    await using server = await startServer({ cors: [origin] });
    const exposed = new Set<string | null>();
    const fromPage: typeof fetch = async (url, init) => {
      const headers = new Headers(init?.headers);
      headers.set('origin', origin);
      const answer = await fetch(url, { ...init, headers });
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      exposed.add(answer.headers.get('access-control-expose-headers'));
      return answer;
    };
    const client = server.client({ fetch: fromPage });
    await client.put(resourceLists, buddies());
    await client.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: 'sip:a@example.com' }));
    const synced = await client.open(resourceLists);
    synced.document.addEntry(friends, { uri: 'sip:b@example.com' });
    await synced.save();
    expect((await client.get(resourceLists)).value.entries(friends)).toHaveLength(2);
    expect([...exposed].every((fields) => fields?.toLowerCase().includes('etag'))).toBe(true);
  });
});
