import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { DeviceOptions } from './device.ts';
import type { Following } from './device-feed.ts';
import { Ledger, type State } from './ledger.ts';
import { Random } from './random.ts';

/** Arguments of a device that is a program of its own. */
export interface DeviceArguments extends Pick<DeviceOptions, 'name' | 'seed' | 'subject' | 'way'> {
  readonly generation: string;
  readonly root: string;
  readonly user: string;
  readonly password: string;
  readonly directory: string;
  readonly timeout: number;
  /** Number of steps; 0 to save what is left, and print the document. */
  readonly steps: number;
  /** The patches in its notifications, whose bodies arrive at its standard input, each as JSON on a line. Absent without feed. */
  readonly patches?: Following['patches'] | undefined;
}

/** The subscription of such a program. */
export type DeviceSubscription = Parameters<Following['subscribe']>[0];

type Entries<T> = readonly (readonly [string, T])[];

/** One line that such a program prints. */
export type DeviceEvent =
  | readonly ['intended', Entries<string | null>]
  | readonly ['kept' | 'refused' | 'opened', Entries<readonly string[]>]
  | readonly ['acknowledged', Entries<string | null>, boolean]
  | readonly ['failed' | 'contradicted' | 'finished', string]
  | readonly ['subscribed', DeviceSubscription];

/** Milliseconds to the latest kill, after a program has printed its first line: several saves. */
const LATEST_KILL = 1000;
const MANY = 1_000_000;

/** A device that is killed again and again, and started anew over the same directory. */
export class ProcessDevice {
  readonly ledger: Ledger;
  kills = 0;
  readonly #args: Omit<DeviceArguments, 'steps' | 'generation' | 'patches'>;
  readonly #following: Following | undefined;
  readonly #random: Random;
  #generation = 0;

  constructor(args: Omit<DeviceArguments, 'steps' | 'generation' | 'patches'>, following?: Following) {
    this.#args = args;
    this.#following = following;
    this.#random = new Random(args.seed);
    this.ledger = new Ledger(args.name);
  }

  get name(): string {
    return this.#args.name;
  }

  get subject(): 'lists' | 'rules' {
    return this.#args.subject;
  }

  /** Runs the program until it is killed. Returns the number of edits that it began. */
  async live(): Promise<number> {
    const before = this.ledger.edits;
    await this.#run(MANY, this.#random.next() * LATEST_KILL);
    return this.ledger.edits - before;
  }

  /** Runs the program to its end: it saves what is left. Returns the text of its document. */
  finish(): Promise<string> {
    return this.#run(0);
  }

  #run(steps: number, life?: number): Promise<string> {
    const args: DeviceArguments = {
      ...this.#args,
      patches: this.#following?.patches,
      steps,
      generation: `${this.#generation++}`,
      seed: this.#random.below(2 ** 32),
    };
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'device-process.js'), JSON.stringify(args)]);
      let [rest, errors, finished] = ['', '', ''];
      let timer: NodeJS.Timeout | undefined;
      let unsubscribe: ReturnType<Following['subscribe']> | undefined;
      // A killed program takes no more notifications.
      child.stdin.on('error', () => undefined);
      const subscribe = (request: DeviceSubscription): void => {
        const former = unsubscribe;
        unsubscribe = this.#following?.subscribe(request, async (body) => {
          child.stdin.write(`${JSON.stringify(body)}\n`);
        });
        Promise.resolve(former).then((end) => end?.(), reject);
      };
      child.stdout.setEncoding('utf8').on('data', (data: string) => {
        if (life !== undefined) timer ??= setTimeout(() => child.kill('SIGKILL'), life);
        const lines = (rest + data).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          // A whole line, as `device-process.ts` writes it.
          const event = JSON.parse(line) as DeviceEvent;
          if (event[0] === 'finished') finished = event[1];
          if (event[0] === 'subscribed') subscribe(event[1]);
          replay(this.ledger, event);
        }
      });
      child.stderr.on('data', (data) => {
        errors += data;
      });
      child.on('error', reject);
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        Promise.resolve(unsubscribe).then((end) => end?.(), reject);
        if (signal === 'SIGKILL') this.kills++;
        else if (code !== 0) this.ledger.contradicted(`the program ended with ${code}: ${errors}`);
        resolve(finished);
      });
    });
  }
}

function replay(ledger: Ledger, event: DeviceEvent): void {
  const [what] = event;
  if (what === 'intended') ledger.intended(statesOf(event[1]));
  else if (what === 'acknowledged') ledger.acknowledged(statesOf(event[1]), event[2]);
  else if (what === 'failed' || what === 'contradicted') ledger[what](event[1]);
  else if (what === 'kept' || what === 'refused' || what === 'opened') ledger[what](new Map(event[1]));
}

const statesOf = (entries: Entries<string | null>): Map<string, State> =>
  new Map(entries.map(([item, state]) => [item, state ?? undefined]));
