import type { XcapClient } from 'xcap';
import { itemsOf, usageOf } from './device.ts';
import type { History } from './history.ts';
import type { Ledger } from './ledger.ts';

/** A device, or the program of one. */
export interface Participant {
  readonly name: string;
  readonly subject: 'lists' | 'rules';
  /** Saves what is left, and returns the text of the document as the device then has it. */
  finish(): Promise<string>;
}

/** Lets all devices save what is left, and returns every contradiction between their ledgers and the documents. */
export async function judge(
  client: XcapClient,
  history: History,
  participants: readonly Participant[],
  ledgers: ReadonlyMap<string, Ledger>,
): Promise<string[]> {
  const ends = new Map<string, string>();
  // A device that removes what a late request brought back writes once more, so all of them save twice.
  for (const _ of [1, 2]) for (const one of participants) ends.set(one.name, await one.finish());
  const contradictions: string[] = [];
  for (const subject of ['lists', 'rules'] as const) {
    const { value: final } = await client.get(usageOf(subject));
    const ours = participants.filter((one) => one.subject === subject);
    for (const { name } of ours) {
      for (const found of ledgers.get(name)?.contradictions(itemsOf(subject, final, name)) ?? []) {
        const item = /^\w+: (\S+-\S+) /.exec(found)?.[1];
        contradictions.push([found, ...(item === undefined ? [] : history.of(item))].join('\n    '));
      }
    }
    const last = ours.at(-1);
    if (last && ends.get(last.name) !== final.toString())
      contradictions.push(`${last.name} ended with another document`);
    for (const { message } of final.validate()) contradictions.push(`invalid: ${message}`);
  }
  return contradictions;
}
