import { type NodeSelector, nodeSelector, type QName, qname, step } from './ast.ts';
import { printPath, type SelectorNames } from './print.ts';

/**
 * The prefixes of names in a selector as it is sent: `none`, or a namespace for each prefix; with the prefix `''`, names
 * of that namespace have none. Every other name is written as usual.
 */
export type SelectorPrefixes = 'none' | Readonly<Record<string, string>>;

/**
 * Prints the percent-encoded node selector with prefixes that a server insists on.
 *
 * @param names - the namespaces and prefixes of the usage
 */
export function pathWithPrefixes(selector: NodeSelector, prefixes: SelectorPrefixes, names: SelectorNames): string {
  if (prefixes === 'none') return printBare(selector, () => true, new Map());
  const chosen = new Map(Object.entries(prefixes).map(([prefix, namespace]) => [namespace, prefix] as const));
  const isBare = (namespace: string): boolean => (chosen.get(namespace) ?? own(namespace)) === '';
  const own = (namespace: string): string | undefined => (namespace === names.defaultNamespace ? '' : undefined);
  const bound = Array.from(chosen).filter(([, prefix]) => prefix !== '');
  return printBare(selector, isBare, new Map([...names.prefixes, ...bound]));
}

/** Prints a selector in which some names have no prefix, whatever their namespace. */
function printBare(
  { steps, terminal }: NodeSelector,
  isBare: (namespace: string) => boolean,
  prefixes: ReadonlyMap<string, string>,
): string {
  const bare = (name: QName): QName =>
    name.namespace !== null && isBare(name.namespace) ? qname(null, name.local) : name;
  const printed = steps.map(({ name, position, attribute }) =>
    step(name === '*' ? name : bare(name), position, attribute),
  );
  return printPath(nodeSelector(printed, terminal), { defaultNamespace: null, prefixes });
}
