import type { Fault, FaultProxy } from '../support/fault-proxy.ts';
import type { Random } from './random.ts';

/** Faults and how often they come, out of a thousand requests. */
const FAULTS: readonly [number, (random: Random) => Fault][] = [
  [40, () => ({ kind: 'lost-request' })],
  [40, () => ({ kind: 'lost-answer' })],
  [20, () => ({ kind: 'truncated' })],
  [20, () => ({ kind: 'instead', status: 503 })],
  [10, () => ({ kind: 'instead', status: 500 })],
  [20, () => ({ kind: 'afterwards', status: 500 })],
  [10, () => ({ kind: 'afterwards', status: 503 })],
  [40, (random) => ({ kind: 'delayed', milliseconds: random.below(20) })],
  [3, () => ({ kind: 'delayed', milliseconds: 700 })],
  [20, () => ({ kind: 'no-etag' })],
  [20, () => ({ kind: 'expired-nonce' })],
];

/** How long a storm of refused entity tags lasts, in requests. */
const STORM = 12;

/** Makes a network as bad as one can work with. Later than `late`, the client has given up waiting. */
export function badWeather(random: Random, counts: Map<string, number>): FaultProxy['decide'] {
  let storm = 0;
  return ({ method }) => {
    if (random.chance(0.001)) storm = STORM;
    if (storm > 0) {
      storm--;
      if (method === 'PUT') return counted({ kind: 'instead', status: 412 }, counts);
    }
    let number = random.below(1000);
    for (const [share, make] of FAULTS) {
      if (number < share) return counted(make(random), counts);
      number -= share;
    }
    return undefined;
  };
}

function counted(fault: Fault, counts: Map<string, number>): Fault {
  const name = 'status' in fault ? `${fault.kind} ${fault.status}` : fault.kind;
  counts.set(name, (counts.get(name) ?? 0) + 1);
  return fault;
}
