import {
  type NodeSelector,
  nodeSelector,
  type QName,
  qname,
  type SelectorStep,
  type SelectorTerminal,
  step,
} from './ast.ts';
import type { AnySelector, ForeignName } from './builder-types.ts';
import type { CompiledAttribute, CompiledElement, CompiledUsage } from './compile.ts';
import { encodeSegment } from './encode.ts';
import { InvalidArgumentError, quoteShortened } from './errors.ts';
import { isNCName } from './names.ts';
import {
  type Form,
  printPath,
  printSelector,
  READABLE,
  type SelectorNames,
  type SelectorParts,
  WIRE,
} from './print.ts';
import { illegalCharacter } from './xml-text.ts';

/** The usage and namespaces that a selector is parsed, printed and evaluated with. */
export interface SelectorScope extends SelectorNames {
  /** The application usage; `undefined` for selectors of documents without a known usage. */
  readonly usage: CompiledUsage | undefined;
  /** Returns the selector class of an element. */
  readonly classOf?: (element: CompiledElement) => typeof BuiltSelector;
}

/** The constant parts of the printed form of a step. */
interface ReadyStep {
  /** `/list` */
  readonly name: string;
  /** The key attribute in `readable` and `wire`. */
  readonly key: QName | undefined;
  /** `/list[@name="` */
  readonly readable: string;
  /** `/list%5B@name=%22` */
  readonly wire: string;
}

/**
 * A selector at run time. Links each step to its parent and builds the plain data only when it is read, because building
 * and printing a selector must take no more than a few hundred nanoseconds.
 */
export class BuiltSelector implements AnySelector {
  readonly #scope: SelectorScope;
  readonly #parent: BuiltSelector | undefined;
  readonly #part: SelectorStep | SelectorTerminal | undefined;
  readonly #depth: number;
  #node: NodeSelector | undefined;

  constructor(
    scope: SelectorScope,
    parent: BuiltSelector | undefined,
    part: SelectorStep | SelectorTerminal | undefined,
    node?: NodeSelector,
  ) {
    this.#scope = scope;
    this.#parent = parent;
    this.#part = part;
    this.#depth = parent === undefined ? 0 : parent.#depth + 1;
    this.#node = node;
  }

  get node(): NodeSelector {
    if (!this.#node) {
      const { steps, terminal } = this.#parts();
      this.#node = nodeSelector(steps.map(frozenStep), terminal);
    }
    return this.#node;
  }

  toString(): string {
    return this.#fastPath(READABLE) ?? printSelector(this.#parts(), this.#scope);
  }

  toPath(): string {
    return this.#fastPath(WIRE) ?? printPath(this.#parts(), this.#scope);
  }

  attr(name: string | ForeignName): BuiltSelector {
    return new BuiltSelector(this.#scope, this, { kind: 'attribute', name: attributeName(name, this.element) });
  }

  any(where?: unknown): BuiltSelector {
    return new BuiltSelector(this.#scope, this, toStep('*', where, undefined, childAttributes(this.element)));
  }

  child(name: ForeignName, where?: unknown): BuiltSelector {
    return new BuiltSelector(this.#scope, this, toStep(foreignName(name, 'child()'), where, undefined, undefined));
  }

  namespaceBindings(): BuiltSelector {
    return new BuiltSelector(this.#scope, this, { kind: 'namespace-bindings' });
  }

  /** The compiled row of the selected element. Overridden in the class of each element. */
  protected get element(): CompiledElement | undefined {
    return undefined;
  }

  /** The prepared step of the selected element. Overridden in the class of each element. */
  protected get ready(): ReadyStep | undefined {
    return undefined;
  }

  /** Prints steps by name, position and key from prepared parts; returns undefined for any other selector. */
  #fastPath(form: Form): string | undefined {
    const { ready } = this;
    const part = this.#part;
    if (ready === undefined || part === undefined || 'kind' in part || this.#depth > 100) return undefined;
    const parent = this.#parent;
    const before = parent === undefined ? '' : parent.#fastPath(form);
    if (before === undefined) return undefined;
    const { position, attribute } = part;
    if (attribute === undefined) {
      return before + ready.name + (position === undefined ? '' : form.open + position + form.close);
    }
    if (position !== undefined || attribute.name !== ready.key) return undefined;
    return before + (form === WIRE ? ready.wire : ready.readable) + form.value(attribute.value) + form.closeTest;
  }

  /** Shows the readable selector in `console.log`. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** Returns the scope of a selector of this library; `undefined` for any other value. */
  static scopeOf(selector: unknown): SelectorScope | undefined {
    return typeof selector === 'object' && selector !== null && #scope in selector ? selector.#scope : undefined;
  }

  #parts(): SelectorParts {
    if (this.#node) return this.#node;
    const steps: SelectorStep[] = [];
    let terminal: SelectorTerminal | undefined;
    for (let at: BuiltSelector | undefined = this; at !== undefined; at = at.#parent) {
      const part = at.#part;
      if (part === undefined) {
        // Built from plain data, which contains the steps before it.
        steps.push(...(at.#node?.steps.toReversed() ?? []));
        continue;
      }
      if ('kind' in part) terminal = part;
      else steps.push(part);
    }
    return { steps: steps.reverse(), terminal };
  }
}

/**
 * Builds the selector of the root element of a usage, with one class per element, so that a step is one method call and one
 * `new`. The steps of the root are bound to it, so that `const { list } = resourceLists` works.
 */
export function buildRoot(usage: CompiledUsage): BuiltSelector {
  const { defaultNamespace, prefixes } = usage;
  const classes = new Map<CompiledElement, typeof BuiltSelector>();
  const classOf = (element: CompiledElement): typeof BuiltSelector => {
    const known = classes.get(element);
    if (known) return known;
    const readyStep = ready(element, usage);
    const made = class extends BuiltSelector {
      protected override get element(): CompiledElement {
        return element;
      }
      protected override get ready(): ReadyStep | undefined {
        return readyStep;
      }
    };
    classes.set(element, made);
    return made;
  };
  const scope: SelectorScope = { usage, defaultNamespace, prefixes, classOf };
  for (const element of usage.elements.values()) {
    const { prototype } = classOf(element);
    for (const child of element.children) {
      const Child = classOf(child.element);
      const { name, key, attributes } = child.element;
      const byName = Object.freeze({ name });
      const value = function (this: BuiltSelector, where?: unknown): BuiltSelector {
        return new Child(scope, this, where === undefined ? byName : toStep(name, where, key, attributes));
      };
      Object.defineProperty(prototype, child.member, { value });
    }
  }
  const root = new (classOf(usage.root))(scope, undefined, step(usage.root.name));
  const members = ['attr', 'any', 'child', 'namespaceBindings', ...usage.root.children.map((child) => child.member)];
  for (const member of members) {
    const method: unknown = Reflect.get(root, member);
    if (typeof method === 'function')
      Object.defineProperty(root, member, { value: method.bind(root), enumerable: true });
  }
  return root;
}

/** Prepares the printed step of an element; returns undefined when its names need prefixes or encoding. */
function ready(element: CompiledElement, usage: CompiledUsage): ReadyStep | undefined {
  const { name, key } = element;
  const isPlain = (text: string) => encodeSegment(text) === text;
  if (name.namespace !== usage.defaultNamespace || !isPlain(name.local)) return undefined;
  const keyName = key && key.name.namespace === null && isPlain(key.name.local) ? key.name : undefined;
  const head = (form: Form) => (keyName ? `/${name.local}${form.openTest}${keyName.local}${form.equals}` : '');
  return { name: `/${name.local}`, key: keyName, readable: head(READABLE), wire: head(WIRE) };
}

/** Returns a selector of plain data, with the steps of its element when the usage contains it. */
export function selectorFromNode(node: NodeSelector, scope: SelectorScope): BuiltSelector {
  const name = node.terminal ? undefined : node.steps.at(-1)?.name;
  const row = name === undefined || name === '*' ? undefined : scope.usage?.element(name.namespace, name.local);
  const Class = (row && scope.classOf?.(row)) ?? BuiltSelector;
  return new Class(scope, undefined, undefined, node);
}

/** Returns the selector of a child of the element that another selector addresses, without a copy of its steps. */
export function childSelector(parent: AnySelector, part: SelectorStep, scope: SelectorScope): BuiltSelector {
  const row = part.name === '*' ? undefined : scope.usage?.element(part.name.namespace, part.name.local);
  const Class = (row && scope.classOf?.(row)) ?? BuiltSelector;
  return new Class(scope, parent as BuiltSelector, part); // the only class of selectors
}

/** Returns the scope of a selector of this library; `undefined` for any other value. */
export const scopeOf = (selector: unknown): SelectorScope | undefined => BuiltSelector.scopeOf(selector);

const frozenStep = (part: SelectorStep): SelectorStep => step(part.name, part.position, part.attribute);

function toStep(
  name: QName | '*',
  where: unknown,
  key: CompiledAttribute | undefined,
  attributes: readonly CompiledAttribute[] | undefined,
): SelectorStep {
  if (where === undefined) return { name };
  if (typeof where === 'number') return { name, position: checkedPosition(where) };
  if (typeof where === 'string') {
    if (!key)
      throw new InvalidArgumentError(
        `${shown(name)} has no key attribute: select it by position or by { attribute: value }, not by ${quoteShortened(where)}`,
      );
    return { name, attribute: { name: key.name, value: checkedValue(where) } };
  }
  if (typeof where !== 'object' || where === null)
    throw new InvalidArgumentError(
      `${shown(name)}: a step takes a position, a key or { at?, attribute: value }, not ${where === null ? 'null' : typeof where}`,
    );
  return byAttribute(name, where, attributes);
}

function byAttribute(
  name: QName | '*',
  where: object,
  attributes: readonly CompiledAttribute[] | undefined,
): SelectorStep {
  const { at, ...tests } = where as Readonly<Record<string, unknown>>; // an object has string members of unknown type
  const position = at === undefined ? {} : { position: checkedPosition(at) };
  if (typeof tests['attribute'] === 'object' && tests['attribute'] !== null) {
    const test = { name: foreignName(tests['attribute'], 'attribute'), value: checkedValue(tests['value']) };
    return { name, ...position, attribute: test };
  }
  const [entry, ...more] = Object.entries(tests).filter(([, value]) => value !== undefined);
  if (!entry || more.length > 0) {
    throw new InvalidArgumentError(
      `${shown(name)}: a step tests exactly one attribute, { at?, attribute: value } (RFC 4825 section 6.3)`,
    );
  }
  const [member, value] = entry;
  const attribute = attributes ? attributeOf(attributes, member)?.name : qname(null, member);
  if (!attribute)
    throw new InvalidArgumentError(
      `${shown(name)} has no attribute ${quoteShortened(member)}; ${attributeList(attributes ?? [])}`,
    );
  return { name, ...position, attribute: { name: attribute, value: checkedValue(value) } };
}

function checkedPosition(position: unknown): number {
  if (typeof position === 'number' && Number.isSafeInteger(position) && position >= 1) return position;
  throw new InvalidArgumentError(`a position must be an integer from 1, not ${quoteShortened(String(position))}`);
}

const PLAIN = /^[\u0020-\u007e]*$/;

function checkedValue(value: unknown): string {
  if (typeof value !== 'string')
    throw new InvalidArgumentError(`the value of an attribute must be a string, not ${typeof value}`);
  if (PLAIN.test(value)) return value;
  const illegal = illegalCharacter(value);
  if (illegal < 0) return value;
  throw new InvalidArgumentError(
    `${quoteShortened(value)} contains a character that XML forbids (at ${illegal}), so no attribute can have this value`,
  );
}

function foreignName(given: unknown, what: string): QName {
  if (typeof given === 'object' && given !== null && 'namespace' in given && 'name' in given) {
    const { namespace, name } = given;
    if ((namespace === null || typeof namespace === 'string') && typeof name === 'string' && isNCName(name)) {
      return qname(namespace === '' ? null : namespace, name);
    }
  }
  throw new InvalidArgumentError(`${what} takes { namespace, name } with an XML name`);
}

function attributeName(given: string | ForeignName, element: CompiledElement | undefined): QName {
  if (typeof given !== 'string') return foreignName(given, 'attr()');
  const attribute = element && attributeOf(element.attributes, given);
  if (attribute) return attribute.name;
  throw new InvalidArgumentError(
    element
      ? `<${element.tableName}> has no attribute ${quoteShortened(given)}; ${attributeList(element.attributes)}`
      : `the element is not in the table: give the attribute ${quoteShortened(given)} as { namespace, name }`,
  );
}

const attributeOf = (attributes: readonly CompiledAttribute[], given: string): CompiledAttribute | undefined =>
  attributes.find((attribute) => attribute.tableName === given || attribute.member === given);

const childAttributes = (element: CompiledElement | undefined): readonly CompiledAttribute[] | undefined =>
  element?.children.flatMap((child) => child.element.attributes);

const attributeList = (attributes: readonly CompiledAttribute[]): string =>
  attributes.length > 0 ? `it has ${attributes.map((attribute) => attribute.member).join(', ')}` : 'it has none';

const shown = (name: QName | '*'): string => (name === '*' ? '*' : `<${name.local}>`);
