import { describe, expect, it } from 'vitest';
import { startServer } from './support.ts';

const lists = 'resource-lists/users/sip:ann@x.example/index';
const document = '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>';

describe('faults of a server', () => {
  it('reply with another status and do not carry out the request', async () => {
    await using server = await startServer({
      faults: [{ method: 'PUT', status: 503, headers: { 'retry-after': '1' } }],
    });
    const answer = await server.put(lists, document);
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
    expect((await server.get(lists)).status).toBe(404);
  });

  it('affect the given number of requests, after the given number of others', async () => {
    await using server = await startServer({ faults: [{ status: 500, after: 1, times: 2 }] });
    const statuses = [];
    for (let count = 0; count < 5; count++) statuses.push((await server.get(lists)).status);
    expect(statuses).toEqual([404, 500, 500, 404, 404]);
  });

  it('close the connection after the request is carried out', async () => {
    await using server = await startServer();
    server.server.faults.add({ method: 'PUT', silence: 'after', times: 1 });
    await expect(server.put(lists, document)).rejects.toThrow();
    expect((await server.get(lists)).body).toBe(document);
  });

  it('close the connection before the request is carried out', async () => {
    await using server = await startServer({ faults: [{ method: 'PUT', silence: 'before' }] });
    await expect(server.put(lists, document)).rejects.toThrow();
    expect((await server.get(lists)).status).toBe(404);
  });

  it('remove header fields', async () => {
    await using server = await startServer({ faults: [{ headers: { etag: undefined } }] });
    const answer = await server.put(lists, document);
    expect([answer.status, answer.etag]).toEqual([201, undefined]);
  });

  it('close the connection in the middle of the body', async () => {
    await using server = await startServer();
    await server.put(lists, document);
    server.server.faults.add({ truncate: 10 });
    await expect(server.get(lists)).rejects.toThrow();
  });

  it('can be removed', async () => {
    await using server = await startServer();
    const remove = server.server.faults.add({ target: 'resource-lists', status: 500 });
    remove();
    expect((await server.get(lists)).status).toBe(404);
  });

  it('rewrite a reply', async () => {
    await using server = await startServer();
    server.server.faults.add({
      when: ({ method }) => method === 'GET',
      rewrite: (reply) => ({ ...reply, status: 418 }),
    });
    expect((await server.get(lists)).status).toBe(418);
  });
});
