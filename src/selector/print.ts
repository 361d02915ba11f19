import type { QName, SelectorStep, SelectorTerminal } from './ast.ts';
import { printBindings } from './bindings.ts';
import { encodeQuery, encodeSegment, encodeValue } from './encode.ts';
import { SelectorSyntaxError } from './errors.ts';
import { XML_NAMESPACE } from './names.ts';

/** The namespaces that a selector is printed with. */
export interface SelectorNames {
  /** The default document namespace, of unprefixed element names; `null` for none (RFC 4825 section 5.2). */
  readonly defaultNamespace: string | null;
  /** The preferred prefix of each namespace. */
  readonly prefixes: ReadonlyMap<string, string>;
}

/** A printed selector: its path, and the `xmlns()` parts that it needs, which may be empty. */
interface PrintedSelector {
  readonly path: string;
  readonly query: string;
}

/** The parts of a selector, which need not be frozen. */
export interface SelectorParts {
  readonly steps: readonly SelectorStep[];
  readonly terminal?: SelectorTerminal | undefined;
}

/** Prints the readable node selector with a leading slash, and with its bindings after `?` when it needs any. */
export function printSelector(selector: SelectorParts, names: SelectorNames): string {
  const { path, query } = print(selector, names, READABLE);
  return query === '' ? path : `${path}?${query}`;
}

/** Prints the percent-encoded node selector (RFC 4825 section 6.3). */
export function printPath(selector: SelectorParts, names: SelectorNames): string {
  const { path, query } = print(selector, names, WIRE);
  return query === '' ? path : `${path}?${encodeQuery(query)}`;
}

/** The differences between the readable and the percent-encoded form. */
export interface Form {
  readonly open: string;
  readonly openTest: string;
  readonly equals: string;
  readonly closeTest: string;
  readonly close: string;
  name(text: string): string;
  /** Prints an attribute value between double quotes. */
  value(text: string): string;
}

export const READABLE: Form = {
  ...{ open: '[', openTest: '[@', equals: '="', closeTest: '"]', close: ']' },
  name: (text) => text,
  value: (text) => escapeValue(text),
};

export const WIRE: Form = {
  ...{ open: '%5B', openTest: '%5B@', equals: '=%22', closeTest: '%22%5D', close: '%5D' },
  name: encodeSegment,
  value: (text) => encodeValue(escapeValue(text)),
};

function print(selector: SelectorParts, names: SelectorNames, form: Form): PrintedSelector {
  const pool = new PrefixPool(names);
  let path = '';
  for (const { name, position, attribute } of selector.steps) {
    path += name === '*' ? '/*' : `/${form.name(pool.element(name))}`;
    if (position !== undefined) path += form.open + position + form.close;
    if (attribute !== undefined) {
      path +=
        form.openTest +
        form.name(pool.attribute(attribute.name)) +
        form.equals +
        form.value(attribute.value) +
        form.closeTest;
    }
  }
  const { terminal } = selector;
  if (terminal?.kind === 'attribute') path += `/@${form.name(pool.attribute(terminal.name))}`;
  if (terminal?.kind === 'namespace-bindings') path += '/namespace::*';
  return { path, query: pool.query() };
}

const SIGNIFICANT = /[&<"\t\n\r]/;
const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

/** Escapes a value as an XML AttValue between double quotes, including the white space that XML normalises to spaces. */
const escapeValue = (value: string): string =>
  SIGNIFICANT.test(value) ? value.replace(/[&<"\t\n\r]/g, (char) => REFERENCES[char] ?? char) : value;

/** Chooses the prefixes of one selector, and keeps those that need a binding. */
class PrefixPool {
  readonly #names: SelectorNames;
  #used: Map<string, string> | undefined;

  constructor(names: SelectorNames) {
    this.#names = names;
  }

  element(name: QName): string {
    if (name.namespace === this.#names.defaultNamespace) return name.local;
    if (name.namespace === null) {
      throw new SelectorSyntaxError(
        name.local,
        0,
        'an element in a namespace: this application usage has a default document namespace, so only * selects an element in no namespace',
      );
    }
    return `${this.#prefix(name.namespace)}:${name.local}`;
  }

  attribute(name: QName): string {
    return name.namespace === null ? name.local : `${this.#prefix(name.namespace)}:${name.local}`;
  }

  query(): string {
    return this.#used
      ? printBindings(Array.from(this.#used, ([namespace, prefix]) => [prefix, namespace] as const))
      : '';
  }

  #prefix(namespace: string): string {
    this.#used ??= new Map();
    const known = this.#used.get(namespace);
    if (known !== undefined) return known;
    const prefix = namespace === XML_NAMESPACE ? 'xml' : (this.#names.prefixes.get(namespace) ?? this.#fresh());
    this.#used.set(namespace, prefix);
    return prefix;
  }

  #fresh(): string {
    const taken = new Set([...this.#names.prefixes.values(), ...(this.#used?.values() ?? [])]);
    for (let n = 1; ; n++) if (!taken.has(`ns${n}`)) return `ns${n}`;
  }
}
