import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { answersOf, startVictim, type Victim, writeAll } from './victim.ts';

const PATH = '/xcap-root/org.example.any/users/sip:ann@x.example/index';
const LISTS = '/xcap-root/resource-lists/users/sip:ann@x.example/index';
const users = { 'ann@x.example': 'pw' };
const junk = 'Authorization: Digest username="ann", realm="x", nonce="n", uri="u", response="r"\r\n';
/** Megabytes of a server that has only started, with room for the garbage collector. */
const IDLE = 150;

const head = (fields: string, path = PATH): string =>
  `PUT ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/xml\r\n${fields}\r\n`;

/** The status of a small request of another client. */
async function statusFor(victim: Victim, path = PATH.replace('ann', 'bo')): Promise<number> {
  const type = path === LISTS ? 'application/resource-lists+xml' : 'application/xml';
  const answer = await fetch(new URL(path, victim.root), {
    method: 'PUT',
    headers: { 'content-type': type },
    body: '<a/>',
  });
  await answer.text();
  return answer.status;
}

describe('a hostile peer cannot exhaust the memory of the server', { timeout: 120_000 }, () => {
  it.each([
    { sender: 'a stranger', options: { users }, fields: junk },
    { sender: 'a peer without credentials', options: { users }, fields: '' },
    { sender: 'a peer of a server without users', options: { permissive: true }, fields: '' },
  ])('with 46 MB of one-byte chunks from $sender on four connections', async ({ options, fields }) => {
    await using victim = await startVictim(options);
    const chunks = Buffer.from('1\r\nx\r\n'.repeat(20_000));
    const send = async () => {
      const socket = victim.connect().resume();
      await writeAll(socket, [
        head(`${fields}Transfer-Encoding: chunked\r\n`),
        ...Array.from({ length: 96 }, () => chunks),
      ]);
      socket.destroy();
    };
    await Promise.all([send(), send(), send(), send()]);
    expect((await victim.usage()).megabytes).toBeLessThan(IDLE + 100);
    expect([401, 409]).toContain(await statusFor(victim, LISTS));
  });

  it('with unfinished bodies of 3 MiB on 100 connections, and serves others meanwhile', async () => {
    await using victim = await startVictim({ permissive: true });
    let refused = 0;
    const sockets = Array.from({ length: 100 }, () => victim.connect());
    // A quarter of the memory of bodies is enough for four of them.
    const isOver = new Promise<void>((resolve) => {
      for (const socket of sockets) {
        socket.resume().on('close', () => {
          if (++refused === 90) resolve();
        });
      }
    });
    const body = Buffer.alloc(3 * 1024 * 1024, ' ');
    await Promise.all(
      sockets.map((socket) => writeAll(socket, [head(`Content-Length: ${body.length + 1}\r\n`), body])),
    );
    await isOver;
    expect(await statusFor(victim)).toBe(201);
    expect((await victim.usage()).megabytes).toBeLessThan(IDLE + 150);
    for (const socket of sockets) socket.destroy();
  });

  it('with announced bodies that never arrive', async () => {
    await using victim = await startVictim({ permissive: true });
    const sockets = Array.from({ length: 500 }, () => victim.connect().resume());
    await Promise.all(sockets.map((socket) => writeAll(socket, [head('Content-Length: 4194304\r\n')])));
    expect(await statusFor(victim)).toBe(201);
    expect((await victim.usage()).megabytes).toBeLessThan(IDLE + 100);
    for (const socket of sockets) socket.destroy();
  });

  it('with 200,000 pipelined requests whose answers it never reads', async () => {
    await using victim = await startVictim({ permissive: true });
    const socket = victim.connect().pause();
    const requests = `GET ${PATH} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(1000);
    const written = writeAll(
      socket,
      Array.from({ length: 200 }, () => requests),
    );
    expect(await statusFor(victim)).toBe(201);
    socket.destroy();
    await written;
    expect((await victim.usage()).megabytes).toBeLessThan(IDLE + 100);
  });

  it('with documents of as many nodes as are accepted', async () => {
    await using victim = await startVictim({ permissive: true, limits: { nodes: 25_000 } }, 220);
    const body = `<a>${'<b/>'.repeat(24_000)}</a>`;
    const paths = Array.from({ length: 14 }, (_, at) => PATH.replace('ann', `ann${at}`));
    const put = async (path: string) => {
      const answer = await fetch(new URL(path, victim.root), {
        method: 'PUT',
        headers: { 'content-type': 'application/xml' },
        body,
      });
      return answer.status;
    };
    expect(await Promise.all(paths.map(put))).toEqual(paths.map(() => 201));
    expect(await statusFor(victim)).toBe(201);
  });

  it('with more connections than are accepted, and serves those that are open', async () => {
    await using victim = await startVictim({ permissive: true, limits: { connections: 50 } });
    const first = victim.connect();
    await once(first, 'connect');
    const others = Array.from({ length: 200 }, () => victim.connect().resume());
    await Promise.all(others.slice(100).map((socket) => (socket.destroyed ? undefined : once(socket, 'close'))));
    first.write(`GET ${PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(await answersOf(first)).toMatch(/^HTTP\/1.1 404 /);
    for (const socket of others) socket.destroy();
  });
});
