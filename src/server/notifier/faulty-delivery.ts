import { setTimeout } from 'node:timers/promises';
import type { Faults } from '../faults.ts';
import type { DeliverNotification } from './subscription.ts';

/** Delivers notifications with the faults that are injected on purpose. */
export function faultyDelivery(deliver: DeliverNotification, faults: Faults): DeliverNotification {
  /** Notifications that the next one overtakes. */
  const late: string[] = [];
  return async (body) => {
    const fault = faults.ofNotification(body);
    if (fault?.notification === 'reorder') {
      late.push(body);
      return;
    }
    if (fault?.delay !== undefined) await setTimeout(fault.delay);
    const copies = fault?.notification === 'drop' ? 0 : fault?.notification === 'double' ? 2 : 1;
    for (let count = 0; count < copies; count++) await deliver(body);
    for (const overtaken of late.splice(0)) await deliver(overtaken);
  };
}
