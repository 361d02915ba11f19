import { Agent, request } from 'undici';
import { XcapClient } from '../src/client/client.ts';
import { resourceLists } from '../src/documents/usages/resource-lists/usage.ts';
import { createXcapServer } from '../src/server/server.ts';
import { median } from './measure.ts';
import type { BenchRow } from './row.ts';

const USER = 'sip:alice@example.com';
const friends = resourceLists.list('friends');

/** What synchronising costs in requests, and how provisioning keeps up with a bare loop. */
export async function syncBench(): Promise<BenchRow[]> {
  return [...(await requestCosts()), await racing(), ...(await provisioning())];
}

/** A client that counts its requests. */
function counting(root: string) {
  const counts: Record<string, number> & { GET: number; PUT: number } = { GET: 0, PUT: 0 };
  const dispatcher = new Agent().compose((dispatch) => (options, handler) => {
    counts[options.method] = (counts[options.method] ?? 0) + 1;
    return dispatch(options, handler);
  });
  const client = new XcapClient({ root, user: USER, dispatcher });
  return { client, counts, close: () => dispatcher.close() };
}

const exactly = (name: string, ours: number, target: number): BenchRow => ({
  name,
  ours: String(ours),
  rival: String(target),
  ratio: ours / target,
  target: '1.0',
  ok: ours === target,
});

async function requestCosts(): Promise<BenchRow[]> {
  await using server = await createXcapServer();
  const { client, counts, close } = counting(server.root);
  const total = (): number => counts.GET + counts.PUT;
  await client.edit(resourceLists, (doc) => doc.addList('friends'));
  let before = total();
  await client.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: 'sip:a@example.com' }));
  const edit = total() - before;
  const synced = await client.open(resourceLists);
  // The first save of a document is read back once, to see whether the server rewrites documents.
  synced.document.addEntry(friends, { uri: 'sip:first@example.com' });
  await synced.save();
  before = total();
  synced.document.addEntry(friends, { uri: 'sip:b@example.com' });
  await synced.save();
  const save = total() - before;
  before = total();
  await synced.refresh();
  const poll = total() - before;
  await close();
  return [
    exactly('requests of an edit without other writers', edit, 2),
    exactly('requests of a save after the first', save, 1),
    exactly('requests of a look that finds nothing new (a 304)', poll, 1),
  ];
}

const CLIENTS = 8;
const EDITS = 200;

/** Clients that all edit one document as fast as they can. */
async function racing(): Promise<BenchRow> {
  await using server = await createXcapServer();
  const racers = Array.from({ length: CLIENTS }, () => counting(server.root));
  await racers[0]?.client.edit(resourceLists, (doc) => doc.addList('friends'));
  for (const { counts } of racers) counts.PUT = 0;
  let failed = 0;
  await Promise.all(
    racers.map(async ({ client }, racer) => {
      for (let edit = 0; edit < EDITS / CLIENTS; edit++) {
        const uri = `sip:racer${racer}edit${edit}@example.com`;
        await client.edit(resourceLists, (doc) => doc.addEntry(friends, { uri })).catch(() => failed++);
      }
    }),
  );
  const landed = (await racers[0]?.client.get(resourceLists))?.value.entries(friends).length ?? 0;
  const puts = racers.reduce((sum, { counts }) => sum + counts.PUT, 0);
  await Promise.all(racers.map(({ close }) => close()));
  const perEdit = puts / EDITS;
  return {
    name: `PUTs per edit, ${CLIENTS} clients racing ${EDITS} edits (${landed} landed, ${failed} gave up)`,
    ours: perEdit.toFixed(2),
    rival: '1',
    ratio: perEdit,
    target: '< 4, all land',
    ok: perEdit < 4 && landed === EDITS && failed === 0,
  };
}

const USERS = 10_000;
const CONCURRENCY = 16;
const userOf = (index: number): string => `sip:user${index}@example.com`;

/** Ten thousand users, against a loop that sends the same requests and does nothing else, in turns. */
async function provisioning(): Promise<BenchRow[]> {
  const rounds: { readonly bare: number; readonly ours: Provisioned }[] = [];
  for (let round = 0; round < 3; round++) rounds.push({ bare: await bareLoop(), ours: await provisioned() });
  const ratio = median(rounds.map(({ ours, bare }) => ours.rate / bare));
  const growth = Math.max(...rounds.map(({ ours }) => ours.growth));
  const done = Math.min(...rounds.map(({ ours }) => ours.done));
  return [
    {
      name: `requests of provision for ${USERS} users (${done} done), against a bare undici loop`,
      ours: `${Math.round(median(rounds.map(({ ours }) => ours.rate)))}/s`,
      rival: `${Math.round(median(rounds.map(({ bare }) => bare)))}/s`,
      ratio,
      target: '>= 0.7',
      ok: ratio >= 0.7 && done === USERS,
    },
    {
      name: 'growth of memory in MiB over that, with the documents that the embedded server holds',
      ours: growth.toFixed(1),
      rival: '50',
      ratio: growth / 50,
      target: '< 1',
      ok: growth < 50,
    },
  ];
}

interface Provisioned {
  /** Requests in a second. */
  readonly rate: number;
  /** Mebibytes. */
  readonly growth: number;
  readonly done: number;
}

async function provisioned(): Promise<Provisioned> {
  const server = await createXcapServer();
  const client = new XcapClient({ root: server.root });
  const source = function* () {
    for (let index = 0; index < USERS; index++) {
      yield {
        usage: resourceLists,
        user: userOf(index),
        change: (doc: ReturnType<typeof resourceLists.create>) => doc.addList('friends'),
      };
    }
  };
  collect();
  const before = process.memoryUsage().heapUsed;
  const start = performance.now();
  const { done } = await client.provision(source(), { concurrency: CONCURRENCY });
  const rate = (2 * USERS * 1000) / (performance.now() - start);
  // What the server keeps of the documents is not the client's.
  await client.close();
  collect();
  const growth = (process.memoryUsage().heapUsed - before) / 2 ** 20;
  await server.close();
  return { rate, growth, done };
}

/** Only with `--expose-gc`; without, the figure is an upper bound. */
const collect = (): void => {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
};

/** @returns requests in a second */
async function bareLoop(): Promise<number> {
  const server = await createXcapServer();
  const dispatcher = new Agent({ connections: 64 });
  const document = resourceLists.create();
  document.addList('friends');
  const body = document.toString();
  let next = 0;
  const start = performance.now();
  const worker = async (): Promise<void> => {
    for (let index = next++; index < USERS; index = next++) {
      const url = `${server.root}/resource-lists/users/${userOf(index)}/index`;
      await (await request(url, { dispatcher })).body.text();
      const headers = { 'content-type': 'application/resource-lists+xml', 'if-none-match': '*' };
      await (await request(url, { dispatcher, method: 'PUT', body, headers })).body.text();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  const rate = (2 * USERS * 1000) / (performance.now() - start);
  await dispatcher.close();
  await server.close();
  return rate;
}
