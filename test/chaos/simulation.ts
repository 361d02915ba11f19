import { MemoryStore, XcapClient } from 'xcap';
import { MemoryServerStore } from 'xcap/server';
import { Gate } from '../../src/server/auth/gate.ts';
import { Faults } from '../../src/server/faults.ts';
import { Handler } from '../../src/server/handle.ts';
import { limitsOf } from '../../src/server/limits.ts';
import { Notifier } from '../../src/server/notifier/notifier.ts';
import { contextFor } from '../../src/server/set-up.ts';
import { inVirtualTime } from './clock.ts';
import { Device, initialText, usageOf } from './device.ts';
import type { Following } from './device-feed.ts';
import { History } from './history.ts';
import { judge } from './judge.ts';
import { Ledger } from './ledger.ts';
import { Life } from './life.ts';
import { Disk, MortalDevice } from './mortal-device.ts';
import { Network } from './network.ts';
import { Random } from './random.ts';
import { type ChaosOptions, type ChaosReport, FILLER, isWanted, reportOf } from './report.ts';
import { badNotifications, badWeather } from './weather.ts';

const ROOT = 'http://127.0.0.1/xcap-root';
const USER = 'sip:alice@example.com';
const PASSWORD = 'wonderland';
/** Milliseconds; below the longest delay of the network. */
const TIMEOUT = 1500;

/**
 * Lets eight devices of one process edit two documents through a network that fails all the time. Three of them are
 * programs that end at random moments, two of these on one store. Four follow notifications, which fail as well. A seed
 * repeats a run exactly.
 */
export async function simulate(options: ChaosOptions): Promise<ChaosReport> {
  const started = realTime();
  const report = await inVirtualTime(new Random(options.seed), () => new Simulation(options).run());
  return { ...report, seconds: (realTime() - started) / 1000 };
}

/** Milliseconds, also in virtual time. */
const realTime = performance.now.bind(performance);

class Simulation {
  readonly #options: ChaosOptions;
  readonly #history = new History();
  readonly #faults = new Map<string, number>();
  readonly #network: Network;
  readonly #notifier: Notifier;
  readonly #ledgers = new Map<string, Ledger>();

  constructor(options: ChaosOptions) {
    this.#options = options;
    const store = this.#history.recorded(new MemoryServerStore());
    const users = { [USER]: PASSWORD };
    const server = { users, auth: 'basic', store } as const;
    const gate = new Gate(server);
    const random = new Random(options.seed);
    const context = contextFor(server, {
      limits: limitsOf(),
      root: ROOT,
      rootPath: '/xcap-root',
      quirks: new Set(),
      gate,
      metrics: undefined,
      faults: new Faults(badNotifications(random, this.#faults)),
    });
    const handler = new Handler(context);
    this.#notifier = new Notifier(context);
    const handle = async (request: Parameters<Handler['handle']>[0]) => {
      const outcome = await handler.handle(request);
      if ('silence' in outcome) throw new RangeError('a server without faults is not silent');
      return outcome;
    };
    this.#network = new Network(handle, {
      decide: badWeather(random, this.#faults),
      random,
      history: this.#history,
    });
  }

  async run(): Promise<Omit<ChaosReport, 'seconds'>> {
    const { strategy, steps, only, deadline } = this.#options;
    const direct = this.#client('direct', { isCalm: true });
    for (const subject of ['lists', 'rules'] as const) {
      await direct.put(usageOf(subject), initialText(subject, strategy === 'auto' ? FILLER : ''));
    }
    const shared = new Disk();
    const all = [
      this.#device('d0', 'lists', strategy, 'aggregate'),
      this.#device('d1', 'lists', strategy),
      this.#device('d2', 'lists', 'edit'),
      this.#device('d3', 'rules', strategy, 'each'),
      this.#device('d4', 'rules', 'edit'),
      this.#mortal('m0', 'lists', shared, 'none'),
      this.#mortal('m1', 'lists', shared),
      this.#mortal('m2', 'rules', new Disk(), 'aggregate'),
    ];
    const devices = all.filter(({ name }) => isWanted(name, only));
    let left = steps;
    await Promise.all(
      devices.map(async (one) => {
        while (left > 0 && realTime() < deadline) {
          left--;
          await one.step();
        }
      }),
    );
    await this.#network.calm();
    const contradictions = await judge(direct, this.#history, devices, this.#ledgers);
    const crashes = devices.reduce((sum, one) => sum + ('crashes' in one ? one.crashes : 0), 0);
    const { requests } = this.#network;
    return reportOf(this.#ledgers, { contradictions, crashes, kills: 0, requests, faults: this.#faults });
  }

  #client(name: string, { isCalm = false, life = new Life() } = {}): XcapClient {
    const fetch = this.#network.fetchOf(name, life, isCalm);
    return new XcapClient({ root: ROOT, user: USER, password: PASSWORD, timeout: TIMEOUT, fetch });
  }

  #ledger(name: string): Ledger {
    const ledger = new Ledger(name);
    this.#ledgers.set(name, ledger);
    return ledger;
  }

  /** @param patches - what the notifications say that the device follows; `undefined` if it follows none */
  #following(patches: Following['patches'] | undefined): Following | undefined {
    return (
      patches && {
        patches,
        subscribe: async (request, deliver) => {
          const onBody = async (body: string) => {
            await this.#network.travel();
            await deliver(body);
          };
          const subscription = await this.#notifier.subscribe(USER, request, onBody);
          return () => subscription.close();
        },
      }
    );
  }

  #device(
    name: string,
    subject: 'lists' | 'rules',
    way: 'edit' | ChaosOptions['strategy'],
    patches?: Following['patches'],
  ): Device {
    const log = this.#ledger(name);
    const isCertain = (item: string) => log.isCertain(item);
    const [client, store, seed] = [this.#client(name), new MemoryStore(), this.#options.seed + this.#ledgers.size];
    const following = this.#following(patches);
    return new Device({ name, client, seed, subject, way, store, log, isCertain, following });
  }

  #mortal(name: string, subject: 'lists' | 'rules', disk: Disk, patches?: Following['patches']): MortalDevice {
    const log = this.#ledger(name);
    const connect = (life: Life) => this.#client(name, { life });
    const { strategy: way, seed: first } = this.#options;
    const [seed, following] = [first + this.#ledgers.size, this.#following(patches)];
    return new MortalDevice({ name, subject, way, seed, connect, disk, log, following });
  }
}
