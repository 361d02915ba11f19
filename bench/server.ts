/** The embedded server: against a bare handler, with a large address book, and with many connections for a while. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resourceLists } from '../src/documents/usages/resource-lists/usage.ts';
import { createXcapServer, type XcapServer } from '../src/server/index.ts';
import { load, message, perSecond } from './load.ts';
import type { BenchRow } from './row.ts';

const NAMESPACE = 'urn:ietf:params:xml:ns:resource-lists';
const PATH = '/xcap-root/resource-lists/users/sip:ann@example.com/index';

const book = (entries: number): string => {
  const entry = (_: unknown, at: number) =>
    `    <entry uri="sip:user${at}@example.com"><display-name>User ${at}</display-name></entry>\n`;
  const content = Array.from({ length: entries }, entry).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<resource-lists xmlns="${NAMESPACE}">\n  <list name="friends">\n${content}  </list>\n</resource-lists>\n`;
};

const portOf = (server: XcapServer): number => server.port;

async function put(server: XcapServer, body: string): Promise<void> {
  const headers = { 'content-type': 'application/resource-lists+xml' };
  await fetch(new URL(PATH, server.root), { method: 'PUT', headers, body });
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;

async function documentGet(): Promise<BenchRow> {
  const body = book(20);
  await using server = await createXcapServer();
  await put(server, body);
  const octets = Buffer.from(body);
  const bare = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/resource-lists+xml', 'content-length': octets.length });
    response.end(octets);
  });
  await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));
  const barePort = (bare.address() as AddressInfo).port; // it listens on a port
  const job = { connections: 20, milliseconds: 1500, requests: [message('GET', PATH)] };
  const [ours, rival]: [number[], number[]] = [[], []];
  for (let round = 0; round < 5; round++) {
    rival.push(perSecond(await load({ ...job, port: barePort })));
    ours.push(perSecond(await load({ ...job, port: portOf(server) })));
  }
  bare.close();
  bare.closeAllConnections();
  const ratio = median(ours) / median(rival);
  return {
    name: 'server: GET of a document, against a bare node:http handler',
    ours: `${Math.round(median(ours))}/s`,
    rival: `${Math.round(median(rival))}/s`,
    ratio,
    target: '>= 0.5',
    ok: ratio >= 0.5,
  };
}

async function milliseconds(entries: number, request: (at: number) => string): Promise<number> {
  await using server = await createXcapServer();
  await put(server, book(entries));
  const requests = Array.from({ length: 200 }, (_, at) => request(at));
  const runs: number[] = [];
  for (let round = 0; round < 3; round++) {
    const result = await load({ port: portOf(server), connections: 1, milliseconds: 2000, requests });
    runs.push(result.milliseconds / result.answers);
  }
  return median(runs);
}

async function getByKey(): Promise<BenchRow> {
  const get = (entries: number) => (at: number) => message('GET', node(uri((at * 37) % entries)));
  const small = await milliseconds(10, get(10));
  const large = await milliseconds(10_000, get(10_000));
  const ratio = large / small;
  return {
    name: 'server: GET of an entry by its key, 10,000 entries against 10',
    ours: `${large.toFixed(2)} ms`,
    rival: `${small.toFixed(2)} ms`,
    ratio,
    target: '<= 3',
    ok: ratio <= 3,
  };
}

async function putByKey(): Promise<BenchRow> {
  const text = book(10_000);
  const parse = (): number => {
    const start = performance.now();
    resourceLists.parse(text);
    return performance.now() - start;
  };
  const before = Array.from({ length: 7 }, parse);
  const ours = await milliseconds(10_000, (at) => {
    const number = (at * 37) % 10_000;
    return message('PUT', node(uri(number)), EL, element(number));
  });
  const rival = median([...before, ...Array.from({ length: 7 }, parse)]);
  const ratio = ours / rival;
  return {
    name: 'server: PUT of an entry among 10,000, against one parse',
    ours: `${ours.toFixed(2)} ms`,
    rival: `${rival.toFixed(0)} ms to parse`,
    ratio,
    target: '<= 0.3',
    ok: ratio <= 0.3,
  };
}

const node = (test: string): string => `${PATH}/~~/resource-lists/list/entry%5B${test}%5D`;
const uri = (at: number): string => `@uri=%22sip:user${at}@example.com%22`;
const element = (at: number): string =>
  `<entry uri="sip:user${at}@example.com"><display-name>New ${at}</display-name></entry>`;
const EL = 'application/xcap-el+xml';

async function endurance(): Promise<BenchRow> {
  await using server = await createXcapServer();
  await put(server, book(50));
  const requests = [
    message('GET', PATH),
    message('GET', node(uri(7))),
    message('PUT', node(uri(8)), EL, element(8)),
    message('GET', `${PATH}/~~/resource-lists/list/@name`),
    message('PUT', PATH, 'application/resource-lists+xml', book(50)),
  ];
  const job = { port: portOf(server), connections: 200, requests };
  const early = await load({ ...job, milliseconds: 10_000 });
  const before = process.memoryUsage().rss;
  const late = await load({ ...job, milliseconds: 20_000 });
  const after = process.memoryUsage().rss;
  const failures = early.failures + late.failures;
  const ratio = after / before;
  return {
    name: 'server: 200 keep-alive connections for 30 s, reading and writing: memory after 30 s against 10 s',
    ours: `${Math.round(after / 2 ** 20)} MiB, ${early.answers + late.answers} answers, ${failures} failures`,
    rival: `${Math.round(before / 2 ** 20)} MiB`,
    ratio,
    target: '<= 1.2, no failure',
    ok: ratio <= 1.2 && failures === 0,
  };
}

/** Every promise about the server's speed. */
export async function serverBench(): Promise<BenchRow[]> {
  return [await documentGet(), await getByKey(), await putByKey(), await endurance()];
}
