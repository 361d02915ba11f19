import type { Element } from '@xmldom/xmldom';
import type { CompiledElement } from '../../selector/compile.ts';
import { Addresses } from '../address/addresses.ts';
import type { ValidationIssue } from '../errors.ts';
import { type DocumentState, selectorFor } from '../state.ts';

/** Collects the issues of one document. */
export class Findings {
  readonly #found: { readonly element: Element; readonly rule: string; readonly message: string }[] = [];
  /** The attributes of type `xs:ID` so far. */
  readonly ids = new Set<string>();
  /** Whether some of them are not keys of the usage's table. */
  hasPlainIds = false;
  readonly #secondIds = new Set<string>();
  readonly #state: DocumentState;
  readonly #limit: number;
  /** Whether rules count that only the text of a standard has, and no schema. */
  readonly withConstraints: boolean;

  /**
   * @param limit - maximum number of issues to collect
   * @param withConstraints - whether to collect breaches of rules that only the text of a standard has, and no schema. Default: true.
   */
  constructor(state: DocumentState, limit: number, withConstraints = true) {
    this.#state = state;
    this.#limit = limit;
    this.withConstraints = withConstraints;
  }

  /** The number of issues so far. */
  get count(): number {
    return this.#found.length;
  }

  /** Whether further issues would be dropped. */
  get isFull(): boolean {
    return this.count >= this.#limit;
  }

  /** Returns the issues so far, with selectors. */
  issues(): ValidationIssue[] {
    const addresses = new Addresses(this.#state);
    return this.#found.map(({ element, rule, message }) => {
      const selector = String(selectorFor(this.#state, addresses.selectorTo(element)));
      return { selector, rule, message };
    });
  }

  report(element: Element, rule: string, message: string): void {
    if (!this.isFull) this.#found.push({ element, rule, message });
  }

  /**
   * Whether an attribute of type `xs:ID` before had this value.
   *
   * @param keyed - the row of the element, if the attribute is its key
   */
  isRepeatedId(value: string, keyed: CompiledElement | undefined): boolean {
    this.hasPlainIds ||= keyed === undefined || this.#state.usage?.elements.get(keyed.tableName) !== keyed;
    const isRepeated = this.ids.has(value) || this.#secondIds.has(value);
    this.ids.add(value);
    return isRepeated;
  }

  /** The same for an id that is not validated, because its element has another one: only validated ids take the value. */
  isTakenBySecondId(value: string): boolean {
    this.hasPlainIds = true;
    this.#secondIds.add(value);
    return this.ids.has(value);
  }
}
