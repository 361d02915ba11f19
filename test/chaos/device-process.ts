/** A device as a program of its own: writes what it does to its standard output, one line of JSON each. */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { XcapClient } from 'xcap';
import { FileStore } from 'xcap/node';
import { Device } from './device.ts';
import type { Following } from './device-feed.ts';
import type { DeviceLog, Items, State } from './ledger.ts';
import type { DeviceArguments, DeviceEvent } from './processes.ts';

// The arguments are those that `processes.ts` writes.
const args = JSON.parse(process.argv[2] ?? '') as DeviceArguments;
const say = (event: DeviceEvent): void => {
  writeSync(1, `${JSON.stringify(event)}\n`);
};
const entries = (states: ReadonlyMap<string, State>) =>
  Array.from(states, ([item, state]) => [item, state ?? null] as const);
const log: DeviceLog = {
  intended: (changes) => say(['intended', entries(changes)]),
  kept: (items: Items) => say(['kept', [...items]]),
  refused: (items: Items) => say(['refused', [...items]]),
  opened: (items: Items) => say(['opened', [...items]]),
  acknowledged: (states, isComplete) => say(['acknowledged', entries(states), isComplete]),
  failed: (code) => say(['failed', code]),
  contradicted: (what) => say(['contradicted', what]),
};
const { root, user, password, directory, steps, timeout, patches, ...options } = args;
const following: Following | undefined = patches && { patches, subscribe };
const client = new XcapClient({ root, user, password, timeout });
const device = new Device({ ...options, client, store: new FileStore(directory), log, following });
for (let step = 0; step < steps; step++) await device.step();
if (steps === 0) {
  const document = await device.finish();
  say(['finished', document.toString()]);
}
await client.close();
process.stdin.destroy();

/** Subscribes through the parent process, which writes each notification to standard input. */
function subscribe(...[request, deliver]: Parameters<Following['subscribe']>): () => void {
  say(['subscribed', request]);
  const lines = createInterface({ input: process.stdin });
  // A line is the body of a notification.
  lines.on('line', (line) => void deliver(JSON.parse(line) as string));
  return () => lines.close();
}
