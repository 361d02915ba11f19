/** The TypeScript that does the same as what was clicked together. */

import type { AnySelector, SelectorStep, UntypedSelector } from 'xcap/selector';
import { make, page } from './page.ts';

/** The last edit that was shown. */
export interface ShownEdit {
  readonly method: 'PUT' | 'DELETE';
  /** The new content: plain data or text. */
  readonly content: unknown;
}

/** What the code is made from. */
export interface Shown {
  /** The usage, and the name by which the package exports it. */
  readonly usage: AnySelector;
  readonly name: string;
  readonly selector: UntypedSelector;
  readonly edit?: ShownEdit | undefined;
}

/** Shows the code for a selector and, if there is one, for an edit. */
export function showCode(shown: Shown | undefined): void {
  page.code.textContent = shown ? codeFor(shown) : '';
  page.copy.disabled = !shown;
  page.copied.replaceChildren();
}

/** Copies the code, and says so until it changes. */
export async function copyCode(): Promise<void> {
  await navigator.clipboard.writeText(page.code.textContent ?? '');
  page.copied.replaceChildren(make('span', '', 'copied'));
}

function codeFor({ usage, name, selector, edit }: Shown): string {
  const built = builtBy(name, usage, selector);
  const at = built ?? `parseSelector(${text(String(selector))}, ${name})`;
  const imports = [...(built === undefined ? ['parseSelector'] : []), name, 'XcapClient'];
  const root = page.root.value.trim() || 'https://xcap.example.com/xcap-root';
  const user = page.user.value.trim() || 'sip:alice@example.com';
  return [
    `import { ${imports.join(', ')} } from 'xcap';`,
    '',
    `const client = new XcapClient({ root: ${text(root)}, user: ${text(user)}, password });`,
    `const selector = ${at};`,
    '',
    ...operation(edit),
    ...policy(name),
    'await client.close();',
  ].join('\n');
}

function operation(edit: ShownEdit | undefined): string[] {
  if (edit?.method === 'DELETE') return ['await client.delete(selector);'];
  if (edit) return [`await client.put(selector, ${literal(edit.content)});`];
  return ['const { value, etag } = await client.get(selector);'];
}

/** The decision on a watcher, for usages with presence rules. */
function policy(name: string): string[] {
  const request = { watcher: page.watcher.value, sphere: page.sphere.value, at: page.at.value };
  const given = Object.entries(request).flatMap(([key, value]) =>
    value.trim() ? [`${key}: ${text(value.trim())}`] : [],
  );
  if (page.policy.hidden || given.length === 0) return [];
  return [
    '',
    `const rules = (await client.get(${name})).value;`,
    `const { subHandling } = rules.decide({ ${given.join(', ')} });`,
  ];
}

/**
 * Returns the calls of the builder that make a selector, such as `resourceLists.list('friends').entry(1)`; `undefined` if
 * the usage has no steps for it.
 */
function builtBy(name: string, usage: AnySelector, { node }: UntypedSelector): string | undefined {
  const [root, ...steps] = node.steps;
  if (JSON.stringify(root) !== JSON.stringify(usage.node.steps[0])) return undefined;
  let [at, code]: [AnySelector, string] = [usage, name];
  for (const step of steps) {
    const method = step.name === '*' ? 'any' : camelCase(step.name.local);
    const found = candidates(step).find((parameters) => isStep(called(at, method, parameters), step));
    const next = found && called(at, method, found);
    if (!found || !next) return undefined;
    at = next;
    code += `.${method}(${found.map(literal).join(', ')})`;
  }
  if (!node.terminal) return code;
  if (node.terminal.kind === 'namespace-bindings') return `${code}.namespaceBindings()`;
  return node.terminal.name.namespace === null ? `${code}.attr(${text(node.terminal.name.local)})` : undefined;
}

/** The parameters that a step may have been built with, the shortest first. */
function candidates({ position, attribute }: SelectorStep): readonly (readonly unknown[])[] {
  const test = attribute && { [camelCase(attribute.name.local)]: attribute.value };
  if (!attribute) return [position === undefined ? [] : [position]];
  return position === undefined ? [[attribute.value], [test]] : [[{ at: position, ...test }]];
}

/** Calls a step function; `undefined` if there is none, or if it refuses the parameters. */
function called(on: AnySelector, method: string, parameters: readonly unknown[]): AnySelector | undefined {
  const step: unknown = Reflect.get(on, method);
  if (typeof step !== 'function') return undefined;
  try {
    return step.apply(on, parameters) as AnySelector; // every step function returns a selector
  } catch {
    return undefined; // the next candidate is tried
  }
}

const isStep = (built: AnySelector | undefined, step: SelectorStep): boolean =>
  JSON.stringify(built?.node.steps.at(-1)) === JSON.stringify(step);

const camelCase = (name: string): string => name.replace(/-(.?)/g, (_, letter: string) => letter.toUpperCase());

/** A string literal in single quotes. */
const text = (value: string): string =>
  `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

/** A literal of plain data, as people write it. */
function literal(value: unknown): string {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).map(
    ([key, member]) => `${/^[\w$]+$/.test(key) ? key : text(key)}: ${literal(member)}`,
  );
  return members.length > 0 ? `{ ${members.join(', ')} }` : '{}';
}
