/** The no-reply timer in the rule for no-answer, where some networks want it instead of on the service. */

import { textOf } from '../../data/read-data.ts';
import { XcapDocument } from '../../document.ts';
import { transaction } from '../../edit/transaction.ts';
import { add, remove } from './edits.ts';
import { childNamed, serviceElement } from './rules.ts';
import { ruleFor } from './switches.ts';

const DIVERSION = 'communication-diversion';
const TIMER = 'NoReplyTimer';

/** Whether the text of a no-reply timer differs between two versions of a document, wherever it is. */
export const isTimerChanged = (before: XcapDocument, after: XcapDocument): boolean =>
  timers(before).join() !== timers(after).join();

function timers(document: XcapDocument): string[] {
  const { dom } = XcapDocument.stateOf(document);
  return Array.from(dom.getElementsByTagNameNS('*', TIMER), (timer) => textOf(timer).trim());
}

/** Moves a timer that a version before did not have from the service into the rule for no-answer. */
export function moveNewTimer(before: XcapDocument, after: XcapDocument): void {
  if (timers(before).length > 0) return;
  const state = XcapDocument.stateOf(after);
  const service = serviceElement(state, DIVERSION);
  const timer = service && childNamed(service, TIMER);
  const forwardTo = service && ruleFor(service, { condition: 'no-answer', media: undefined })?.forwardTo;
  if (!timer || !forwardTo) return;
  const content = textOf(timer);
  const move = () => {
    remove(state, timer);
    add(state, forwardTo, service, { local: TIMER, content });
  };
  // Only such a network allows a timer there.
  transaction(state, move, { keepValid: false });
}
