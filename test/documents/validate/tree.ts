/** Trees of elements that random documents are made and mutated as. */

/** An element; strings among the children are XML as it is written. */
export interface Tree {
  name: string;
  readonly attributes: Map<string, string>;
  readonly children: (Tree | string)[];
}

type Attributes = Readonly<Record<string, string | undefined>>;

/** Returns an element; `undefined` and empty arrays are left out. */
export function el(
  name: string,
  attributes: Attributes = {},
  ...children: (Tree | string | undefined | Tree[])[]
): Tree {
  return {
    name,
    attributes: new Map(
      Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
    children: children.flat().filter((child) => child !== undefined),
  };
}

/** Prefixes that every document declares. */
export const PREFIXES = {
  rl: 'urn:ietf:params:xml:ns:resource-lists',
  rs: 'urn:ietf:params:xml:ns:rls-services',
  cp: 'urn:ietf:params:xml:ns:common-policy',
  pr: 'urn:ietf:params:xml:ns:pres-rules',
  ocp: 'urn:oma:xml:xdm:common-policy',
  op: 'urn:oma:xml:prs:pres-rules',
  p: 'urn:ietf:params:xml:ns:pidf',
  dm: 'urn:ietf:params:xml:ns:pidf:data-model',
  rpid: 'urn:ietf:params:xml:ns:pidf:rpid',
  ci: 'urn:ietf:params:xml:ns:pidf:cipid',
  xc: 'urn:ietf:params:xml:ns:xcap-caps',
  xd: 'urn:oma:xml:xdm:xcap-directory',
  x: 'urn:example:x',
  xs: 'http://www.w3.org/2001/XMLSchema',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
} as const;

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

/** Prints a document with its prefixes declared at the root. */
export function print(tree: Tree): string {
  const declarations = Object.entries(PREFIXES).map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`);
  return printElement(tree, declarations.join(''));
}

function printElement({ name, attributes, children }: Tree, more = ''): string {
  const written = Array.from(attributes, ([key, value]) => ` ${key}="${escaped(value).replace(/[\t\n]/g, '&#10;')}"`);
  const content = children.map((child) => (typeof child === 'string' ? child : printElement(child)));
  return `<${name}${more}${written.join('')}>${content.join('')}</${name}>`;
}

/** Returns all elements of a tree with their parents. */
export function elementsOf(tree: Tree, parent?: Tree): { readonly element: Tree; readonly parent: Tree | undefined }[] {
  const below = tree.children.flatMap((child) => (typeof child === 'string' ? [] : elementsOf(child, tree)));
  return [{ element: tree, parent }, ...below];
}

/** Random choices that follow from a seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** Returns a whole number from 0 to below `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  maybe<T>(make: () => T): T | undefined {
    return this.below(2) === 0 ? make() : undefined;
  }

  many<T>(make: () => T, most = 3): T[] {
    return Array.from({ length: this.below(most + 1) }, make);
  }
}
