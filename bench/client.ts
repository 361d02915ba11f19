import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { XcapClient } from '../src/client/client.ts';
import { resourceLists } from '../src/documents/usages/resource-lists/usage.ts';
import { createXcapServer } from '../src/server/server.ts';
import { median } from './measure.ts';
import type { BenchRow } from './row.ts';

const USER = 'sip:alice@example.com';
const OPERATIONS = 2000;
const OPERATIONS_WITH_DIGEST = 300;
const ROUNDS = 7;
const entry = '<entry uri="sip:bob@example.com"><display-name>Bob</display-name></entry>';
const value = '"sip:bob@example.com"';
const TYPE = 'application/xcap-el+xml';
const bob = resourceLists.list('friends').entry('sip:bob@example.com');

/** The client against plain undici doing the same bytes, one operation at a time; and what authentication costs. */
export async function clientBench(): Promise<BenchRow[]> {
  return [...(await rates()), await digestCost(), await oldHabits()];
}

async function rates(): Promise<BenchRow[]> {
  const server = createServer((message, response) => {
    message.resume().on('end', () => {
      const body = message.url?.endsWith('/@uri') ? value : entry;
      response.writeHead(200, { etag: '"1"', 'content-type': TYPE, 'content-length': body.length }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const root = `http://127.0.0.1:${port}/xcap-root`;
  const client = new XcapClient({ root, user: USER });
  const dispatcher = new Agent({ connections: 1 });
  const url = `${root}/resource-lists/users/${USER}/index/~~${bob.toPath()}`;
  const read = async (path: string) => (await request(path, { dispatcher })).body.text();
  const ways = {
    'GET of an attribute': { ours: () => client.get(bob.attr('uri')), theirs: () => read(`${url}/@uri`) },
    'GET of an element, read as typed data': { ours: () => client.get(bob), theirs: () => read(url) },
    'PUT of an element': {
      ours: () => client.put(bob, entry),
      theirs: async () => {
        const headers = { 'content-type': TYPE };
        return (await request(url, { dispatcher, method: 'PUT', body: entry, headers })).body.text();
      },
    },
  };
  const rows: BenchRow[] = [];
  for (const [method, { ours, theirs }] of Object.entries(ways)) {
    await rate(ours);
    await rate(theirs);
    const samples = [];
    for (let round = 0; round < ROUNDS; round++) samples.push({ ours: await rate(ours), theirs: await rate(theirs) });
    const ratio = median(samples.map((sample) => sample.ours / sample.theirs));
    rows.push({
      name: `${method}, through the client against undici with the same bytes`,
      ours: `${Math.round(median(samples.map((sample) => sample.ours)))}/s`,
      rival: `${Math.round(median(samples.map((sample) => sample.theirs)))}/s`,
      ratio,
      target: '>= 0.8',
      ok: ratio >= 0.8,
    });
  }
  await client.close();
  await dispatcher.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return rows;
}

async function rate(operation: () => Promise<unknown>, times = OPERATIONS): Promise<number> {
  const start = performance.now();
  for (let count = 0; count < times; count++) await operation();
  return (times * 1000) / (performance.now() - start);
}

/** HTTP requests per operation on a server with digest authentication, after the first. */
async function digestCost(): Promise<BenchRow> {
  await using server = await createXcapServer({ users: { [USER]: 'wonderland' } });
  let requests = 0;
  const dispatcher = new Agent().compose((dispatch) => (options, handler) => {
    requests++;
    return dispatch(options, handler);
  });
  const client = new XcapClient({ root: server.root, user: USER, password: 'wonderland', dispatcher });
  await client.put(resourceLists, resourceLists.create());
  requests = 0;
  const operations = 200;
  for (let count = 0; count < operations; count++) await client.get(resourceLists);
  await dispatcher.close();
  const perOperation = requests / operations;
  return {
    name: 'HTTP requests per operation with digest, after the first',
    ours: perOperation.toFixed(2),
    rival: '1',
    ratio: perOperation,
    target: '1.0',
    ok: perOperation === 1,
  };
}

/**
 * What python-xcaplib's habits cost: each request first without credentials, and each on a connection of its own. The same
 * client does both, so that nothing else differs.
 */
async function oldHabits(): Promise<BenchRow> {
  await using server = await createXcapServer({ users: { [USER]: 'wonderland' } });
  const account = { root: server.root, user: USER, password: 'wonderland' };
  const client = new XcapClient(account);
  const lists = resourceLists.create();
  lists.addList('friends');
  lists.addEntry(resourceLists.list('friends'), { uri: 'sip:bob@example.com' });
  await client.put(resourceLists, lists);
  const closing = new Agent({ pipelining: 0 });
  const forgetful = () => new XcapClient({ ...account, dispatcher: closing }).get(bob);
  const samples: { readonly ours: number; readonly theirs: number }[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    const ours = await rate(() => client.get(bob), OPERATIONS_WITH_DIGEST);
    const theirs = await rate(forgetful, OPERATIONS_WITH_DIGEST);
    if (round >= 0) samples.push({ ours, theirs });
  }
  await client.close();
  await closing.close();
  const ratio = median(samples.map(({ ours, theirs }) => ours / theirs));
  return {
    name: "GET of an element with digest, against python-xcaplib's habits: first without credentials, a connection a request",
    ours: `${Math.round(median(samples.map(({ ours }) => ours)))}/s`,
    rival: `${Math.round(median(samples.map(({ theirs }) => theirs)))}/s`,
    ratio,
    target: '> 1',
    ok: ratio > 1,
  };
}
