/** Plans how to turn one element into another: by node operations relative to it, or by replacing it. */

import type { Attr, Element } from '@xmldom/xmldom';
import { qname, type SelectorTerminal } from '../../selector/ast.ts';
import { XMLNS_NAMESPACE } from '../../selector/names.ts';
import type { StepContext } from '../address/sibling-steps.ts';
import { sameAttributeOf, sameName } from '../xml/walk.ts';
import { attributesOf, contentOf, sameDeclarations, sameStartTag, textRuns } from './content.ts';
import { Fingerprints } from './fingerprints.ts';
import { type KeylessMatching, type Matching, matchChildren } from './match.ts';
import { planRow } from './plan-row.ts';
import type { Plan, Planning, RelativeOperation, Versions } from './plan-types.ts';
import { sameText } from './same-text.ts';

const NONE: Plan = { kind: 'none' };
const REPLACE: Plan = { kind: 'replace' };

/** Plans how to turn `before` into `after`. */
export function plan(versions: Versions, context: StepContext): Plan {
  const fingerprints = new Fingerprints();
  const open = [planSteps(versions, context, fingerprints)];
  let planned: Plan = NONE;
  // A stack of its own, because elements may be nested deeply.
  for (let at = open.at(-1); at; at = open.at(-1)) {
    const { done, value } = at.next(planned);
    if (done) {
      planned = value;
      open.pop();
    } else open.push(planSteps(value, context, fingerprints));
  }
  return planned;
}

function* planSteps(versions: Versions, context: StepContext, fingerprints: Fingerprints): Planning<Plan> {
  const { before, after, sameScope } = versions;
  if (sameScope && sameText(before, after, fingerprints.difference)) return NONE;
  if (before.localName !== after.localName || (before.namespaceURI || null) !== (after.namespaceURI || null))
    return REPLACE;
  const sameTag = sameScope && sameStartTag(before, after);
  const attributes = sameTag ? [] : attributeOperations(before, after);
  const inner = sameScope && (sameTag || sameDeclarations(before, after));
  const content = yield* planContent({ before, after, sameScope: inner }, context, fingerprints);
  if (content.kind === 'replace') return REPLACE;
  const isKey = keyNameOf(before, context);
  const rename = attributes.find(({ terminal }) => isKey(terminal));
  if (rename?.method === 'DELETE') return REPLACE;
  const { removals, changes } = content.kind === 'edit' ? content : { removals: [], changes: [] };
  const all = [...attributes.filter((operation) => operation !== rename), ...changes];
  if (!rename && removals.length + all.length === 0) return NONE;
  return rename ? { kind: 'edit', removals, changes: all, rename } : { kind: 'edit', removals, changes: all };
}

const keyNameOf = (element: Element, { usage }: StepContext) => {
  const key = usage?.element(element.namespaceURI || null, element.localName ?? '')?.key?.name;
  return (terminal: SelectorTerminal | undefined): boolean =>
    terminal?.kind === 'attribute' && terminal.name.local === key?.local && terminal.name.namespace === key?.namespace;
};

function attributeOperations(before: Element, after: Element): RelativeOperation[] {
  return inSameOrder(before, after) ?? inAnyOrder(before, after);
}

/** Returns the operations in one pass; `undefined` if the elements differ in more than the values of their attributes. */
function inSameOrder({ attributes: old }: Element, { attributes: now }: Element): RelativeOperation[] | undefined {
  if (old.length !== now.length) return undefined;
  const operations: RelativeOperation[] = [];
  for (let index = 0; index < now.length; index++) {
    const former = old[index];
    const attribute = now[index];
    if (!former || !attribute?.localName || !sameName(former, attribute)) return undefined;
    if (former.value !== attribute.value && attribute.namespaceURI !== XMLNS_NAMESPACE)
      operations.push(attributeOperation('PUT', attribute, attribute.value));
  }
  return operations;
}

function inAnyOrder(before: Element, after: Element): RelativeOperation[] {
  const operations: RelativeOperation[] = [];
  const former = sameAttributeOf(before);
  const latter = sameAttributeOf(after);
  for (const attribute of attributesOf(before))
    if (!latter(attribute)) operations.push(attributeOperation('DELETE', attribute));
  for (const attribute of attributesOf(after))
    if (former(attribute)?.value !== attribute.value)
      operations.push(attributeOperation('PUT', attribute, attribute.value));
  return operations;
}

function attributeOperation(
  method: 'PUT' | 'DELETE',
  { namespaceURI, localName, name }: Attr,
  body?: string,
): RelativeOperation {
  const local = localName ?? name;
  const terminal: SelectorTerminal = { kind: 'attribute', name: qname(namespaceURI || null, local) };
  const size = local.length + (body?.length ?? 0) + 2;
  return body === undefined
    ? { method, path: undefined, terminal, size }
    : { method, path: undefined, terminal, body, size };
}

function* planContent(versions: Versions, context: StepContext, fingerprints: Fingerprints): Planning<Plan> {
  const { before, after, sameScope } = versions;
  const old = contentOf(before, context.usage);
  const now = contentOf(after, context.usage);
  if (old.children.length === 0 && now.children.length === 0) return old.text === now.text ? NONE : REPLACE;
  if (old.isMixed || now.isMixed || (old.children.length === 0 && /[^ \t\r\n]/.test(old.text))) {
    const [former, latter] = [textRuns(before), textRuns(after)];
    if (former.length !== latter.length || former.some((run, index) => run !== latter[index])) return REPLACE;
  }
  const isBound = old.isMixed || now.isMixed;
  if (now.children.length === 0 && textOf(before) !== textOf(after)) return REPLACE;
  const modes: readonly KeylessMatching[] = ['content', 'order'];
  for (const keyless of modes) {
    const matching = matchChildren(old.children, now.children, { keyless, sameScope, fingerprints });
    if (isBound && !isInPlace(matching)) continue;
    const { difference } = fingerprints;
    const row = { before, after, sameScope, old: old.children, now: now.children, matching, difference };
    const planned = yield* planRow(row, context);
    if (planned) return { kind: 'edit', ...planned };
  }
  return REPLACE;
}

/** Whether every child has its counterpart at the same index, which is required if there is text between them. */
const isInPlace = ({ former, later }: Matching): boolean =>
  former.length === later.length && former.every((old, index) => old === index);

/** Returns the text of an element without that of its child elements. */
const textOf = (element: Element): string => {
  let text = '';
  for (let node = element.firstChild; node; node = node.nextSibling)
    if (node.nodeType === 3 || node.nodeType === 4) text += node.nodeValue ?? '';
  return text;
};
