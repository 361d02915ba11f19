import { readAttValue } from '../../documents/data/att-value.ts';
import { readElement } from '../../documents/data/read-data.ts';
import { readPlain } from '../../documents/data/read-plain.ts';
import { readValue } from '../../documents/data/values.ts';
import { XcapDocument } from '../../documents/document.ts';
import { XcapParseError } from '../../documents/errors.ts';
import { type DocumentState, rowOf } from '../../documents/state.ts';
import { parseDocument } from '../../documents/usage.ts';
import { escapeAttribute } from '../../documents/xml/escape.ts';
import { parseFragment } from '../../documents/xml/parse.ts';
import { endOfName, endOfStartTag } from '../../documents/xml/scan.ts';
import { scanStartTag, valueIn } from '../../documents/xml/start-tag.ts';
import type { CompiledUsage } from '../../selector/compile.ts';
import type { NodeTarget } from '../target.ts';

/** The value of a node; an object, since an attribute may be empty. */
export interface NodeValue {
  readonly value: unknown;
}

/**
 * Reads the body of a node GET as data. A body carries no declarations from further up (RFC 4825 section 8.3), so its
 * names are known only as far as the selector tells them.
 *
 * @returns `undefined` when the body alone does not tell what its prefixes mean
 * @throws ValidationError for a value of another type than the table promises
 */
export function readNode(target: NodeTarget, body: string): NodeValue | undefined {
  switch (target.kind) {
    case 'attribute':
      return { value: readAttribute(target, readAttValue(body)) };
    case 'namespace-bindings':
      return { value: readBindings(body) };
    case 'element':
      return readElementBody(target, body);
  }
}

function readAttribute({ node, usage }: NodeTarget, text: string): unknown {
  const element = node.steps.at(-1)?.name;
  const { terminal } = node;
  if (element === undefined || element === '*' || terminal?.kind !== 'attribute') return text;
  const { namespace, local } = terminal.name;
  const known = usage
    .element(element.namespace, element.local)
    ?.attributes.find(({ name }) => name.local === local && name.namespace === namespace);
  return readValue(text, known?.row.type) ?? text;
}

/** Reads the declarations of every tag, without a parser: some servers send an element that is not well-formed. */
function readBindings(body: string): Readonly<Record<string, string>> {
  const bindings: Record<string, string> = {};
  let end = 0;
  for (let at = body.indexOf('<'); at >= 0; at = body.indexOf('<', end)) {
    end = body.startsWith('<!--', at) ? body.indexOf('-->', at) : endOfStartTag(body, at);
    if (end < 0) end = body.length;
    const tag = body.slice(at, end);
    for (const attribute of scanStartTag(tag)) {
      const { name } = attribute;
      if (name === 'xmlns' || name.startsWith('xmlns:'))
        bindings[name.slice('xmlns:'.length)] = valueIn(tag, attribute);
    }
  }
  return bindings;
}

/** Whether the body has a start tag without a prefix. */
function hasUnprefixedTag(body: string): boolean {
  for (let at = body.indexOf('<'); at >= 0; ) {
    const end = endOfName(body, at + 1);
    const name = body.slice(at + 1, end);
    if (name !== '' && !name.includes(':') && !'!?'.includes(name.charAt(0))) return true;
    at = body.indexOf('<', end);
  }
  return false;
}

/**
 * The element's own name is known from the selector, and with it what its prefix means; every other prefix must be
 * declared in the body.
 */
function readElementBody({ node, usage }: NodeTarget, body: string): NodeValue | undefined {
  const name = node.steps.at(-1)?.name;
  const tag = /^\s*<([^\s/>]+)/.exec(body)?.[1];
  if (name === undefined || name === '*' || tag === undefined) return undefined;
  const row = usage.element(name.namespace, name.local);
  const plain = row && readPlain(body, row);
  if (plain !== undefined) return { value: plain };
  const prefix = tag.includes(':') ? tag.slice(0, tag.indexOf(':')) : '';
  if (prefix !== '' && hasUnprefixedTag(body)) return undefined;
  try {
    const state = surroundings(usage, prefix, name.namespace);
    const scope = state.dom.documentElement ?? undefined;
    const element = parseFragment(body, { scope }, state.dom);
    const actual = rowOf(state, element);
    return { value: actual ? readElement(state, element, actual) : body.trim() };
  } catch (error) {
    if (error instanceof XcapParseError) return undefined;
    throw error;
  }
}

const known = new WeakMap<CompiledUsage, Map<string, DocumentState>>();

/** A document that binds the one prefix that is known. Bodies are read in its scope and never become part of it. */
function surroundings(usage: CompiledUsage, prefix: string, namespace: string | null): DocumentState {
  const states = known.get(usage) ?? new Map<string, DocumentState>();
  known.set(usage, states);
  const key = `${prefix} ${namespace ?? ''}`;
  const found = states.get(key);
  if (found) return found;
  const declaration = namespace === null ? '' : ` xmlns${prefix && `:${prefix}`}="${escapeAttribute(namespace)}"`;
  const state = { ...XcapDocument.stateOf(parseDocument(`<xcap-node${declaration}/>`)), usage };
  // Servers choose their prefixes: a hostile one must not fill the memory with them.
  if (states.size < MOST_KNOWN) states.set(key, state);
  return state;
}

const MOST_KNOWN = 16;
