/** The client with whole documents: against undici with the same requests, and against the time that reading them takes. */
import { DOMParser } from '@xmldom/xmldom';
import { Agent, request } from 'undici';
import { XcapClient } from '../src/client/client.ts';
import { resourceLists } from '../src/documents/usages/resource-lists/usage.ts';
import { median } from './measure.ts';
import type { BenchRow } from './row.ts';
import { listOf, startServerProcess } from './server-process.ts';

const USER = 'sip:alice@example.com';
const TYPE = 'application/resource-lists+xml';
const ROUNDS = 9;
/** Number of concurrent requests, as in provisioning. */
const AT_ONCE = 16;
/** Edits of one open document after its first save. */
const FURTHER_EDITS = 3;
const entry = (at: number) => resourceLists.list('friends').entry(`sip:user${at}@example.com`);

/** Milliseconds of the processor that work takes in this process; other programs on the machine do not count. */
async function cpu(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** Every promise about whole documents. */
export async function wholeDocumentsBench(): Promise<BenchRow[]> {
  await using server = await startServerProcess();
  const dispatcher = new Agent({ connections: AT_ONCE });
  const url = `${server.root}/resource-lists/users/${USER}/index`;
  const rows = [
    await reading(server.root, url, dispatcher, { size: 5, atOnce: AT_ONCE, least: 1.5 }),
    await reading(server.root, url, dispatcher, { size: 5, atOnce: 1, least: 1.5 }),
    await reading(server.root, url, dispatcher, { size: 500, atOnce: 1, least: 2 }),
    await editing(server.root, url, dispatcher),
    ...(await saving(server.root)),
  ];
  await dispatcher.close();
  return rows;
}

async function read(url: string, dispatcher: Agent): Promise<{ readonly text: string; readonly etag: string }> {
  const { body, headers } = await request(url, { dispatcher });
  return { text: await body.text(), etag: String(headers['etag']) };
}

interface Reading {
  /** Number of entries. */
  readonly size: number;
  /** Number of concurrent requests. With one, the process spends more time on sleeping and waking than on its work. */
  readonly atOnce: number;
  readonly least: number;
}

async function reading(
  root: string,
  url: string,
  dispatcher: Agent,
  { size, atOnce, least }: Reading,
): Promise<BenchRow> {
  const client = new XcapClient({ root, user: USER, connections: AT_ONCE });
  await client.put(resourceLists, listOf(size));
  const times = Math.ceil(40_000 / (size + 10));
  const repeat = (work: () => Promise<unknown>) => async () => {
    let left = times;
    const lane = async () => {
      while (left-- > 0) await work();
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  };
  const samples: { readonly ours: number; readonly theirs: number }[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    const ours = await cpu(repeat(() => client.get(resourceLists)));
    const theirs = await cpu(
      repeat(async () => new DOMParser().parseFromString((await read(url, dispatcher)).text, 'text/xml')),
    );
    if (round >= 0) samples.push({ ours: ours / times, theirs: theirs / times });
  }
  await client.close();
  const ratio = median(samples.map(({ ours, theirs }) => theirs / ours));
  return {
    name: `GET of a document of ${size} entries, ${atOnce} at a time, how much faster than undici and xmldom's parser (CPU)`,
    ours: `${median(samples.map(({ ours }) => ours)).toFixed(2)} ms`,
    rival: `${median(samples.map(({ theirs }) => theirs)).toFixed(2)} ms`,
    ratio,
    target: `>= ${least}`,
    ok: ratio >= least,
  };
}

async function editing(root: string, url: string, dispatcher: Agent): Promise<BenchRow> {
  const client = new XcapClient({ root, user: USER });
  await client.put(resourceLists, listOf(10_000));
  const samples: { readonly ours: number; readonly theirs: number }[] = [];
  for (let round = -2; round < ROUNDS; round++) {
    const theirs = await cpu(async () => {
      const { text, etag } = await read(url, dispatcher);
      const document = resourceLists.parse(text);
      document.update(entry(7), { displayName: `by hand ${round}` });
      const headers = { 'content-type': TYPE, 'if-match': etag };
      await (await request(url, { dispatcher, method: 'PUT', headers, body: document.toString() })).body.text();
    });
    const change = { displayName: `edit ${round}` };
    const ours = await cpu(() => client.edit(resourceLists, (document) => document.update(entry(7), change)));
    if (round >= 0) samples.push({ ours, theirs });
  }
  await client.close();
  const ratio = median(samples.map(({ ours, theirs }) => ours / theirs));
  return rowOf('edit of a document of 10,000 entries', samples, 'GET, parse, print and PUT with undici', ratio, 1.3);
}

/** Opens a document, edits and saves it by nodes; and further edits of it, with their requests. */
async function saving(root: string): Promise<BenchRow[]> {
  const text = listOf(10_000);
  const [cycles, edits]: [{ ours: number; theirs: number }[], { ours: number; theirs: number }[]] = [[], []];
  let requests = 0;
  let saves = 0;
  for (let round = -2; round < ROUNDS; round++) {
    const agent = new Agent({ connections: 1 });
    const dispatcher = agent.compose((dispatch) => (options, handler) => {
      requests++;
      return dispatch(options, handler);
    });
    const client = new XcapClient({ root, user: USER, dispatcher });
    await client.put(resourceLists, text);
    globalThis.gc?.();
    const theirs = await cpu(() => resourceLists.parse(text));
    globalThis.gc?.();
    let further = (_: number): Promise<unknown> => Promise.resolve();
    const ours = await cpu(async () => {
      const synced = await client.open(resourceLists, { strategy: 'nodes' });
      further = (at) => {
        synced.document.update(entry(at), { displayName: `save ${round}` });
        return synced.save();
      };
      await further(100);
    });
    if (round >= 0) cycles.push({ ours, theirs });
    for (let at = 0; at < FURTHER_EDITS; at++) {
      const before = requests;
      const edit = await cpu(() => further(200 + 50 * at));
      if (round < 0) continue;
      edits.push({ ours: edit, theirs });
      saves += requests - before;
    }
    await agent.close();
  }
  const ratioOf = (samples: readonly { ours: number; theirs: number }[]) =>
    median(samples.map(({ ours, theirs }) => ours / theirs));
  const perEdit = saves / edits.length;
  return [
    rowOf('open, edit and save by nodes, 10,000 entries', cycles, 'to parse', ratioOf(cycles), 1.5),
    rowOf('a further edit and save by nodes, 10,000 entries', edits, 'to parse', ratioOf(edits), 0.2),
    {
      name: 'requests of a further edit and save by nodes',
      ours: perEdit.toFixed(2),
      rival: '1',
      ratio: perEdit,
      target: '1.0',
      ok: perEdit === 1,
    },
  ];
}

function rowOf(
  name: string,
  samples: readonly { readonly ours: number; readonly theirs: number }[],
  rival: string,
  ratio: number,
  most: number,
): BenchRow {
  return {
    name: `${name} (CPU)`,
    ours: `${median(samples.map(({ ours }) => ours)).toFixed(1)} ms`,
    rival: `${median(samples.map(({ theirs }) => theirs)).toFixed(1)} ms ${rival}`,
    ratio,
    target: `<= ${most}`,
    ok: ratio <= most,
  };
}
