import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStore, XcapClient } from 'xcap';
import { createXcapServer, MemoryServerStore } from 'xcap/server';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { Device, initialText, usageOf } from './device.ts';
import type { Following } from './device-feed.ts';
import { History } from './history.ts';
import { judge } from './judge.ts';
import { Ledger } from './ledger.ts';
import { ProcessDevice } from './processes.ts';
import { Random } from './random.ts';
import { type ChaosOptions, type ChaosReport, FILLER, isWanted, reportOf } from './report.ts';
import { badNotifications, badWeather } from './weather.ts';

const USER = 'sip:alice@example.com';
const PASSWORD = 'wonderland';
/** Milliseconds; below the longest delay of the network. */
const TIMEOUT = 1500;

/** The proxies of all devices: one for each, so that the history knows who sent a request. */
class Proxies {
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
 * Lets devices edit two documents on a server over sockets. Three of them are programs with a store on disk that are
 * killed, two of these on one directory. Three devices follow notifications, which fail as well.
 */
export async function runProcesses({ strategy, steps, seed, deadline, only }: ChaosOptions): Promise<ChaosReport> {
  const started = performance.now();
  const history = new History();
  const store = history.recorded(new MemoryServerStore());
  await using server = await createXcapServer({ users: { [USER]: PASSWORD }, auth: 'basic', store });
  const direct = new XcapClient({ root: server.root, user: USER, password: PASSWORD });
  for (const subject of ['lists', 'rules'] as const) {
    await direct.put(usageOf(subject), initialText(subject, strategy === 'auto' ? FILLER : ''));
  }
  const faults = new Map<string, number>();
  const random = new Random(seed);
  for (const fault of badNotifications(random, faults)) server.faults.add(fault);
  const proxies = new Proxies(server.root, badWeather(random, faults), history);
  const directory = await mkdtemp(join(tmpdir(), 'xcap-chaos-'));

  const ledgers = new Map<string, Ledger>();
  const clients: XcapClient[] = [];
  const following = (patches: Following['patches']): Following => ({
    patches,
    subscribe: async (request, deliver) => {
      const subscription = await server.subscribe(USER, request, deliver);
      return () => subscription.close();
    },
  });
  const device = async (
    name: string,
    subject: 'lists' | 'rules',
    way: 'edit' | typeof strategy,
    follows?: Following,
  ) => {
    const log = new Ledger(name);
    ledgers.set(name, log);
    const root = await proxies.connect(name);
    const client = new XcapClient({ root, user: USER, password: PASSWORD, timeout: TIMEOUT });
    clients.push(client);
    const isCertain = (item: string) => log.isCertain(item);
    const options = { name, client, seed: seed + ledgers.size, subject, way, log, isCertain, following: follows };
    return new Device({ ...options, store: new MemoryStore() });
  };
  const program = async (name: string, subject: 'lists' | 'rules', folder: string, follows?: Following) => {
    const account = { root: await proxies.connect(name), user: USER, password: PASSWORD, timeout: TIMEOUT };
    const place = { name, subject, way: strategy, directory: join(directory, folder) };
    const made = new ProcessDevice({ ...account, ...place, seed: seed + ledgers.size }, follows);
    ledgers.set(name, made.ledger);
    return made;
  };
  const devices: Device[] = [];
  if (isWanted('e0', only)) devices.push(await device('e0', 'lists', 'edit'));
  if (isWanted('e1', only)) devices.push(await device('e1', 'rules', strategy, following('each')));
  const programs: ProcessDevice[] = [];
  // Two of the programs share a directory.
  if (isWanted('p0', only)) programs.push(await program('p0', 'lists', 'shared', following('aggregate')));
  if (isWanted('p1', only)) programs.push(await program('p1', 'lists', 'shared'));
  if (isWanted('p2', only)) programs.push(await program('p2', 'rules', 'own', following('none')));

  let left = steps;
  // The programs set the pace.
  const isOver = () => left <= 0 || performance.now() > deadline;
  let isEnding = false;
  await Promise.all([
    Promise.all(
      programs.map(async (one) => {
        while (!isOver()) {
          // Others count down in the meantime.
          const made = await one.live();
          left -= made;
        }
      }),
    ).then(() => {
      isEnding = true;
    }),
    ...devices.map(async (one) => {
      while (!isEnding && !isOver()) {
        left--;
        await one.step();
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    }),
  ]);
  // Requests that no device waits for may still be on their way.
  server.faults.clear();
  await proxies.calm();
  const contradictions = await judge(direct, history, [...devices, ...programs], ledgers);
  await Promise.all([direct, ...clients].map((client) => client.close()));
  await proxies.close();
  await rm(directory, { recursive: true });
  const kills = programs.reduce((total, one) => total + one.kills, 0);
  const { requests } = proxies;
  const report = reportOf(ledgers, { contradictions, crashes: 0, kills, requests, faults });
  return { ...report, seconds: (performance.now() - started) / 1000 };
}

/** Milliseconds between the edits of a device in this process, so that the programs make most of the edits. */
const PAUSE = 200;
