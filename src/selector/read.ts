import { type SelectorScope, scopeOf, selectorOf } from './builder.ts';
import type { AnySelector, UntypedSelector } from './builder-types.ts';
import { InvalidArgumentError } from './errors.ts';
import { type ParsedSelector, parseSelectorPath, parseSelectorText, type SelectorBindings } from './parse.ts';

/** What names in a selector mean when no application usage tells. */
export interface SelectorContext {
  /** Namespace of unprefixed element names (RFC 4825 section 5.2). Default: none. */
  readonly defaultNamespace?: string | null | undefined;
  /** Prefixes bound besides those that the selector binds itself. */
  readonly namespaces?: Readonly<Record<string, string>> | undefined;
}

/**
 * Reads a node selector in its readable form: the inverse of `String(selector)`.
 *
 * @param text - with or without leading slash; bindings may follow as `?xmlns(p=uri)`
 * @param usage - the application usage whose default document namespace applies, or that namespace itself
 * @throws SelectorSyntaxError with the position and what was expected
 * @see RFC 4825, section 6.3
 */
export const parseSelector = (text: string, usage: AnySelector | SelectorContext): UntypedSelector =>
  wrap(text, usage, parseSelectorText);

/**
 * Reads a percent-encoded node selector: the inverse of `selector.toPath()`.
 *
 * @param path - what follows `~~` in a URI, with or without leading slash, with its query
 * @param usage - the application usage whose default document namespace applies, or that namespace itself
 * @throws SelectorSyntaxError with the position in `path` and what was expected
 * @see RFC 4825, sections 6.3 and 6.4
 */
export const parsePath = (path: string, usage: AnySelector | SelectorContext): UntypedSelector =>
  wrap(path, usage, parseSelectorPath);

function wrap(
  text: string,
  usage: AnySelector | SelectorContext,
  read: (text: string, outer: SelectorBindings) => ParsedSelector,
): UntypedSelector {
  if (typeof text !== 'string')
    throw new InvalidArgumentError(`a selector is read from a string, not from ${typeof text}`);
  const { scope, namespaces } = scopeFor(usage);
  const parsed = read(text, { defaultNamespace: scope.defaultNamespace, namespaces });
  return selectorOf(parsed.node, withPrefixes(scope, parsed.namespaces)) as UntypedSelector; // a selector built from data has no static element
}

/** The scope of a usage, or one made of the given names. */
export function scopeFor(usage: AnySelector | SelectorContext): {
  readonly scope: SelectorScope;
  readonly namespaces: ReadonlyMap<string, string>;
} {
  if (typeof usage !== 'object' || usage === null) {
    throw new InvalidArgumentError('name the application usage, or { defaultNamespace, namespaces }');
  }
  if ('node' in usage) {
    const scope = scopeOf(usage);
    if (scope) return { scope, namespaces: new Map() };
    throw new InvalidArgumentError('this is no application usage of this library');
  }
  const namespaces = new Map(Object.entries(usage.namespaces ?? {}));
  return {
    scope: { usage: undefined, defaultNamespace: usage.defaultNamespace ?? null, prefixes: new Map() },
    namespaces,
  };
}

/** The text's own prefixes are used again when the selector is printed, unless the usage prefers others. */
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
