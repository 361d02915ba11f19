import type { NotificationFault } from 'xcap/server';
import type { Fault, FaultProxy } from '../support/fault-proxy.ts';
import type { Random } from './random.ts';

/** Faults, and how many of a thousand requests have them. */
const FAULTS: readonly [number, (random: Random) => Fault][] = [
  [35, () => ({ kind: 'lost-request' })],
  [35, () => ({ kind: 'lost-answer' })],
  [20, () => ({ kind: 'truncated' })],
  [20, () => ({ kind: 'instead', status: 503 })],
  [10, () => ({ kind: 'instead', status: 500 })],
  [20, () => ({ kind: 'afterwards', status: 500 })],
  [10, () => ({ kind: 'afterwards', status: 503 })],
  [5, () => ({ kind: 'afterwards', status: 202 })],
  [30, (random) => ({ kind: 'delayed', milliseconds: random.below(20) })],
  [2, () => ({ kind: 'delayed', milliseconds: 2000 })],
  [20, () => ({ kind: 'no-etag' })],
  [5, () => ({ kind: 'expired-nonce' })],
  [20, (random) => ({ kind: 'late', milliseconds: random.below(random.chance(0.1) ? 1500 : 150) })],
  [20, (random) => ({ kind: 'doubled', milliseconds: random.below(100) })],
];

/**
 * Number of requests during which every entity tag is refused. With longer storms, a server looks to a new client as if
 * it refused its own tags.
 */
const STORM = 3;

/** Number of requests that are lost at most when the network is down. */
const LONGEST_OUTAGE = 30;

/** Returns the faults of a very bad network. The longest delay is above the timeout of the clients. */
export function badWeather(random: Random, counts: Map<string, number>): FaultProxy['decide'] {
  let storm = 0;
  let outage = 0;
  return ({ method }) => {
    if (random.chance(0.002)) outage = random.below(LONGEST_OUTAGE);
    if (outage > 0) {
      outage--;
      return counted({ kind: 'lost-request' }, counts);
    }
    if (random.chance(0.004)) storm = STORM;
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

/** Faults of notifications, and how many of a hundred have them. */
const NOTIFICATION_FAULTS: readonly [number, NotificationFault][] = [
  [10, { notification: 'drop' }],
  [10, { notification: 'double' }],
  [10, { notification: 'reorder' }],
  [10, { notification: 'delay', delay: 30 }],
  [1, { notification: 'delay', delay: 2000 }],
];

/** Returns the faults of notifications in a very bad network. */
export const badNotifications = (random: Random, counts: Map<string, number>): NotificationFault[] =>
  NOTIFICATION_FAULTS.map(([share, fault]) => ({
    ...fault,
    when: () => {
      const isAffected = random.chance(share / 100);
      if (isAffected) count(`notification ${fault.notification}`, counts);
      return isAffected;
    },
  }));

function counted(fault: Fault, counts: Map<string, number>): Fault {
  const name = 'status' in fault ? `${fault.kind} ${fault.status}` : fault.kind;
  count(name, counts);
  return fault;
}

function count(name: string, counts: Map<string, number>): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
