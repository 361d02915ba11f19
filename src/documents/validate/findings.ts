import type { Element } from '@xmldom/xmldom';
import { Addresses } from '../address/addresses.ts';
import type { ValidationIssue } from '../errors.ts';
import { type DocumentState, selectorFor } from '../state.ts';

/** Collects the issues of one document. */
export class Findings {
  readonly issues: ValidationIssue[] = [];
  readonly #ids = new Set<string>();
  readonly #state: DocumentState;
  readonly #addresses: Addresses;
  readonly #limit: number;

  /** @param limit - maximum number of issues to collect */
  constructor(state: DocumentState, limit: number) {
    this.#state = state;
    this.#addresses = new Addresses(state);
    this.#limit = limit;
  }

  /** Whether further issues would be dropped. */
  get isFull(): boolean {
    return this.issues.length >= this.#limit;
  }

  report(element: Element, rule: string, message: string): void {
    if (this.isFull) return;
    const selector = String(selectorFor(this.#state, this.#addresses.selectorTo(element)));
    this.issues.push({ selector, rule, message });
  }

  /** Whether an attribute of type `xs:ID` before had this value. */
  isRepeatedId(value: string): boolean {
    const isRepeated = this.#ids.has(value);
    this.#ids.add(value);
    return isRepeated;
  }
}
