import { describeValue } from './arguments.ts';
import { type QName, qname } from './ast.ts';
import { type ContentModel, compileModel, LOCAL, OTHER } from './content-model.ts';
import { UsageDefinitionError } from './errors.ts';
import { isNCName, memberName, splitName, XML_NAMESPACE } from './names.ts';
import { contentOf } from './row-content.ts';
import type { AttributeRow, ElementRow, Occurs, UsageTable } from './usage-table.ts';

/** An attribute of a table with its name expanded. */
export interface CompiledAttribute {
  /** Its name as written in the table. */
  readonly tableName: string;
  /** Its name in TypeScript. */
  readonly member: string;
  readonly name: QName;
  readonly row: AttributeRow;
}

/** A child in a table with its element resolved. */
export interface CompiledChild {
  readonly member: string;
  readonly element: CompiledElement;
  readonly occurs: Occurs;
  /** Position in the order of the schema. Children of one `anyOrder` group share a rank. */
  readonly rank: number;
}

/** An element of a table with all names expanded. */
export interface CompiledElement {
  readonly tableName: string;
  readonly member: string;
  readonly name: QName;
  readonly row: ElementRow;
  readonly attributes: readonly CompiledAttribute[];
  readonly children: readonly CompiledChild[];
  readonly key: CompiledAttribute | undefined;
  /** The namespace that wildcards of its type exclude. */
  readonly schemaNamespace: string | null;
  /** The name of its type, for `xsi:type`; `undefined` if the type has none. */
  readonly schemaType: QName | undefined;
  /** The order and number of its children. */
  readonly model: ContentModel;
}

/**
 * Returns the name of a child in the content model of its parent; `undefined` if the model does not allow such a child.
 *
 * @param child - the row of the child in the table of its parent
 */
export function modelName(
  parent: CompiledElement,
  child: CompiledChild | undefined,
  namespace: string | null,
): string | undefined {
  const { names } = parent.model;
  if (child && names.has(child.element.tableName)) return child.element.tableName;
  const wildcard = namespace === null ? LOCAL : OTHER;
  return names.has(wildcard) && namespace !== parent.schemaNamespace ? wildcard : undefined;
}

/** A table with all names expanded, as the builder and the documents use it. */
export interface CompiledUsage {
  readonly table: UsageTable;
  /** The default document namespace; `null` when the usage has none (RFC 4825 section 5.2). */
  readonly defaultNamespace: string | null;
  /** The prefix to print for each namespace. */
  readonly prefixes: ReadonlyMap<string, string>;
  readonly root: CompiledElement;
  readonly elements: ReadonlyMap<string, CompiledElement>;
  /** Returns the row of an element by its expanded name. */
  element(namespace: string | null, local: string): CompiledElement | undefined;
  /** The elements that its schema declares globally. */
  readonly globals: readonly CompiledElement[];
  /** The attributes that its schema declares globally. */
  readonly globalAttributes: readonly CompiledAttribute[];
}

/** Members of a usage besides those of its root's selector. No child of the root may have one of these names. */
const USAGE_MEMBERS = ['auid', 'definition', 'parse', 'create'] as const;

/** Members of selectors. No element of a table may have one of these names. */
const RESERVED_MEMBERS = [
  ...['node', 'toString', 'toPath', 'attr', 'any', 'child', 'namespaceBindings'],
  ...[
    'constructor',
    'valueOf',
    'toLocaleString',
    'hasOwnProperty',
    'isPrototypeOf',
    'propertyIsEnumerable',
    '__proto__',
    'then',
  ],
] as const;

/** A member of every selector, which no element of a table may be called. */
export type ReservedMember = (typeof RESERVED_MEMBERS)[number];

/** A member of every usage, which no child of the root may be called. */
export type ReservedUsageMember = (typeof USAGE_MEMBERS)[number];

const reserved: ReadonlySet<string> = new Set(RESERVED_MEMBERS);
const reservedInRoot: ReadonlySet<string> = new Set(USAGE_MEMBERS);

/**
 * Expands the names of a table.
 *
 * @throws UsageDefinitionError when the table is inconsistent; the message names the element or attribute
 */
export function compileUsage(table: UsageTable): CompiledUsage {
  const fail = (problem: string): never => {
    throw new UsageDefinitionError(`application usage ${describeValue(table?.auid)}: ${problem}`);
  };
  if (!isObject(table)) fail('its table must be an object');
  if (typeof table.auid !== 'string' || !/^[^\s/?#]+$/.test(table.auid))
    fail('auid must be one non-empty URI path segment');
  if (typeof table.contentType !== 'string' || !table.contentType.includes('/'))
    fail('contentType must be a MIME type');
  if (!isObject(table.namespaces) || !isObject(table.elements)) fail('namespaces and elements must be objects');
  for (const name of ['globals', 'unprefixedNamespaces'] as const) {
    const names: unknown = table[name] ?? [];
    if (!Array.isArray(names) || names.some((one) => typeof one !== 'string'))
      fail(`${name} must be an array of strings`);
  }
  const expand = expander(table, fail);
  const elements = new Map<string, MutableElement>();
  const byName = new Map<string, CompiledElement[]>();
  for (const [tableName, row] of Object.entries(table.elements)) {
    if (!isObject(row)) fail(`the row of <${tableName}> must be an object`);
    const element = compileElement(tableName, row, expand, fail);
    elements.set(tableName, element);
    const sameLocalName = byName.get(element.name.local) ?? [];
    const duplicate = sameLocalName.find((other) => other.name.namespace === element.name.namespace);
    if (duplicate) fail(`<${tableName}> and <${duplicate.tableName}> are the same element`);
    byName.set(element.name.local, [...sameLocalName, element]);
  }
  for (const element of elements.values()) linkChildren(element, elements, table.root, fail);
  const root = elements.get(table.root) ?? fail(`the root <${table.root}> has no row in elements`);
  const globals = (table.globals ?? [table.root]).map(
    (name) => elements.get(name) ?? fail(`globals lists <${name}>, which has no row in elements`),
  );
  return {
    table,
    defaultNamespace: table.namespaces[''] ?? null,
    prefixes: preferredPrefixes(table),
    root,
    elements,
    element: (namespace, local) => byName.get(local)?.find((element) => element.name.namespace === namespace),
    globals,
    globalAttributes: compileAttributes(table.globalAttributes, expand),
  };
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Returns the first prefix of each namespace. */
function preferredPrefixes(table: UsageTable): ReadonlyMap<string, string> {
  const prefixes = new Map<string, string>();
  for (const [prefix, uri] of Object.entries(table.namespaces)) {
    if (prefix !== '' && !prefixes.has(uri)) prefixes.set(uri, prefix);
  }
  return prefixes;
}

type Fail = (problem: string) => never;
type Expand = (name: string, kind: 'element' | 'attribute') => QName;
type MutableElement = { -readonly [K in keyof CompiledElement]: CompiledElement[K] };

function expander(table: UsageTable, fail: Fail): Expand {
  for (const [prefix, uri] of Object.entries(table.namespaces)) {
    if (prefix !== '' && !isNCName(prefix)) fail(`the prefix "${prefix}" is not an XML name`);
    if (typeof uri !== 'string' || uri === '') fail(`the prefix "${prefix}" is not bound to a namespace name`);
    if (prefix === 'xmlns' || (prefix === 'xml') !== (uri === XML_NAMESPACE))
      fail(`the prefix "${prefix}" cannot be bound to ${uri}`);
  }
  return (name, kind) => {
    const { prefix, local } = splitName(name);
    if (!isNCName(local) || (prefix === '' && name.includes(':'))) fail(`"${name}" is not an XML name`);
    if (prefix === 'xml') return qname(XML_NAMESPACE, local);
    if (prefix === '') return qname(kind === 'element' ? (table.namespaces[''] ?? null) : null, local);
    return qname(table.namespaces[prefix] ?? fail(`the prefix of "${name}" is not bound in namespaces`), local);
  };
}

function compileElement(tableName: string, row: ElementRow, expand: Expand, fail: Fail): MutableElement {
  const attributes = compileAttributes(row.attributes, expand);
  const key = attributes.find((attribute) => attribute.tableName === row.key);
  if (row.key !== undefined && !key)
    fail(`<${tableName}> has the key "${row.key}", which is not one of its attributes`);
  if (row.unique && !key) fail(`<${tableName}> has "unique", but no key`);
  const name = expand(tableName, 'element');
  const content: unknown = row.content;
  if (content !== undefined && typeof content !== 'string') fail(`<${tableName}>: content must be a string`);
  const failHere: Fail = (problem) => fail(`<${tableName}>: ${problem}`);
  const compileContent = () => compileModel(contentOf(row), failHere);
  // Models of rows without `content` cannot fail, and most are never used.
  let model = row.content === undefined ? undefined : compileContent();
  return {
    tableName,
    member: memberName(tableName),
    name,
    row,
    attributes,
    children: [],
    key,
    schemaNamespace: row.definedIn === undefined ? name.namespace : expand(`${row.definedIn}:x`, 'element').namespace,
    schemaType: row.schemaType === undefined ? undefined : expand(row.schemaType, 'element'),
    get model() {
      model ??= compileContent();
      return model;
    },
  };
}

const compileAttributes = (rows: ElementRow['attributes'], expand: Expand): CompiledAttribute[] =>
  Object.entries(rows ?? {}).map(([name, row]) => {
    return { tableName: name, member: memberName(name), name: expand(name, 'attribute'), row };
  });

function linkChildren(
  element: MutableElement,
  elements: ReadonlyMap<string, CompiledElement>,
  root: string,
  fail: Fail,
): void {
  const taken = new Map<string, string>();
  const take = (member: string, what: string) => {
    const other = taken.get(member);
    if (other) fail(`<${element.tableName}>: ${what} and ${other} would both be called "${member}"`);
    taken.set(member, what);
  };
  for (const attribute of element.attributes) take(attribute.member, `its attribute ${attribute.tableName}`);
  if (element.attributes.some((attribute) => attribute.member === 'at')) {
    fail(`<${element.tableName}>: an attribute named "at" would collide with the position in a step`);
  }
  if (element.row.text !== undefined) take('text', 'its text');
  const names = Object.keys(element.row.children ?? {});
  const ranks = new Map(names.map((name, index) => [name, index]));
  for (const group of element.row.anyOrder ?? []) {
    const first = Math.min(
      ...group.map(
        (name) => ranks.get(name) ?? fail(`<${element.tableName}>: anyOrder lists <${name}>, which is not a child`),
      ),
    );
    for (const name of group) ranks.set(name, first);
  }
  for (const name of (element.row.oneOf ?? []).flat()) {
    if (!ranks.has(name)) fail(`<${element.tableName}>: oneOf lists <${name}>, which is not a child`);
  }
  for (const name of element.row.content === undefined ? [] : element.model.names) {
    if (!ranks.has(name) && name !== OTHER && name !== LOCAL)
      fail(`<${element.tableName}>: content lists <${name}>, which is not a child`);
  }
  element.children = names.map((name): CompiledChild => {
    const child = elements.get(name) ?? fail(`<${element.tableName}> lists <${name}>, which has no row in elements`);
    if (reserved.has(child.member) || (element.tableName === root && reservedInRoot.has(child.member)))
      fail(`<${name}> would be called "${child.member}", which is a member of every selector or usage`);
    take(child.member, `its child <${name}>`);
    return {
      member: child.member,
      element: child,
      occurs: element.row.children?.[name] ?? '*',
      rank: ranks.get(name) ?? 0,
    };
  });
}
