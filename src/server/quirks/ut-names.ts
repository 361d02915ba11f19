/** Names without prefixes, as some Ut servers want them: the namespace of an element follows from its parent. */

import type { Element } from '@xmldom/xmldom';
import { walk } from '../../documents/address/evaluate.ts';
import { XcapDocument } from '../../documents/document.ts';
import { ConflictError, NotFoundError, XcapParseError } from '../../documents/errors.ts';
import { parseDocument } from '../../documents/usage.ts';
import { escapeAttribute, escapeText } from '../../documents/xml/escape.ts';
import { isElement } from '../../documents/xml/spans.ts';
import { declaredPrefix, namespacesInScope } from '../../documents/xml/walk.ts';
import { nodeSelector, type SelectorStep, step } from '../../selector/ast.ts';
import { scopeOf, selectorFromNode } from '../../selector/builder.ts';
import type { UntypedSelector } from '../../selector/builder-types.ts';
import type { CompiledElement, CompiledUsage } from '../../selector/compile.ts';
import type { Call } from '../methods/call.ts';

/**
 * Returns a call in which the names of the selector and the body have the namespaces of the usage.
 *
 * @throws NotFoundError for a selector with a prefix, {@link ConflictError} for a body with one
 */
export async function withNamespaces(call: Call): Promise<Call> {
  const { selector, route, request, documentUrl } = call;
  const scope = selector && scopeOf(selector);
  if (!selector || !scope?.usage || route.node === undefined) return call;
  if (hasPrefix(route.node)) throw new NotFoundError(documentUrl, 'selectors have no prefixes here');
  const { steps, terminal } = selector.node;
  const { named, row } = rowsOf(scope.usage, steps);
  const meant = selectorFromNode(nodeSelector(named, terminal), scope) as UntypedSelector; // built from data
  if (request.method !== 'PUT' || terminal || !row) return { ...call, selector: meant };
  const text = request.body.toString('utf8');
  if (/<[^\s/<>:]*:/.test(text))
    throw new ConflictError('constraint-failure', documentUrl, { phrase: 'elements have no prefixes here' });
  const element = parsed(text, call.limits.depth);
  const body = element ? Buffer.from(written(element, row, await scopeAt(call, named)), 'utf8') : request.body;
  return { ...call, selector: meant, request: { ...request, body } };
}

/** The steps with the names of the usage, and the row of the last one. */
function rowsOf(usage: CompiledUsage, steps: readonly SelectorStep[]) {
  let row: CompiledElement | undefined;
  const named = steps.map((one, index): SelectorStep => {
    const { name, position, attribute } = one;
    if (name === '*') row = undefined;
    else row = index === 0 ? usage.root : childNamed(row, name.local);
    return row ? step(row.name, position, attribute) : one;
  });
  return { named, row };
}

const childNamed = (row: CompiledElement | undefined, local: string): CompiledElement | undefined =>
  row?.children.map(({ element }) => element).find(({ name }) => name.local === local);

/** Whether a name in an encoded selector has a prefix. Attribute values may hold colons. */
const hasPrefix = (node: string): boolean =>
  decodeURIComponent(node.split('?', 1)[0] ?? '')
    .split(/"[^"]*"|'[^']*'/)
    .some((part) => part.includes(':'));

/** `undefined` for a body that is not well-formed, which PUT refuses. */
function parsed(text: string, maxDepth: number): Element | undefined {
  try {
    return XcapDocument.stateOf(parseDocument(text, { maxDepth })).dom.documentElement ?? undefined;
  } catch (error) {
    if (error instanceof XcapParseError) return undefined;
    throw error;
  }
}

/** The prefixes of the namespaces in scope at the parent of what is put. */
async function scopeAt({ repository, route, usage }: Call, steps: readonly SelectorStep[]) {
  const stored = await repository.store.load(route.path);
  const dom = stored && XcapDocument.stateOf(repository.parsed(route.path, stored, usage)).dom;
  const found = dom && walk(dom, steps.slice(0, -1));
  const bindings = found?.kind === 'element' ? namespacesInScope(found.element) : [];
  return new Map(Array.from(bindings, ([prefix, namespace]) => [namespace, prefix] as const));
}

/** Prints an element with the names of the usage. What the usage does not define keeps the namespace of its parent. */
function written(element: Element, row: CompiledElement, scope: ReadonlyMap<string, string>): string {
  const namespace = row.name.namespace ?? '';
  const prefix = scope.get(namespace);
  const inner = prefix === undefined ? new Map([...scope, [namespace, `ns${scope.size}`]]) : scope;
  const known = inner.get(namespace) ?? '';
  const name = known === '' ? element.localName : `${known}:${element.localName}`;
  const declaration = prefix === undefined ? ` xmlns:${known}="${escapeAttribute(namespace)}"` : '';
  const attributes = Array.from(element.attributes)
    .filter((attribute) => declaredPrefix(attribute) === undefined)
    .map((attribute) => ` ${attribute.name}="${escapeAttribute(attribute.value)}"`);
  const content = Array.from(element.childNodes).map((node) => {
    if (!isElement(node)) return escapeText(node.nodeValue ?? '');
    return written(node, childNamed(row, node.localName ?? '') ?? row, inner);
  });
  return `<${name}${declaration}${attributes.join('')}>${content.join('')}</${name}>`;
}
