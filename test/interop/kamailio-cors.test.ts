import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { type Kamailio, skipReason, startKamailio } from './kamailio/server.ts';

const ORIGIN = 'https://phone.example.com';
const routeIn = (file: string): string | undefined =>
  /^route\[CORS\] \{\n[\s\S]*?\n\}$/m.exec(readFileSync(file, 'utf8'))?.[0];

it("docs/browsers.md has the route of the tested Kamailio's configuration", () => {
  expect(routeIn('docs/browsers.md')).toBeDefined();
  expect(routeIn('docs/browsers.md')).toBe(routeIn('test/interop/kamailio/kamailio.cfg'));
});

describe.skipIf(skipReason)('Kamailio with the route of docs/browsers.md', () => {
  let server: Kamailio;
  beforeAll(async () => {
    server = await startKamailio({});
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('allows a page, without authentication', async () => {
    const url = `${server.root}/resource-lists/users/sip:alice@example.com/index`;
    const answer = await fetch(url, {
      method: 'OPTIONS',
      headers: { Origin: ORIGIN, 'Access-Control-Request-Method': 'PUT' },
    });
    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'GET, PUT, DELETE',
      'access-control-allow-headers': 'Authorization, Content-Type, If-Match, If-None-Match',
    });
  });

  it('exposes entity tags and challenges in every answer', async () => {
    const answers: [status: number, origin: string | null, exposed: string | null][] = [];
    const client = server.client({
      headers: { Origin: ORIGIN },
      fetch: async (url, init) => {
        const answer = await fetch(url, init);
        const of = (name: string) => answer.headers.get(`access-control-${name}`);
        answers.push([answer.status, of('allow-origin'), of('expose-headers')]);
        return answer;
      },
    });
    await client.edit(resourceLists, (doc) => doc.addList('friends'));
    expect(answers.map(([status]) => status).slice(0, 3)).toEqual([401, 404, 200]);
    for (const answer of answers) expect(answer.slice(1)).toEqual([ORIGIN, 'ETag, WWW-Authenticate, Server']);
  });

  it('allows no other page', async () => {
    const answer = await fetch(`${server.root}/resource-lists/users/sip:alice@example.com/index`, {
      headers: { Origin: 'https://other.example.com' },
    });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });
});
