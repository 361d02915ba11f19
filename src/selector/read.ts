import { type NodeSelector, nodeSelector, qname, type SelectorStep } from './ast.ts';
import { type SelectorScope, scopeOf, selectorFromNode } from './builder.ts';
import type { AnySelector, UntypedSelector } from './builder-types.ts';
import type { CompiledUsage } from './compile.ts';
import { InvalidArgumentError } from './errors.ts';
import { type ParsedSelector, parseSelectorPath, parseSelectorText, type SelectorBindings } from './parse.ts';

/** The namespaces of a selector or document without an application usage. */
export interface SelectorContext {
  /** Namespace of unprefixed element names (RFC 4825 section 5.2). Default: none. */
  readonly defaultNamespace?: string | null | undefined;
  /** Namespace names by prefix, for names that the selector does not bind itself. */
  readonly namespaces?: Readonly<Record<string, string>> | undefined;
}

/**
 * Parses a node selector in its readable form: the inverse of `String(selector)`.
 *
 * @param text - with or without leading slash; bindings may follow as `?xmlns(p=uri)`
 * @param usage - the application usage, or the namespaces of a selector without one
 * @throws SelectorSyntaxError with the position and the expected input
 * @see RFC 4825, section 6.3
 *
 * @example
 * parseSelector('/resource-lists/list[@name="friends"]', resourceLists);
 */
export const parseSelector = (text: string, usage: AnySelector | SelectorContext): UntypedSelector =>
  wrap(text, usage, parseSelectorText);

/**
 * Parses a percent-encoded node selector: the inverse of `selector.toPath()`.
 *
 * @param path - the part of a URI after `~~`, including its query, with or without leading slash
 * @param usage - the application usage, or the namespaces of a selector without one
 * @throws SelectorSyntaxError with the position in `path` and the expected input
 * @see RFC 4825, sections 6.3 and 6.4
 *
 * @example
 * parsePath('/resource-lists/list%5B@name=%22friends%22%5D', resourceLists);
 */
export const parsePath = (path: string, usage: AnySelector | SelectorContext): UntypedSelector =>
  wrap(path, usage, parseSelectorPath);

function wrap(
  text: string,
  usage: AnySelector | SelectorContext,
  read: (text: string, outer: SelectorBindings) => ParsedSelector,
): UntypedSelector {
  if (typeof text !== 'string')
    throw new InvalidArgumentError(`a selector is parsed from a string, not from ${typeof text}`);
  const { scope, namespaces } = scopeFor(usage);
  const parsed = read(text, { defaultNamespace: scope.defaultNamespace, namespaces });
  const node = withNamespaces(parsed.node, scope.usage);
  return selectorFromNode(node, withPrefixes(scope, parsed.namespaces)) as UntypedSelector; // a selector built from data has no static element
}

/** Finds the namespaces of unprefixed names by the table, for a usage with `unprefixedNamespaces`. */
function withNamespaces(node: NodeSelector, usage: CompiledUsage | undefined): NodeSelector {
  const namespaces = usage?.table.unprefixedNamespaces ?? [];
  if (namespaces.length === 0) return node;
  const steps = node.steps.map((step): SelectorStep => {
    if (step.name === '*' || step.name.namespace !== null) return step;
    const { local } = step.name;
    const namespace = namespaces.find((candidate) => usage?.element(candidate, local));
    return namespace === undefined ? step : { ...step, name: qname(namespace, local) };
  });
  return nodeSelector(steps, node.terminal);
}

/** Returns the scope of a usage, or one with the given namespaces. */
export function scopeFor(usage: AnySelector | SelectorContext): {
  readonly scope: SelectorScope;
  readonly namespaces: ReadonlyMap<string, string>;
} {
  if (typeof usage !== 'object' || usage === null) {
    throw new InvalidArgumentError('give the application usage, or { defaultNamespace, namespaces }');
  }
  if ('node' in usage) {
    const scope = scopeOf(usage);
    if (scope) return { scope, namespaces: new Map() };
    throw new InvalidArgumentError('the usage must come from defineApplicationUsage or defineSelectors');
  }
  const namespaces = new Map(Object.entries(usage.namespaces ?? {}));
  return {
    scope: { usage: undefined, defaultNamespace: usage.defaultNamespace ?? null, prefixes: new Map() },
    namespaces,
  };
}

/** Adds the prefixes of the parsed text, so that the selector is printed with them unless the usage prefers others. */
function withPrefixes(scope: SelectorScope, namespaces: ReadonlyMap<string, string>): SelectorScope {
  if (namespaces.size === 0) return scope;
  const prefixes = new Map(scope.prefixes);
  const taken = new Set(prefixes.values());
  for (const [prefix, namespace] of namespaces) {
    if (prefixes.has(namespace) || taken.has(prefix)) continue;
    prefixes.set(namespace, prefix);
    taken.add(prefix);
  }
  return { ...scope, prefixes };
}
