import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { buddies, friends, startServer } from '../support/fixtures.ts';
import { Device } from './device.ts';
import { Random } from './random.ts';
import { badWeather } from './weather.ts';

/** How a run is set up. */
export interface ChaosOptions {
  readonly steps: number;
  readonly seed: number;
}

/** What a run did, and everything that is wrong with its end. */
export interface ChaosReport {
  readonly contradictions: readonly string[];
  readonly acknowledged: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly requests: number;
}

const WAYS = [undefined, undefined, 'document', 'document', 'nodes', 'auto'] as const;

/** Lets devices edit one document through a network that breaks all the time, and looks what became of every edit. */
export async function runChaos({ steps, seed }: ChaosOptions): Promise<ChaosReport> {
  await using server = await startServer();
  await server.client().put(resourceLists, buddies());
  await using proxy = await startFaultProxy(server.root);
  const random = new Random(seed);
  const faults = new Map<string, number>();
  proxy.decide = badWeather(random, faults);
  const devices = WAYS.map((way, index) => {
    const client = server.client({ root: proxy.root, timeout: 500 });
    return new Device(`d${index}`, client, new Random(seed + index + 1), way);
  });
  let left = steps;
  await Promise.all(
    devices.map(async (device) => {
      while (left-- > 0) await device.step();
    }),
  );
  const requests = proxy.passed.length;
  // Requests that nobody waits for any more may still be on their way.
  await new Promise((resolve) => setTimeout(resolve, 800));
  proxy.decide = () => undefined;
  for (const device of devices) await device.settle();
  const { value: final } = await server.client().get(resourceLists);
  const found = new Map<string, string[]>();
  for (const { uri = '', displayName } of final.entries(friends)) {
    found.set(uri, [...(found.get(uri) ?? []), displayName?.text ?? '']);
  }
  const contradictions = devices.flatMap(({ ledger }) => ledger.contradictions(found));
  for (const [index, device] of devices.entries()) {
    if (!(await device.settle()).equals(final)) contradictions.push(`device ${index} ended with another document`);
  }
  for (const { message } of final.validate()) contradictions.push(message);
  const failures: Record<string, number> = {};
  for (const device of devices) {
    for (const [code, count] of device.failures) failures[code] = (failures[code] ?? 0) + count;
  }
  const acknowledged = devices.reduce((sum, device) => sum + device.acknowledged, 0);
  return { contradictions, acknowledged, failures, faults: Object.fromEntries(faults), requests };
}
