import type { Document, Element, Node } from '@xmldom/xmldom';
import { type NodeSelector, nodeSelector, type Step, type Terminal } from '../../selector/ast.ts';
import { isElement } from '../xml/spans.ts';
import { parentElement } from '../xml/walk.ts';
import { keyOf } from './addressing.ts';
import { type StepContext, selectionStep } from './sibling-steps.ts';

/**
 * Selectors of many elements of a document that does not change meanwhile: the children of each parent are counted once,
 * where `selectorTo` walks along them for each element.
 */
export class Addresses {
  readonly #context: StepContext;
  readonly #steps = new Map<Node, Map<Element, Step>>();

  constructor(context: StepContext) {
    this.#context = context;
  }

  /** The selector of an element, or of something at it. */
  selectorTo(element: Element, terminal?: Terminal): NodeSelector {
    return nodeSelector(this.stepsTo(element), terminal);
  }

  /** The steps from the root down to an element. */
  stepsTo(element: Element): Step[] {
    const steps: Step[] = [];
    for (let at: Element | undefined = element; at; at = parentElement(at)) steps.push(this.#stepTo(at));
    return steps.reverse();
  }

  #stepTo(element: Element): Step {
    const parent = element.parentNode as Element | Document | null; // an element's parent is an element or the document
    const known = parent ? (this.#steps.get(parent) ?? this.#stepsOf(parent)) : undefined;
    return (
      known?.get(element) ?? selectionStep({ element, place: 0, rank: 0, namesakes: 1, keyTaken: false }, this.#context)
    );
  }

  #stepsOf(parent: Element | Document): Map<Element, Step> {
    const rows: { element: Element; place: number; rank: number; name: string; key: string | undefined }[] = [];
    const names = new Map<string, number>();
    const keys = new Map<string, number>();
    for (let node = parent.firstChild; node; node = node.nextSibling) {
      if (!isElement(node)) continue;
      const name = `${node.localName} ${node.namespaceURI ?? ''}`;
      const found = keyOf(node, this.#context.usage);
      const key = found && `${name} ${found.value}`;
      const rank = names.get(name) ?? 0;
      names.set(name, rank + 1);
      if (key !== undefined) keys.set(key, (keys.get(key) ?? 0) + 1);
      rows.push({ element: node, place: rows.length, rank, name, key });
    }
    const steps = new Map<Element, Step>();
    for (const { element, place, rank, name, key } of rows) {
      const keyTaken = key !== undefined && keys.get(key) !== 1;
      const standing = { element, place, rank, namesakes: names.get(name) ?? 1, keyTaken };
      steps.set(element, selectionStep(standing, this.#context));
    }
    this.#steps.set(parent, steps);
    return steps;
  }
}
