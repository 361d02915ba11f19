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

/** Value of a node, in an object so that an empty value is not taken for a missing one. */
export interface NodeValue {
  readonly value: unknown;
}

/**
 * Reads the body of a GET of a node as data. Returns `undefined` if the body alone does not define its prefixes: it has no
 * declarations of the node's ancestors (RFC 4825 section 8.3), and the selector gives only the name of the node.
 *
 * @throws ValidationError for a value that is not of the type in the usage
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

/** Reads the declarations of every tag without a parser, since some servers send an element that is not well-formed. */
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

/** Returns whether the body has a start tag without a prefix. */
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
 * Reads an element. The selector defines its name, and with it the namespace of its prefix; the body has to declare every
 * other prefix.
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
    return { value: (actual && readElement(element, actual)) ?? body.trim() };
  } catch (error) {
    if (error instanceof XcapParseError) return undefined;
    throw error;
  }
}

const known = new WeakMap<CompiledUsage, Map<string, DocumentState>>();

/** Returns a document that binds the known prefix. Bodies are parsed in its scope, and do not become part of it. */
function surroundings(usage: CompiledUsage, prefix: string, namespace: string | null): DocumentState {
  const states = known.get(usage) ?? new Map<string, DocumentState>();
  known.set(usage, states);
  const key = `${prefix} ${namespace ?? ''}`;
  const found = states.get(key);
  if (found) return found;
  const declaration = namespace === null ? '' : ` xmlns${prefix && `:${prefix}`}="${escapeAttribute(namespace)}"`;
  const state = XcapDocument.stateOf(parseDocument(`<xcap-node${declaration}/>`)).with(usage);
  // The server chooses the prefix: the number of documents that it can make the client keep is limited.
  if (states.size < MOST_KNOWN) states.set(key, state);
  return state;
}

const MOST_KNOWN = 16;
