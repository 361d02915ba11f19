import { type NodeSelector, nodeSelector, type QName, qname, type Step, step, type Terminal } from './ast.ts';
import type { AnySelector, ForeignName } from './builder-types.ts';
import type { CompiledAttribute, CompiledElement, CompiledUsage } from './compile.ts';
import { encodeSegment } from './encode.ts';
import { InvalidArgumentError, quoteShortened } from './errors.ts';
import { illegalCharacter, isNCName } from './names.ts';
import {
  type Form,
  printPath,
  printSelector,
  READABLE,
  type SelectorNames,
  type SelectorParts,
  WIRE,
} from './print.ts';

/** What a selector is read, printed and evaluated with. */
export interface SelectorScope extends SelectorNames {
  /** The application usage it belongs to; `undefined` for selectors of documents whose usage is not known. */
  readonly usage: CompiledUsage | undefined;
  /** The class of an element's selectors, with its steps. */
  readonly classOf?: (element: CompiledElement) => typeof BuiltSelector;
}

/** The parts of a step's printed form that do not depend on what it is given. */
interface ReadyStep {
  /** `/list` */
  readonly name: string;
  /** The key attribute that the two heads test. */
  readonly key: QName | undefined;
  /** `/list[@name="` */
  readonly readable: string;
  /** `/list%5B@name=%22` */
  readonly wire: string;
}

/**
 * The selectors at run time. Steps are linked to their parents and the tree of plain data is built when asked for:
 * building and printing must cost no more than a few hundred nanoseconds.
 */
export class BuiltSelector implements AnySelector {
  readonly #scope: SelectorScope;
  readonly #parent: BuiltSelector | undefined;
  readonly #part: Step | Terminal | undefined;
  readonly #depth: number;
  #node: NodeSelector | undefined;

  constructor(
    scope: SelectorScope,
    parent: BuiltSelector | undefined,
    part: Step | Terminal | undefined,
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
    return this.#shortCut(READABLE) ?? printSelector(this.#parts(), this.#scope);
  }

  toPath(): string {
    return this.#shortCut(WIRE) ?? printPath(this.#parts(), this.#scope);
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

  /** The table's row of the selected element; replaced by the class that is made for each element. */
  protected get element(): CompiledElement | undefined {
    return undefined;
  }

  protected get ready(): ReadyStep | undefined {
    return undefined;
  }

  /** Prints steps by name, position and key from what is ready; anything else is left to the general printer. */
  #shortCut(form: Form): string | undefined {
    const { ready } = this;
    const part = this.#part;
    if (ready === undefined || part === undefined || 'kind' in part || this.#depth > 100) return undefined;
    const parent = this.#parent;
    const before = parent === undefined ? '' : parent.#shortCut(form);
    if (before === undefined) return undefined;
    const { position, attribute } = part;
    if (attribute === undefined) {
      return before + ready.name + (position === undefined ? '' : form.open + position + form.close);
    }
    if (position !== undefined || attribute.name !== ready.key) return undefined;
    return before + (form === WIRE ? ready.wire : ready.readable) + form.value(attribute.value) + form.closeTest;
  }

  /** Shows the selector itself where objects are printed for people. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** The scope of any selector of this library. */
  static scopeOf(selector: AnySelector): SelectorScope | undefined {
    return typeof selector === 'object' && selector !== null && #scope in selector ? selector.#scope : undefined;
  }

  #parts(): SelectorParts {
    if (this.#node) return this.#node;
    const steps: Step[] = [];
    let terminal: Terminal | undefined;
    for (let at: BuiltSelector | undefined = this; at !== undefined; at = at.#parent) {
      const part = at.#part;
      if (part === undefined) {
        // Made from a tree: whatever comes before it is there.
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
 * Makes the selector of a usage's root, with one class per element so that a step is one method call and one `new`.
 * The steps of the root are its own functions and work unbound.
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

/** What can be printed of an element's step beforehand; undefined when its names need prefixes or encoding. */
function ready(element: CompiledElement, usage: CompiledUsage): ReadyStep | undefined {
  const { name, key } = element;
  const isPlain = (text: string) => encodeSegment(text) === text;
  if (name.namespace !== usage.defaultNamespace || !isPlain(name.local)) return undefined;
  const keyName = key && key.name.namespace === null && isPlain(key.name.local) ? key.name : undefined;
  const head = (form: Form) => (keyName ? `/${name.local}${form.openTest}${keyName.local}${form.equals}` : '');
  return { name: `/${name.local}`, key: keyName, readable: head(READABLE), wire: head(WIRE) };
}

/** A selector over a tree that was read, of a usage or of none; with the steps of its element where the usage knows it. */
export function selectorOf(node: NodeSelector, scope: SelectorScope): BuiltSelector {
  const name = node.terminal ? undefined : node.steps.at(-1)?.name;
  const row = name === undefined || name === '*' ? undefined : scope.usage?.element(name.namespace, name.local);
  const Class = (row && scope.classOf?.(row)) ?? BuiltSelector;
  return new Class(scope, undefined, undefined, node);
}

/** What a selector made by this library is read, printed and evaluated with. */
export const scopeOf = (selector: AnySelector): SelectorScope | undefined => BuiltSelector.scopeOf(selector);

const frozenStep = (part: Step): Step => step(part.name, part.position, part.attribute);

function toStep(
  name: QName | '*',
  where: unknown,
  key: CompiledAttribute | undefined,
  attributes: readonly CompiledAttribute[] | undefined,
): Step {
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
    throw new InvalidArgumentError(`${shown(name)}: a step takes a position, a key or { at?, attribute: value }`);
  return byAttribute(name, where, attributes);
}

function byAttribute(name: QName | '*', where: object, attributes: readonly CompiledAttribute[] | undefined): Step {
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
      `${shown(name)} has no attribute ${quoteShortened(member)}; ${listOf(attributes ?? [])}`,
    );
  return { name, ...position, attribute: { name: attribute, value: checkedValue(value) } };
}

function checkedPosition(position: unknown): number {
  if (typeof position === 'number' && Number.isSafeInteger(position) && position >= 1) return position;
  throw new InvalidArgumentError(`a position is a whole number from 1, not ${quoteShortened(String(position))}`);
}

const PLAIN = /^[\u0020-\u007e]*$/;

function checkedValue(value: unknown): string {
  if (typeof value !== 'string')
    throw new InvalidArgumentError(`an attribute is compared with a string, not with ${typeof value}`);
  if (PLAIN.test(value)) return value;
  const illegal = illegalCharacter(value);
  if (illegal < 0) return value;
  throw new InvalidArgumentError(
    `${quoteShortened(value)} holds a character that XML forbids (at ${illegal}), so no attribute can have this value`,
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
      ? `<${element.tableName}> has no attribute ${quoteShortened(given)}; ${listOf(element.attributes)}`
      : `this element is not in the table: give the attribute ${quoteShortened(given)} as { namespace, name }`,
  );
}

const attributeOf = (attributes: readonly CompiledAttribute[], given: string): CompiledAttribute | undefined =>
  attributes.find((attribute) => attribute.tableName === given || attribute.member === given);

const childAttributes = (element: CompiledElement | undefined): readonly CompiledAttribute[] | undefined =>
  element?.children.flatMap((child) => child.element.attributes);

const listOf = (attributes: readonly CompiledAttribute[]): string =>
  attributes.length ? `it has ${attributes.map((attribute) => attribute.member).join(', ')}` : 'it has none';

const shown = (name: QName | '*'): string => (name === '*' ? '*' : `<${name.local}>`);
