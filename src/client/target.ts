import { XcapDocument } from '../documents/document.ts';
import { type AnyUsage, parseDocument } from '../documents/usage.ts';
import { SIMSERVS_AUID } from '../documents/usages/simservs/auid.ts';
import { MEDIA_TYPES } from '../http/media-types.ts';
import { describeValue } from '../selector/arguments.ts';
import type { NodeSelector } from '../selector/ast.ts';
import { scopeOf } from '../selector/builder.ts';
import type { AnySelector } from '../selector/builder-types.ts';
import type { CompiledUsage } from '../selector/compile.ts';
import { documentUri, nodeUri } from '../selector/document-uri.ts';
import { InvalidArgumentError, quoteShortened } from '../selector/errors.ts';
import { pathWithPrefixes, type SelectorPrefixes } from '../selector/prefixes.ts';
import type { ClientContext } from './context.ts';
import type { CallOptions } from './options.ts';
import type { ServerProfile } from './profiles/profile.ts';

/** The resource of a call: a whole document, or a node in it. */
export type Target = DocumentTarget | NodeTarget;

/** URL and usage of a document, as synchronization needs them. */
export interface DocumentPlace {
  readonly url: string;
  readonly contentType: string;
  /** @throws XcapParseError */
  parse(xml: string): XcapDocument;
  create(): XcapDocument;
  /** The prefixes in the URLs of its nodes that the call wants. Default: those of the profile. */
  readonly prefixes?: SelectorPrefixes | undefined;
}

/** A whole document. */
export interface DocumentTarget extends DocumentPlace {
  readonly kind: 'document';
  readonly usage: AnyUsage;
}

/** A node: an element, an attribute or namespace bindings. */
export interface NodeTarget {
  readonly kind: 'element' | 'attribute' | 'namespace-bindings';
  readonly url: string;
  /** URL of its document. */
  readonly document: string;
  readonly selector: AnySelector;
  readonly node: NodeSelector;
  readonly usage: CompiledUsage;
  readonly contentType: string;
  /** The prefixes in its URL that the call wants. */
  readonly prefixes: SelectorPrefixes | undefined;
}

/** Whether a selector is a usage. */
const isUsage = (selector: unknown): selector is AnyUsage =>
  typeof selector === 'object' &&
  selector !== null &&
  'parse' in selector &&
  typeof selector.parse === 'function' &&
  'auid' in selector;

/** Whether content is a document. */
export const isDocument = (content: unknown): content is XcapDocument =>
  typeof content === 'object' && content !== null && 'changes' in content && 'validate' in content;

/**
 * Returns the resource of a call.
 *
 * @throws InvalidArgumentError without a usage or a user
 */
export function targetOf(context: ClientContext, selector: AnySelector, options: CallOptions): Target {
  const usage = scopeOf(selector)?.usage;
  if (!usage) {
    throw new InvalidArgumentError(
      `${named(selector)} does not name its application usage, so the client cannot find its document: pass a usage, or a selector built from or parsed with one`,
    );
  }
  const document = documentUrl(context, usage, options);
  const { prefixes } = options;
  if (isUsage(selector)) {
    const { contentType } = usage.table;
    const parse = (xml: string): XcapDocument => selector.parse(xml);
    const create = (): XcapDocument => selector.create();
    return { kind: 'document', url: document, contentType, usage: selector, prefixes, parse, create };
  }
  const { node } = selector;
  const { ut } = context.profile;
  const kind = node.terminal?.kind ?? 'element';
  const contentType = ut && kind === 'element' && isServices(usage) ? ut.elementType : MEDIA_TYPES[kind];
  const url = nodeUrl(context, { url: document, prefixes }, selector);
  return { kind, url, document, selector, node, usage, contentType, prefixes };
}

/** Returns the URL of a node of a document, with the prefixes that the call wants or the server insists on. */
export function nodeUrl(
  { profile }: Pick<ClientContext, 'profile'>,
  { url, prefixes = profile.prefixes }: Pick<DocumentPlace, 'url'> & { readonly prefixes?: ServerProfile['prefixes'] },
  selector: AnySelector,
): string {
  const scope = scopeOf(selector);
  if (prefixes === undefined || prefixes === 'served' || !scope) return nodeUri(url, selector);
  return `${url}/~~${pathWithPrefixes(selector.node, prefixes, scope)}`;
}

/** Whether a usage is that of supplementary services. */
const isServices = ({ table }: CompiledUsage): boolean => table.auid === SIMSERVS_AUID;

/** A selector by its text; anything else by its type. */
const named = (selector: unknown): string =>
  scopeOf(selector as AnySelector) ? quoteShortened(String(selector)) : describeValue(selector); // a selector has a scope

/** The document that a node is in, edited with the usage of the node's selector. */
export function documentOf({ document, selector, usage, prefixes }: NodeTarget): DocumentPlace {
  const scope = scopeOf(selector);
  const { defaultNamespace } = usage;
  const parse = (xml: string): XcapDocument => {
    const { dom } = XcapDocument.stateOf(parseDocument(xml, { defaultNamespace }));
    return scope ? new XcapDocument(dom, { scope }) : parseDocument(xml, { defaultNamespace });
  };
  const root = usage.root.tableName;
  const create = () => parse(`<${root}${defaultNamespace === null ? '' : ` xmlns="${defaultNamespace}"`}></${root}>`);
  return { url: document, contentType: usage.table.contentType, parse, create, prefixes };
}

/** Returns the document of a usage. */
export function documentTarget(context: ClientContext, usage: AnySelector, options: CallOptions): DocumentTarget {
  const target = targetOf(context, usage, options);
  if (target.kind === 'document') return target;
  throw new InvalidArgumentError('this takes a usage such as resourceLists, because it works on the whole document');
}

function documentUrl(context: ClientContext, usage: CompiledUsage, options: CallOptions): string {
  const { table } = usage;
  const { ut } = context.profile;
  const tree = options.tree ?? table.tree ?? 'users';
  const user = options.user ?? (context.user === undefined ? undefined : { xui: context.user });
  if (tree === 'users' && user === undefined) {
    throw new InvalidArgumentError(
      `the ${table.auid} document needs a user: pass one to the client or the call, such as sip:alice@example.com`,
    );
  }
  return documentUri({
    root: context.root,
    usage: table.auid,
    tree,
    user,
    document: options.document ?? (ut && isServices(usage) ? ut.documentName : table.documentName) ?? 'index',
  });
}

/** The request target of a URL below the root, as it is sent. */
export const pathOf = ({ transport }: ClientContext, url: string): string => url.slice(transport.prefix.length);
