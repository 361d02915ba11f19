import { type DocumentStore, StoreChangedError, type StoredDocument, type XcapClient } from 'xcap';
import { Device, type DeviceOptions } from './device.ts';
import type { DeviceLog } from './ledger.ts';
import { Life } from './life.ts';
import { Random } from './random.ts';

/** Probability that a program ends at a request, an answer, or a write to its store. */
const RISK = 0.05;
/** Probability that the disk fails at a write. */
const DISK_FAILURE = 0.01;

/** Options of `MortalDevice`. */
export interface MortalOptions extends Omit<DeviceOptions, 'client' | 'store' | 'generation'> {
  /** Connects one run of the program to the server. */
  readonly connect: (life: Life) => XcapClient;
  /** What is on the disk. */
  readonly disk: Disk;
}

/** A device whose program ends at random moments and starts again, with nothing but what its store has. */
export class MortalDevice {
  readonly #options: MortalOptions;
  readonly #random: Random;
  #life = new Life();
  #device: Device;
  #generation = 0;
  crashes = 0;

  constructor(options: MortalOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#device = this.#start(RISK);
  }

  get name(): string {
    return this.#options.name;
  }

  get subject(): 'lists' | 'rules' {
    return this.#options.subject;
  }

  /** Makes one random edit, during which the program may end. */
  async step(): Promise<void> {
    await Promise.race([this.#device.step(), this.#life.ended()]);
    if (!this.#life.isOver) return;
    this.crashes++;
    this.#device.disconnect();
    this.#device = this.#start(RISK);
  }

  /** Starts the program once more, and saves what is left. */
  async finish(): Promise<string> {
    this.#device.disconnect();
    this.#device = this.#start(0);
    return this.#device.finish();
  }

  #start(risk: number): Device {
    const { connect, disk, log, ...options } = this.#options;
    const life = new Life(this.#random, risk);
    this.#life = life;
    return new Device({
      ...options,
      seed: this.#random.below(2 ** 32),
      generation: `${this.#generation++}`,
      client: connect(life),
      store: disk.open(life, risk > 0 ? this.#random : undefined),
      log: whileAlive(log, life),
    });
  }
}

/** The records of a store that several programs may use: texts, as in files. It has the contract of `FileStore`. */
export class Disk {
  readonly #records = new Map<string, string>();

  /** @param random - decides when a write fails. Default: never. */
  open(life: Life, random: Random | undefined): DocumentStore {
    const records = this.#records;
    const read = (text: string | undefined) => (text === undefined ? undefined : (JSON.parse(text) as StoredDocument)); // written below
    return {
      load: async (key) => read(records.get(key)),
      async save(key, record, replaced) {
        await life.risk('before save');
        const current = records.get(key);
        if (current !== undefined && replaced !== undefined && current !== JSON.stringify(replaced)) {
          throw new StoreChangedError(key);
        }
        if (random?.chance(DISK_FAILURE)) throw new RangeError('no space left on the device');
        records.set(key, JSON.stringify(record));
        await life.risk('after save');
      },
      async delete(key) {
        records.delete(key);
      },
    };
  }
}

/** A log that takes nothing down once the program has ended. */
function whileAlive(log: DeviceLog, life: Life): DeviceLog {
  const alive =
    <A extends readonly unknown[]>(take: (...args: A) => void) =>
    (...args: A): void => {
      if (!life.isOver) take(...args);
    };
  return {
    intended: alive((changes) => log.intended(changes)),
    kept: alive((items) => log.kept(items)),
    refused: alive((items) => log.refused(items)),
    opened: alive((items) => log.opened(items)),
    acknowledged: alive((states, isComplete) => log.acknowledged(states, isComplete)),
    failed: alive((code) => log.failed(code)),
    contradicted: alive((what) => log.contradicted(what)),
  };
}
