/** The application usages of a server: their media types, their schemas, and the namespaces of their selectors. */

import type { XcapDocument } from '../documents/document.ts';
import { ConflictError, XcapParseError } from '../documents/errors.ts';
import { parseDocument } from '../documents/usage.ts';
import type { ParseOptions } from '../documents/xml/parse-limits.ts';
import { describeValue } from '../selector/arguments.ts';
import type { AnySelector } from '../selector/builder-types.ts';
import { InvalidArgumentError } from '../selector/errors.ts';
import type { SelectorContext } from '../selector/read.ts';
import type { UsageTable } from '../selector/usage-table.ts';

/**
 * The members of an application usage that a server needs.
 *
 * @example
 * const server = await createXcapServer({ usages: [notes] }); // the result of `defineApplicationUsage`, which has `parse`
 */
export interface ServableUsage extends AnySelector {
  readonly auid: string;
  readonly definition: UsageTable;
  /** Parses a document. Its `validate` returns at most `limit` issues. */
  parse(xml: string, options?: ParseOptions): Pick<XcapDocument, 'validate'>;
}

/** An application usage that is served. */
export interface ServedUsage {
  readonly auid: string;
  /** The media type of whole documents; `undefined` accepts any XML (permissive mode). */
  readonly contentType: string | undefined;
  /** The namespaces of names in a node selector. */
  readonly context: AnySelector | SelectorContext;
  /** The namespaces of its schema. */
  readonly namespaces: readonly string[];
  /**
   * @throws XcapParseError when the text is not well-formed
   * @throws ConflictError `schema-validation-error` when it is a document of another usage
   */
  parse(xml: string): XcapDocument;
}

/** The properties of an AUID without application usage. */
export interface LooseUsage {
  /** The media type of its documents. Default: any XML. */
  readonly contentType?: string | undefined;
  /** The default document namespace (RFC 4825 section 5.2). Default: none. */
  readonly defaultNamespace?: string | null | undefined;
}

/** The application usages by AUID. Decides whether other AUIDs are served. */
export class Catalogue {
  readonly #known = new Map<string, ServedUsage>();
  readonly #permissive: boolean;
  readonly #limits: ParseOptions;

  /**
   * @param permissive - `true` for every other AUID, or only those named
   * @throws InvalidArgumentError for what is not an application usage
   */
  constructor(
    usages: readonly ServableUsage[],
    permissive: boolean | Readonly<Record<string, LooseUsage>>,
    limits: ParseOptions,
  ) {
    this.#limits = limits;
    this.#permissive = permissive === true;
    for (const usage of usages) {
      if (typeof usage?.auid !== 'string' || typeof usage.parse !== 'function')
        throw new InvalidArgumentError(
          `usages: an application usage such as resourceLists is needed, not ${describeValue(usage)}`,
        );
      this.#known.set(usage.auid, served(usage, limits));
    }
    for (const [auid, loose] of Object.entries(typeof permissive === 'object' ? permissive : {}))
      this.#known.set(auid, this.#loose(auid, loose));
  }

  /** Returns the usage of an AUID; `undefined` when the server does not serve it. */
  find(auid: string): ServedUsage | undefined {
    const known = this.#known.get(auid);
    if (known || !this.#permissive || !LEGAL_AUID.test(auid)) return known;
    return this.#loose(auid, {});
  }

  /** Every AUID that was named. */
  get auids(): readonly string[] {
    return [...this.#known.keys()];
  }

  /** Every namespace of a named usage. */
  get namespaces(): readonly string[] {
    return [...new Set(Array.from(this.#known.values(), (usage) => usage.namespaces).flat())];
  }

  #loose(auid: string, { contentType, defaultNamespace = null }: LooseUsage): ServedUsage {
    const context = { defaultNamespace };
    const parse = (xml: string) => parseDocument(xml, { ...context, ...this.#limits });
    return { auid, contentType, context, namespaces: defaultNamespace === null ? [] : [defaultNamespace], parse };
  }
}

/** RFC 4825 section 5.1. A leading dot is reserved for the files of a store. */
const LEGAL_AUID = /^[A-Za-z0-9\-_~!$&'()*+,;=:@][A-Za-z0-9\-_~.!$&'()*+,;=:@]*$/;

function served(usage: ServableUsage, limits: ParseOptions): ServedUsage {
  const { auid, definition } = usage;
  return {
    auid,
    contentType: definition.contentType,
    context: usage,
    namespaces: [...new Set(Object.values(definition.namespaces))],
    parse: (xml) => parseAs(usage, xml, limits),
  };
}

/** A usage refuses other root elements as a parse error; on a server they violate the schema. */
function parseAs(usage: ServableUsage, xml: string, limits: ParseOptions): XcapDocument {
  try {
    return usage.parse(xml, limits) as XcapDocument; // every usage parses to a subclass of XcapDocument
  } catch (cause) {
    if (!(cause instanceof XcapParseError)) throw cause;
    parseDocument(xml, limits);
    throw new ConflictError('schema-validation-error', `a ${usage.auid} document`, { phrase: cause.message, cause });
  }
}
