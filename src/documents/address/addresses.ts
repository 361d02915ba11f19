import type { Document, Element } from '@xmldom/xmldom';
import { type NodeSelector, nodeSelector, type SelectorStep, type SelectorTerminal } from '../../selector/ast.ts';
import { childIndexOf } from '../xml/indexes.ts';
import { isElement } from '../xml/spans.ts';
import { parentElement } from '../xml/walk.ts';
import { stepTo } from './addressing.ts';
import { keyOf } from './names.ts';
import { type StepContext, selectionStep } from './sibling-steps.ts';

/**
 * Cached selectors for many elements of a document that does not change in the meantime: children that have no index are
 * read once for each parent.
 */
export class Addresses {
  readonly #context: StepContext;
  readonly #steps = new Map<Element, SelectorStep>();

  constructor(context: StepContext) {
    this.#context = context;
  }

  /** Returns the selector of an element, or of its attribute or namespace bindings. */
  selectorTo(element: Element, terminal?: SelectorTerminal): NodeSelector {
    return nodeSelector(this.stepsTo(element), terminal);
  }

  /** Returns the steps from the root down to an element. */
  stepsTo(element: Element): SelectorStep[] {
    const steps: SelectorStep[] = [];
    for (let at: Element | undefined = element; at; at = parentElement(at)) steps.push(this.#stepTo(at));
    return steps.reverse();
  }

  #stepTo(element: Element): SelectorStep {
    const known = this.#steps.get(element);
    if (known) return known;
    const parent = element.parentNode as Element | Document | null; // an element's parent is an element or the document
    const alone = { element, index: 0, rank: 0, sameNameCount: 1, isKeyTaken: false };
    if (parent && !childIndexOf(parent)) this.#addSteps(parent);
    else this.#steps.set(element, stepTo(element, this.#context));
    return this.#steps.get(element) ?? selectionStep(alone, this.#context);
  }

  #addSteps(parent: Element | Document): void {
    const children: { element: Element; index: number; rank: number; name: string; key: string | undefined }[] = [];
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
      children.push({ element: node, index: children.length, rank, name, key });
    }
    for (const { element, index, rank, name, key } of children) {
      const isKeyTaken = key !== undefined && keys.get(key) !== 1;
      const position = { element, index, rank, sameNameCount: names.get(name) ?? 1, isKeyTaken };
      this.#steps.set(element, selectionStep(position, this.#context));
    }
  }
}
