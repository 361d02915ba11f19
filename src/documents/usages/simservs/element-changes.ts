/** 3GPP TS 24.623: writes a change as a phone does, one PUT for each element. */

import type { Document, Element } from '@xmldom/xmldom';
import { evaluate } from '../../address/evaluate.ts';
import { textWithin } from '../../diff/body.ts';
import { XcapDocument } from '../../document.ts';
import { put } from '../../edit/put.ts';
import type { ElementChanges, ElementForm, ElementPlan, ElementStep } from '../../element-changes.ts';
import { isElement } from '../../xml/spans.ts';
import { setActive } from './edits.ts';
import { elementRequest } from './element-request.ts';
import { isActive } from './rules.ts';
import { isTimerChanged, moveNewTimer } from './timer-place.ts';
import { changedUnits } from './units.ts';

/** How changes of supplementary services are written by elements. */
export const simservsElementChanges: ElementChanges = { plan, request: elementRequest, activate };

function plan(
  before: XcapDocument,
  after: XcapDocument,
  working: XcapDocument,
  form: ElementForm,
): ElementPlan | { readonly impossible: string } {
  if (form.timer === 'rule') moveNewTimer(before, after);
  if (form.timer === 'fixed' && isTimerChanged(before, after)) {
    return {
      impossible: "the network keeps the no-reply timer (the trait timer of the profile is 'fixed'); leave out after",
    };
  }
  const found = changedUnits(before, after, form);
  if ('impossible' in found) {
    return {
      impossible: `${found.impossible}, but the network takes only PUTs of services and what is in them`,
    };
  }
  let creates = false;
  const stepOf = (element: Element): ElementStep => {
    const request = elementRequest(element, form);
    const bodyIn = (parent: Element | Document): string => textWithin(element, isElement(parent) ? parent : undefined);
    const outcome = put(XcapDocument.stateOf(working), request.selector, bodyIn, { keepUnique: false });
    creates ||= outcome === 'created';
    return { ...request, text: working.toString() };
  };
  const elementsOf = (wanted: 'element' | 'activation') =>
    found.units.filter(({ kind }) => kind === wanted).map(({ element }) => element);
  const steps = elementsOf('element').map(stepOf);
  return { steps, activations: elementsOf('activation').map((element) => elementRequest(element, form)), creates };
}

function activate(...[document, selector, form]: Parameters<ElementChanges['activate']>) {
  const state = XcapDocument.stateOf(document);
  const found = evaluate(state.dom, selector);
  if (found.kind !== 'element') return 'missing';
  if (isActive(found.element)) return 'active';
  setActive(state, found.element, true);
  return { ...elementRequest(found.element, form), text: document.toString() };
}
