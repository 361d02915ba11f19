import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStore, XcapClient } from 'xcap';
import { createXcapServer } from 'xcap/server';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { Device, initialText, itemsOf, usageOf } from './device.ts';
import { Ledger } from './ledger.ts';
import { ProcessDevice } from './processes.ts';
import { Random } from './random.ts';
import { badWeather } from './weather.ts';

/** Options of a run. */
export interface ChaosOptions {
  readonly strategy: 'document' | 'nodes' | 'auto';
  /** Number of edits, of all devices together. */
  readonly steps: number;
  readonly seed: number;
  /** Seconds after which no more edits are begun. */
  readonly limit: number;
}

/** Result of a run. */
export interface ChaosReport {
  readonly contradictions: readonly string[];
  readonly edits: number;
  readonly acknowledged: number;
  readonly kills: number;
  readonly requests: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly seconds: number;
}

const USER = 'sip:alice@example.com';
const PASSWORD = 'wonderland';
/** Milliseconds; below the longest delay of the network. */
const TIMEOUT = 1500;
/** Above the size from which `auto` writes nodes. */
const FILLER = 'x'.repeat(66_000);

/**
 * Lets devices edit two documents through a network that fails all the time, some of them as programs that are killed,
 * and decides by their ledgers what became of every edit.
 */
export async function runChaos({ strategy, steps, seed, limit }: ChaosOptions): Promise<ChaosReport> {
  const started = performance.now();
  await using server = await createXcapServer({ users: { [USER]: PASSWORD }, auth: 'basic' });
  const direct = new XcapClient({ root: server.root, user: USER, password: PASSWORD });
  for (const subject of ['lists', 'rules'] as const) {
    await direct.put(usageOf(subject), initialText(subject, strategy === 'auto' ? FILLER : ''));
  }
  await using proxy = await startFaultProxy(server.root);
  const faults = new Map<string, number>();
  proxy.decide = badWeather(new Random(seed), faults);
  const directory = await mkdtemp(join(tmpdir(), 'xcap-chaos-'));

  const ledgers = new Map<string, Ledger>();
  const clients: XcapClient[] = [];
  const device = (name: string, subject: 'lists' | 'rules', way: 'edit' | typeof strategy): Device => {
    const ledger = new Ledger(name);
    ledgers.set(name, ledger);
    const client = new XcapClient({ root: proxy.root, user: USER, password: PASSWORD, timeout: TIMEOUT });
    clients.push(client);
    const isCertain = (item: string) => ledger.isCertain(item);
    return new Device({
      name,
      client,
      seed: seed + ledgers.size,
      subject,
      way,
      store: new MemoryStore(),
      log: ledger,
      isCertain,
    });
  };
  const devices = [
    device('d0', 'lists', strategy),
    device('d1', 'lists', strategy),
    device('d2', 'lists', 'edit'),
    device('d3', 'rules', strategy),
    device('d4', 'rules', 'edit'),
  ];
  const program = (name: string, subject: 'lists' | 'rules', folder: string): ProcessDevice => {
    const account = { root: proxy.root, user: USER, password: PASSWORD, timeout: TIMEOUT };
    const made = new ProcessDevice({
      ...account,
      name,
      subject,
      way: strategy,
      directory: join(directory, folder),
      seed: seed + ledgers.size,
    });
    ledgers.set(name, made.ledger);
    return made;
  };
  // Two of the programs share a directory.
  const programs = [program('p0', 'lists', 'shared'), program('p1', 'lists', 'shared'), program('p2', 'rules', 'own')];

  let left = steps;
  const isOver = () => left <= 0 || performance.now() - started > limit * 1000;
  await Promise.all([
    ...devices.map(async (one) => {
      while (!isOver()) {
        left--;
        await one.step();
      }
    }),
    ...programs.map(async (one) => {
      while (!isOver()) left -= await one.live();
    }),
  ]);

  // Requests that no device waits for may still be on their way.
  await proxy.arrived();
  proxy.decide = () => undefined;
  const ends = new Map<string, string>();
  // A device that removes what a late request brought back writes once more, so all of them save twice.
  for (const _ of [1, 2]) {
    for (const one of devices) ends.set(one.name, (await one.finish()).toString());
    for (const one of programs) ends.set(one.name, await one.finish());
  }
  const contradictions: string[] = [];
  for (const subject of ['lists', 'rules'] as const) {
    const { value: final } = await direct.get(usageOf(subject));
    for (const one of [...devices, ...programs]) {
      if (one.subject !== subject) continue;
      contradictions.push(...(ledgers.get(one.name)?.contradictions(itemsOf(subject, final, one.name)) ?? []));
    }
    const last = [...devices, ...programs].filter((one) => one.subject === subject).at(-1);
    if (last && ends.get(last.name) !== final.toString())
      contradictions.push(`${last.name} ended with another document`);
    for (const { message } of final.validate()) contradictions.push(`invalid: ${message}`);
  }
  await Promise.all([direct, ...clients].map((client) => client.close()));
  await rm(directory, { recursive: true });

  const failures: Record<string, number> = {};
  for (const ledger of ledgers.values()) {
    for (const [code, count] of ledger.failures) failures[code] = (failures[code] ?? 0) + count;
  }
  const sum = (of: (ledger: Ledger) => number) =>
    Array.from(ledgers.values(), of).reduce((total, count) => total + count, 0);
  return {
    contradictions,
    edits: sum(({ edits }) => edits),
    acknowledged: sum(({ acknowledgements }) => acknowledgements),
    kills: programs.reduce((total, { kills }) => total + kills, 0),
    requests: proxy.passed.length,
    failures,
    faults: Object.fromEntries(faults),
    seconds: Math.round((performance.now() - started) / 1000),
  };
}
