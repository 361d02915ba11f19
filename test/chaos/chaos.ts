import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStore, XcapClient } from 'xcap';
import { createXcapServer, MemoryServerStore } from 'xcap/server';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { Device, initialText, itemsOf, usageOf } from './device.ts';
import { History } from './history.ts';
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
  /** Names of the devices that take part. Default: all */
  readonly only: readonly string[];
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

/** The proxies of all devices: one for each, so that the history knows who sent a request. */
class Network {
  readonly #root: string;
  readonly #decide: FaultProxy['decide'];
  readonly #history: History;
  readonly #proxies: FaultProxy[] = [];

  constructor(root: string, decide: FaultProxy['decide'], history: History) {
    this.#root = root;
    this.#decide = decide;
    this.#history = history;
  }

  async connect(device: string): Promise<string> {
    const proxy = await startFaultProxy(this.#root, (passed) => this.#history.passed(device, passed));
    proxy.decide = this.#decide;
    this.#proxies.push(proxy);
    return proxy.root;
  }

  get requests(): number {
    return this.#proxies.reduce((sum, { passed }) => sum + passed.length, 0);
  }

  /** Ends all faults, and waits for the requests that are still on their way. */
  async calm(): Promise<void> {
    for (const proxy of this.#proxies) {
      await proxy.arrived();
      proxy.decide = () => undefined;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#proxies.map((proxy) => proxy[Symbol.asyncDispose]()));
  }
}

/**
 * Lets devices edit two documents through a network that fails all the time, some of them as programs that are killed,
 * and decides by their ledgers what became of every edit.
 */
export async function runChaos({ strategy, steps, seed, limit, only }: ChaosOptions): Promise<ChaosReport> {
  const started = performance.now();
  const history = new History();
  const store = history.recorded(new MemoryServerStore());
  await using server = await createXcapServer({ users: { [USER]: PASSWORD }, auth: 'basic', store });
  const direct = new XcapClient({ root: server.root, user: USER, password: PASSWORD });
  for (const subject of ['lists', 'rules'] as const) {
    await direct.put(usageOf(subject), initialText(subject, strategy === 'auto' ? FILLER : ''));
  }
  const faults = new Map<string, number>();
  const network = new Network(server.root, badWeather(new Random(seed), faults), history);
  const directory = await mkdtemp(join(tmpdir(), 'xcap-chaos-'));

  const ledgers = new Map<string, Ledger>();
  const clients: XcapClient[] = [];
  const device = async (name: string, subject: 'lists' | 'rules', way: 'edit' | typeof strategy) => {
    const ledger = new Ledger(name);
    ledgers.set(name, ledger);
    const client = new XcapClient({
      root: await network.connect(name),
      user: USER,
      password: PASSWORD,
      timeout: TIMEOUT,
    });
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
  const program = async (name: string, subject: 'lists' | 'rules', folder: string) => {
    const account = { root: await network.connect(name), user: USER, password: PASSWORD, timeout: TIMEOUT };
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
  const isWanted = ([name]: readonly [string, ...unknown[]]) => only.length === 0 || only.includes(name);
  const DEVICES: readonly (readonly [string, 'lists' | 'rules', 'edit' | typeof strategy])[] = [
    ['d0', 'lists', strategy],
    ['d1', 'lists', strategy],
    ['d2', 'lists', 'edit'],
    ['d3', 'rules', strategy],
    ['d4', 'rules', 'edit'],
  ];
  // Two of the programs share a directory.
  const PROGRAMS: readonly (readonly [string, 'lists' | 'rules', string])[] = [
    ['p0', 'lists', 'shared'],
    ['p1', 'lists', 'shared'],
    ['p2', 'rules', 'own'],
  ];
  const devices = await Promise.all(DEVICES.filter(isWanted).map((of) => device(...of)));
  const programs = await Promise.all(PROGRAMS.filter(isWanted).map((of) => program(...of)));

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
  await network.calm();
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
      for (const found of ledgers.get(one.name)?.contradictions(itemsOf(subject, final, one.name)) ?? []) {
        const item = /^\w+: (\S+-\S+) /.exec(found)?.[1];
        contradictions.push([found, ...(item === undefined ? [] : history.of(item))].join('\n    '));
      }
    }
    const last = [...devices, ...programs].filter((one) => one.subject === subject).at(-1);
    if (last && ends.get(last.name) !== final.toString())
      contradictions.push(`${last.name} ended with another document`);
    for (const { message } of final.validate()) contradictions.push(`invalid: ${message}`);
  }
  await Promise.all([direct, ...clients].map((client) => client.close()));
  await network.close();
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
    requests: network.requests,
    failures,
    faults: Object.fromEntries(faults),
    seconds: Math.round((performance.now() - started) / 1000),
  };
}
