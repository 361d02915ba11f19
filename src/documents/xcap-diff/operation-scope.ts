import { XML_NAMESPACE } from '../../selector/names.ts';
import { declaration } from '../xml/standalone-text.ts';
import type { ElementStep } from './sibling-counter.ts';

/** Namespaces by prefix; `''` is the default namespace. */
export type Bindings = ReadonlyMap<string, string>;

interface Name {
  readonly namespace: string | null;
  readonly local: string;
  /** The prefix in the document, which is taken if it is free. */
  readonly prefix: string;
}

/**
 * The namespace bindings of one patch operation. Its content keeps the prefixes of the document, so they are bound first;
 * the selector uses the prefixes that are left.
 */
export class OperationScope {
  readonly #around: Bindings;
  readonly #used: Map<string, string>;

  /**
   * @param around - the bindings that the diff has around the operation
   * @param content - the bindings that the content of the operation needs
   */
  constructor(around: Bindings, content: Bindings) {
    this.#around = around;
    this.#used = new Map(content);
  }

  /** Returns the `sel` of steps. */
  selector(steps: readonly ElementStep[], end?: string): string {
    // Only a name without a prefix can be in no namespace.
    if (steps.some(({ element }) => !element.namespaceURI)) this.#bind('', '');
    return [...steps.map((step) => this.#step(step)), ...(end === undefined ? [] : [end])].join('/');
  }

  /** Returns the name of an attribute. */
  attributeName({ namespace, local, prefix }: Name): string {
    return namespace === null ? local : qualified(this.#prefixFor(namespace, prefix, true), local);
  }

  /** Returns the declarations that the operation needs. */
  declarations(): string {
    let text = '';
    for (const [prefix, uri] of this.#used) {
      if ((this.#around.get(prefix) ?? '') !== uri) text += declaration(prefix, uri);
    }
    return text;
  }

  #step({ element, key, position, place }: ElementStep): string {
    const namespace = element.namespaceURI || null;
    const name = this.#elementName({ namespace, local: element.localName ?? '', prefix: element.prefix ?? '' });
    if (name === undefined) return element.parentNode === element.ownerDocument ? '*' : `*[${place}]`;
    const test = key ? `[@${this.attributeName({ ...key.name, prefix: '' })}=${quoted(key.value)}]` : '';
    return `${name}${test}${position === undefined ? '' : `[${position}]`}`;
  }

  /** @returns `undefined` for a name in no namespace, if the content needs a default namespace */
  #elementName({ namespace, local, prefix }: Name): string | undefined {
    if (namespace === null) return this.#bind('', '') ? local : undefined;
    return qualified(this.#prefixFor(namespace, prefix, false), local);
  }

  #prefixFor(namespace: string, preferred: string, isAttribute: boolean): string {
    if (namespace === XML_NAMESPACE) return 'xml';
    for (const bindings of [this.#used, this.#around])
      for (const [prefix, uri] of bindings)
        if (uri === namespace && !(isAttribute && prefix === '') && this.#bind(prefix, uri)) return prefix;
    if (!(isAttribute && preferred === '') && this.#bind(preferred, namespace)) return preferred;
    for (let count = 1; ; count++) if (this.#bind(`n${count}`, namespace)) return `n${count}`;
  }

  /** Binds a prefix. @returns false if it is bound to another namespace */
  #bind(prefix: string, uri: string): boolean {
    const used = this.#used.get(prefix);
    if (used === undefined) this.#used.set(prefix, uri);
    return used === undefined || used === uri;
  }
}

const qualified = (prefix: string, local: string): string => (prefix === '' ? local : `${prefix}:${local}`);

/** Quotes a value, which contains at most one kind of quotes. */
const quoted = (value: string): string => (value.includes("'") ? `"${value}"` : `'${value}'`);
