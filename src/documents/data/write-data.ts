import { describeValue } from '../../selector/arguments.ts';
import type { QName } from '../../selector/ast.ts';
import {
  type CompiledAttribute,
  type CompiledChild,
  type CompiledElement,
  type CompiledUsage,
  modelName,
} from '../../selector/compile.ts';
import type { ModelState } from '../../selector/content-model.ts';
import { XML_NAMESPACE } from '../../selector/names.ts';
import { nearest } from '../../selector/suggest.ts';
import { ValidationError, type ValidationIssue } from '../errors.ts';
import { escapeAttribute, escapeText } from '../xml/escape.ts';
import { writeValue } from './values.ts';

/** The indentation of new children; without it everything is on one line. */
export interface Layout {
  /** Line end and indentation before the element itself. */
  readonly indent: string;
  /** The indentation that each further level adds. */
  readonly unit: string;
  /** Whether the children of the element are on its line. */
  readonly inline?: boolean;
}

/**
 * Writes plain data as the XML of one element.
 *
 * @param row - the table's row of the element
 * @param scope - namespace bindings at its place, by prefix
 * @param path - the element's selector, for messages
 * @throws ValidationError that names every member that is unknown, missing or of a wrong type
 */
export function writeElement(
  usage: CompiledUsage,
  row: CompiledElement,
  data: unknown,
  scope: ReadonlyMap<string, string>,
  layout?: Layout,
  path = row.tableName,
): string {
  const issues: ValidationIssue[] = [];
  const xml = new Writer(usage, issues).element(row, data, scope, layout, path);
  if (issues.length > 0) throw new ValidationError(issues);
  return xml;
}

/** Deeper than the data of any real document, and far from exhausting the stack. */
const MAX_DEPTH = 250;

class Writer {
  readonly #usage: CompiledUsage;
  readonly #issues: ValidationIssue[];
  #depth = 0;

  constructor(usage: CompiledUsage, issues: ValidationIssue[]) {
    this.#usage = usage;
    this.#issues = issues;
  }

  element(
    row: CompiledElement,
    data: unknown,
    outer: ReadonlyMap<string, string>,
    layout: Layout | undefined,
    path: string,
  ): string {
    const members = this.#members(row, data, path);
    if (!members) return '';
    if (this.#depth >= MAX_DEPTH) {
      this.#issue(row.tableName, 'depth', `the data is more than ${MAX_DEPTH} elements deep; does it contain itself?`);
      return '';
    }
    this.#depth++;
    const scope = new Map(outer);
    const declarations: string[] = [];
    const name = this.#qualify(row.name, scope, declarations, false);
    const attributes = row.attributes
      .map((attribute) => this.#attribute(attribute, members, scope, declarations, path))
      .join('');
    const open = `<${name}${attributes}${declarations.join('')}`;
    const inner = layout?.inline ? undefined : layout && { indent: layout.indent + layout.unit, unit: layout.unit };
    const children = this.#children(row, members, scope, inner, path);
    const text = row.row.text === undefined ? '' : this.#text(row, members['text'], path);
    this.#depth--;
    if (children.length > 0) return `${open}>${children.join('')}${(inner && layout?.indent) ?? ''}</${name}>`;
    // Some servers refuse the first child of an element that was written as an empty-element tag.
    const isContainer = row.children.some((child) => child.occurs === '*' || child.occurs === '+');
    return text === '' && !isContainer ? `${open}/>` : `${open}>${text}</${name}>`;
  }

  /** Returns the data as members by name: text alone means `{ text }`, and `true` an empty element. */
  #members(row: CompiledElement, data: unknown, path: string): Readonly<Record<string, unknown>> | undefined {
    if (isRecord(data)) {
      const members = data as Readonly<Record<string, unknown>>; // an object has string members of unknown type
      const legal = legalMembers(row);
      for (const member of Object.keys(members)) {
        if (members[member] === undefined || legal.includes(member)) continue;
        this.#issue(
          path,
          'unknown-member',
          `<${row.tableName}> has no ${JSON.stringify(member)}${suggestion(member, legal)}`,
        );
      }
      return members;
    }
    if (row.row.text !== undefined && data !== undefined && data !== null) return { text: data };
    if (data === true && row.children.length === 0) return {};
    this.#issue(
      path,
      'type',
      `<${row.tableName}> is written from an object such as { ${legalMembers(row).slice(0, 2).join(', ')} }, not from ${describeValue(data)}`,
    );
    return undefined;
  }

  #attribute(
    attribute: CompiledAttribute,
    members: Readonly<Record<string, unknown>>,
    scope: Map<string, string>,
    declarations: string[],
    path: string,
  ): string {
    const value = members[attribute.member];
    if (value === undefined || value === null) {
      if (attribute.row.required)
        this.#issue(path, 'required-attribute', `the attribute "${attribute.member}" is required`);
      return '';
    }
    const text = this.#value(value, attribute.row.type, `${path}/@${attribute.tableName}`);
    return ` ${this.#qualify(attribute.name, scope, declarations, true)}="${escapeAttribute(text)}"`;
  }

  #children(
    row: CompiledElement,
    members: Readonly<Record<string, unknown>>,
    scope: Map<string, string>,
    layout: Layout | undefined,
    path: string,
  ): string[] {
    const written = row.children.map((child) =>
      this.#child(child, members[child.member], scope, layout, `${path}/${child.element.tableName}`),
    );
    for (const group of row.row.oneOf ?? []) {
      const given = row.children.filter(
        (child, index) => group.includes(child.element.tableName) && written[index]?.length,
      );
      if (given.length !== 1)
        this.#issue(
          path,
          'one-of',
          `<${row.tableName}> needs exactly one of ${group.map((name) => `<${name}>`).join(', ')}`,
        );
    }
    if (row.row.content !== undefined) this.#checkModel(row, written, path);
    return interleave(row, written);
  }

  /** Reports children that the content model does not allow together. */
  #checkModel(row: CompiledElement, written: readonly (readonly string[])[], path: string): void {
    let state: ModelState | undefined = row.model.start;
    for (const [index, child] of row.children.entries()) {
      const name = modelName(row, child, child.element.name.namespace);
      const count = written[index]?.length ?? 0;
      for (let at = 0; at < count && state; at++) state = name === undefined ? undefined : state.after(name);
    }
    if (state?.accepts) return;
    this.#issue(path, 'one-of', `<${row.tableName}> cannot contain these children; its content is ${row.row.content}`);
  }

  #child(
    child: CompiledChild,
    given: unknown,
    scope: Map<string, string>,
    layout: Layout | undefined,
    path: string,
  ): string[] {
    const many = child.occurs === '*' || child.occurs === '+';
    const list: readonly unknown[] =
      given === undefined || given === null || (given === false && isBare(child.element))
        ? []
        : Array.isArray(given)
          ? given
          : [given];
    if (!many && list.length > 1) this.#issue(path, 'cardinality', `<${child.element.tableName}> is allowed only once`);
    if (list.length === 0 && (child.occurs === '1' || child.occurs === '+'))
      this.#issue(path, 'cardinality', `<${child.element.tableName}> is required`);
    return list.map((data, index) => {
      const at = many ? `${path}[${index + 1}]` : path;
      return (layout?.indent ?? '') + this.element(child.element, data, scope, layout, at);
    });
  }

  #text(row: CompiledElement, value: unknown, path: string): string {
    if (value === undefined || value === null) {
      this.#issue(path, 'text', `<${row.tableName}> needs its text`);
      return '';
    }
    return escapeText(this.#value(value, row.row.text, path));
  }

  #value(value: unknown, type: CompiledAttribute['row']['type'], path: string): string {
    const written = writeValue(value, type);
    if ('text' in written) return written.text;
    this.#issue(path, written.rule, written.message);
    return '';
  }

  /** Returns the name with the prefix in scope for its namespace; declares one on the element if there is none. */
  #qualify(name: QName, scope: Map<string, string>, declarations: string[], isAttribute: boolean): string {
    const { namespace, local } = name;
    if (namespace === XML_NAMESPACE) return `xml:${local}`;
    if (namespace === null) {
      if (!isAttribute && scope.has('')) {
        scope.delete('');
        declarations.push(' xmlns=""');
      }
      return local;
    }
    for (const [prefix, uri] of scope) {
      if (uri === namespace && !(isAttribute && prefix === '')) return prefix === '' ? local : `${prefix}:${local}`;
    }
    const prefix = this.#freshPrefix(namespace, scope, isAttribute);
    scope.set(prefix, namespace);
    declarations.push(` xmlns${prefix === '' ? '' : `:${prefix}`}="${escapeAttribute(namespace)}"`);
    return prefix === '' ? local : `${prefix}:${local}`;
  }

  #freshPrefix(namespace: string, scope: ReadonlyMap<string, string>, isAttribute: boolean): string {
    if (!isAttribute && namespace === this.#usage.defaultNamespace) return '';
    const preferred = this.#usage.prefixes.get(namespace);
    if (preferred !== undefined && !scope.has(preferred)) return preferred;
    if (!isAttribute) return '';
    for (let n = 1; ; n++) if (!scope.has(`ns${n}`)) return `ns${n}`;
  }

  #issue(selector: string, rule: string, message: string): void {
    this.#issues.push({ selector, rule, message });
  }
}

/** Whether an element is always empty: its data is `true`, and `false` leaves it out (unlike `false` as text of type boolean). */
export const isBare = (element: CompiledElement): boolean =>
  element.row.text === undefined && element.attributes.length === 0 && element.children.length === 0;

/** Returns the children in schema order; those of a repeating sequence in turn (from, until, from, until). */
function interleave(row: CompiledElement, written: readonly (readonly string[])[]): string[] {
  if (!row.row.repeats) return written.flat();
  const rounds = Math.max(0, ...written.map((list) => list.length));
  return Array.from({ length: rounds }, (_, round) => written.flatMap((list) => list.slice(round, round + 1))).flat();
}

/** Whether data has members: a Date, a Map or a document has none, and would be written as an empty element. */
function isRecord(data: unknown): data is object {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return false;
  const prototype: unknown = Object.getPrototypeOf(data);
  const isPlain = prototype === null || (typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null);
  return isPlain || Object.keys(data).length > 0;
}

/** Returns the members that the data of an element can have. */
export const legalMembers = (row: CompiledElement): string[] => [
  ...row.attributes.map((attribute) => attribute.member),
  ...row.children.map((child) => child.member),
  ...(row.row.text === undefined ? [] : ['text']),
];

/** Returns advice for a wrong name: the legal name that was probably meant, or all of them. */
export function suggestion(given: string, legal: readonly string[]): string {
  if (legal.length === 0) return '';
  const meant = nearest(given, legal, () => Math.max(2, given.length / 2));
  return meant === undefined ? `; it has ${legal.join(', ')}` : `; did you mean ${JSON.stringify(meant)}?`;
}
