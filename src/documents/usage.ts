import type { Document } from '@xmldom/xmldom';
import { refuseUnknownOptions } from '../selector/arguments.ts';
import { buildRoot, type SelectorScope, scopeOf } from '../selector/builder.ts';
import type { CheckTable, Selector } from '../selector/builder-types.ts';
import { type CompiledUsage, compileUsage } from '../selector/compile.ts';
import { InvalidArgumentError, shortened } from '../selector/errors.ts';
import { type SelectorContext, scopeFor } from '../selector/read.ts';
import type { UsageTable } from '../selector/usage-table.ts';
import { hasName } from './address/names.ts';
import { type DocumentSetup, XcapDocument } from './document.ts';
import { XcapParseError } from './errors.ts';
import type { UsageConstraints } from './validate/constraint.ts';
import { addSchema } from './validate/known-schemas.ts';
import { escapeAttribute } from './xml/escape.ts';
import { parseXml } from './xml/parse.ts';
import { PARSE_OPTIONS, type ParseOptions } from './xml/parse-limits.ts';
import { placeOfRoot } from './xml/place.ts';

/** The members of a usage besides those of the selector of its root element. */
interface UsageMembers<U extends UsageTable, D extends XcapDocument<U>> {
  /** Application Unique ID (RFC 4825 section 5.1). */
  readonly auid: U['auid'];
  /** The table that defines the usage. */
  readonly definition: U;
  /**
   * Reads a document, valid or not, if it is well-formed XML with the root element of this usage.
   *
   * @example
   * const lists = resourceLists.parse(xml);
   *
   * @throws XcapParseError with line, column and kind
   */
  parse(xml: string, options?: ParseOptions): D;
  /** Returns a new document that contains only the root element. */
  create(): D;
}

/**
 * An application usage (RFC 4825 section 5): the selector of its root element, which also reads and creates its
 * documents. As an argument of a client it addresses the whole document.
 */
export type ApplicationUsage<U extends UsageTable, D extends XcapDocument<U> = XcapDocument<U>> = Selector<
  U,
  U['root']
> &
  UsageMembers<U, D>;

/** Any application usage. */
export type AnyUsage = ApplicationUsage<UsageTable, XcapDocument<UsageTable>>;

/**
 * Options of `defineApplicationUsage`.
 *
 * @example
 * const constraints: UsageConstraints = { note: (element, report) => void (element.textContent || report('not-empty', 'is empty')) };
 * const checked = defineApplicationUsage(notes.definition, { constraints });
 */
export interface UsageOptions<D> {
  /** Rules that the table cannot express, by element. Default: none. */
  readonly constraints?: UsageConstraints;
  /** The class of its documents, if they have additional verbs. Default: `XcapDocument`. */
  readonly document?: new (
    dom: Document,
    setup: DocumentSetup,
  ) => D;
}

/**
 * Defines an application usage by its table, from which selectors, plain data, validation and documents are derived.
 *
 * @example
 * const notes = defineApplicationUsage({
 *   auid: 'org.example.notes', contentType: 'application/xml',
 *   namespaces: { '': 'urn:example:notes' }, root: 'notes',
 *   elements: {
 *     notes: { children: { note: '*' } },
 *     note: { key: 'id', attributes: { id: { required: true } }, text: 'string' },
 *   },
 * });
 * notes.note('n1').attr('id');
 *
 * @throws UsageDefinitionError for an inconsistent table, or a name that collides with a member of selectors
 */
export function defineApplicationUsage<const U extends UsageTable, D extends XcapDocument<U> = XcapDocument<U>>(
  table: U & CheckTable<U>,
  options: UsageOptions<D> = {},
): ApplicationUsage<U, D> {
  refuseUnknownOptions(options, USAGE_OPTIONS, 'defineApplicationUsage');
  const usage = compileUsage(table);
  const root = buildRoot(usage);
  const scope = scopeOf(root);
  if (!scope) throw new InvalidArgumentError('a usage is built with its scope');
  const read = (xml: string, limits?: ParseOptions): XcapDocument<U> => {
    refuseUnknownOptions(limits, PARSE_OPTIONS, 'parse');
    const { document } = parseXml(checkedText(xml), limits);
    checkRoot(document, usage, xml);
    return new (options.document ?? XcapDocument<U>)(document, { scope, constraints: options.constraints, limits });
  };
  const members: UsageMembers<U, XcapDocument<U>> = {
    auid: table.auid,
    definition: table,
    parse: read,
    create: () => read(emptyDocument(usage)),
  };
  // The steps are made from the table at run time, and documents are of the given class.
  const made = Object.freeze(Object.assign(root, members)) as unknown as ApplicationUsage<U, D>;
  usages.set(usage, made);
  addSchema(usage);
  return made;
}

/** The usage objects by their compiled tables, for documents that are given without their usage. */
const usages = new WeakMap<CompiledUsage, object>();

/** Returns the usage whose `parse` or `create` made a document; `undefined` for a document of `parseDocument`. */
export function usageOf(document: XcapDocument): AnyUsage | undefined {
  const { usage } = XcapDocument.stateOf(document);
  return usage && (usages.get(usage) as AnyUsage | undefined); // only usage objects are in the map
}

/**
 * Reads a document of an unknown application usage: it has the same verbs, untyped.
 *
 * @example
 * parseDocument('<a><b/></a>').get(parseSelector('a/b', {})); // '<b/>'
 *
 * @param options - `defaultNamespace` of unprefixed names in selectors, `namespaces` by prefix, and limits
 * @throws XcapParseError with line, column and kind
 */
export function parseDocument(xml: string, options: SelectorContext & ParseOptions = {}): XcapDocument {
  refuseUnknownOptions(options, { ...PARSE_OPTIONS, defaultNamespace: true, namespaces: true }, 'parseDocument');
  const { scope, namespaces } = scopeFor(options);
  const prefixes = new Map(Array.from(namespaces, ([prefix, uri]) => [uri, prefix] as const));
  const { document } = parseXml(checkedText(xml), options);
  return new XcapDocument(document, { scope: { ...scope, prefixes } satisfies SelectorScope, limits: options });
}

const USAGE_OPTIONS: Readonly<Record<keyof UsageOptions<never>, true>> = { constraints: true, document: true };

function checkedText(xml: unknown): string {
  if (typeof xml === 'string') return xml;
  throw new InvalidArgumentError(
    `a document is read from a string, not from ${typeof xml}; decode bytes as UTF-8 first`,
  );
}

function checkRoot(document: Document, usage: CompiledUsage, source: string): void {
  const root = document.documentElement;
  if (root && hasName(root, usage.root.name)) return;
  const { line, column } = placeOfRoot(document, source);
  const found = root
    ? `<${shortened(root.tagName, 60)}> in ${shortened(root.namespaceURI || 'no namespace', 100)}`
    : 'no element';
  const expected = `<${usage.root.tableName}> in ${usage.root.name.namespace ?? 'no namespace'}`;
  throw new XcapParseError(
    `a ${usage.table.auid} document starts with ${expected}, but this one with ${found}`,
    line,
    column,
    { kind: 'wrong-usage' },
  );
}

/** Returns the root element with every namespace of the table declared; some servers cannot handle `<a/>`, hence the end tag. */
function emptyDocument(usage: CompiledUsage): string {
  const { namespaces, root } = usage.table;
  const declarations = Object.entries(namespaces)
    .filter(([prefix, uri]) => prefix !== 'xml' && (prefix === '' || uri !== namespaces['']))
    .map(([prefix, uri]) => ` xmlns${prefix === '' ? '' : `:${prefix}`}="${escapeAttribute(uri)}"`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${declarations.join('')}></${root}>\n`;
}
