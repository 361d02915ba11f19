import type { Element } from '@xmldom/xmldom';
import { hasName, keyOf, sameNameSiblings } from '../../documents/address/names.ts';
import { textOf } from '../../documents/data/read-data.ts';
import { XcapDocument } from '../../documents/document.ts';
import { COMMON_POLICY } from '../../documents/usages/pres-rules/common-policy.ts';
import { PresRulesDocument } from '../../documents/usages/pres-rules/document.ts';
import { resourceListsTable } from '../../documents/usages/resource-lists/table.ts';
import { rlsServicesTable } from '../../documents/usages/rls-services/table.ts';
import { simservsTable } from '../../documents/usages/simservs/table.ts';
import { attributeValue, childElements, descendants, firstElement, parentElement } from '../../documents/xml/walk.ts';
import { qname } from '../../selector/ast.ts';
import { type Change, changeLine, changesBetween, markedLine, oneLine } from './change-lines.ts';
import { type PathStep, printListPath } from './list-path.ts';

/** A change of a document in the words of its user: a buddy was renamed, a rule was added. */
interface NamedChange extends Omit<Change, 'kind' | 'node'> {
  /** How the item changed. For one without `what`, how the node changed. */
  readonly kind: Change['kind'] | 'renamed';
  /** The item that the node is, or is part of: a list, a buddy, a rule. `undefined` for any other node. */
  readonly what?: Noun;
  /** URI of a buddy, reference or service, path of a list, id of a rule. */
  readonly id?: string;
  /** The display name of the item, unless it was renamed. */
  readonly name?: string;
  /** The list of a buddy or reference, the service of a rule. */
  readonly in?: string;
}

/** A change with the line that shows it. */
export interface ShownChange {
  readonly data: NamedChange;
  readonly line: string;
}

type Noun = 'list' | 'buddy' | 'reference' | 'external list' | 'rule' | 'service';

/** An item of a document, as its user knows it. */
interface Item {
  readonly element: Element;
  readonly what: Noun;
  readonly id: string;
  readonly name: string | undefined;
  readonly in: string | undefined;
}

const LISTS = resourceListsTable.namespaces[''];
const SERVICES = rlsServicesTable.namespaces[''];
const SIMSERVS = simservsTable.namespaces[''];
const LIST = qname(LISTS, 'list');
const DISPLAY_NAME = qname(LISTS, 'display-name');

/** The elements that are items, with the attribute that identifies them. */
const ITEMS: readonly (readonly [what: Noun, namespace: string, local: string, key: string])[] = [
  ['list', LISTS, 'list', 'name'],
  ['buddy', LISTS, 'entry', 'uri'],
  ['reference', LISTS, 'entry-ref', 'ref'],
  ['external list', LISTS, 'external', 'anchor'],
  ['rule', COMMON_POLICY, 'rule', 'id'],
  ['service', SERVICES, 'service', 'uri'],
];

/** Returns the differences between two versions of a document, in the words of its user. */
export function namedChanges(before: XcapDocument, after: XcapDocument): ShownChange[] {
  const [old, now] = [new Version(before), new Version(after)];
  return changesBetween(before, after).map((change) => {
    const { node, ...data } = change;
    const item = node && itemOf(node.element);
    return item ? changeOf(item, change, change.kind === 'removed' ? old : now) : { data, line: changeLine(change) };
  });
}

/** A version of a document, with its rules as they are described. */
class Version {
  readonly document: XcapDocument;
  #rules: ReadonlyMap<string, string> | undefined;

  constructor(document: XcapDocument) {
    this.document = document;
  }

  /** Returns the description of a rule; `''` if there is none. */
  describeRule(selector: string): string {
    this.#rules ??= new Map(
      this.document instanceof PresRulesDocument
        ? this.document
            .rules()
            .map((rule) => [String(rule.selector), `${rule.subHandling ?? 'nothing stated'}: ${rule.description}`])
        : [],
    );
    return this.#rules.get(selector) ?? '';
  }
}

function changeOf(item: Item, change: Change, version: Version): ShownChange {
  const { node, ...plain } = change;
  const { what, id, name, in: where } = item;
  const unnamed = { ...plain, what, id, ...(where !== undefined && { in: where }) };
  const named = { ...unnamed, ...(name !== undefined && { name }) };
  const title = `${what} ${id || '(without a name)'}${where === undefined ? '' : ` in ${where}`}`;
  if (node?.element === item.element && node.attribute === undefined && change.kind !== 'changed') {
    const details = [name ? oneLine(name) : '', summaryOf(item, change.selector, version)].filter(Boolean).join(', ');
    return { data: named, line: withDetail(markedLine(change.kind, title), details) };
  }
  if (node && hasName(node.element, DISPLAY_NAME) && parentElement(node.element) === item.element) {
    const names = {
      ...(change.kind !== 'added' && { before: change.kind === 'removed' ? textOf(node.element) : change.before }),
      ...(change.kind !== 'removed' && { body: textOf(node.element) }),
    };
    const line = withDetail(
      markedLine('renamed', title),
      `renamed ${shownName(names.before)} -> ${shownName(names.body)}`,
    );
    return { data: { ...unnamed, ...names, kind: 'renamed' }, line };
  }
  const line = withDetail(markedLine('changed', title), detailOf(change, version.document));
  return { data: { ...named, kind: 'changed' }, line };
}

const withDetail = (line: string, detail: string): string => (detail === '' ? line : `${line}  ${detail}`);

const shownName = (name: string | undefined): string => (name === undefined ? '(no name)' : oneLine(name));

/** Returns the item that an element is, or that it is part of. */
function itemOf(element: Element): Item | undefined {
  for (let at: Element | undefined = element; at; at = parentElement(at)) {
    const kind = ITEMS.find(([, namespace, local]) => at && hasName(at, qname(namespace, local)));
    if (kind) return read(at, kind[0], kind[3]);
    const parent = parentElement(at);
    // The supplementary services are the children of the root element.
    if (parent && hasName(parent, qname(SIMSERVS, 'simservs')))
      return { element: at, what: 'service', id: at.localName ?? '', name: undefined, in: undefined };
  }
  return undefined;
}

function read(element: Element, what: Noun, key: string): Item {
  const parent = parentElement(element);
  const around = what === 'list' ? undefined : parent && itemOf(parent);
  const displayName = firstElement(element, { namespace: LISTS, local: 'display-name' });
  return {
    element,
    what,
    id: what === 'list' ? pathOf(element) : (attributeValue(element, null, key) ?? ''),
    name: displayName && textOf(displayName),
    in: around?.id,
  };
}

/** Returns the path of a list: names, or positions where these are missing or not unique. */
function pathOf(list: Element): string {
  const steps: PathStep[] = [];
  for (let at: Element | undefined = list; at && hasName(at, LIST); at = parentElement(at)) {
    const siblings = sameNameSiblings(at);
    const name = attributeValue(at, null, 'name');
    const isUnique = siblings.filter((other) => attributeValue(other, null, 'name') === name).length === 1;
    steps.unshift(name && isUnique ? name : siblings.indexOf(at) + 1);
  }
  return printListPath(steps);
}

/** Returns what an item contains that was added or removed as a whole. */
function summaryOf({ element, what }: Item, selector: string, version: Version): string {
  if (what === 'list') {
    const count = Array.from(descendants(element)).filter((each) => hasName(each, qname(LISTS, 'entry'))).length;
    return count === 1 ? '1 buddy' : `${count} buddies`;
  }
  const description = what === 'rule' ? version.describeRule(selector) : '';
  return description && oneLine(description);
}

/** Returns a difference within an item: the name of the node, with its old and its new value. */
function detailOf({ kind, before, body, node }: Change, document: XcapDocument): string {
  if (!node) return '';
  const { element, attribute } = node;
  const name = attribute ?? element.localName ?? '';
  if (kind === 'changed') return oneLine(`${name} ${before} -> ${body}`);
  const value = attribute === undefined ? contentOf(element, document) : (body ?? before ?? '');
  return oneLine(`${kind} ${name} ${value}`.trim());
}

/** Returns the key of an element, or its text, or those of its children. */
function contentOf(element: Element, document: XcapDocument): string {
  const key = keyOf(element, XcapDocument.stateOf(document).usage)?.value;
  if (key !== undefined) return key;
  const children = childElements(element);
  if (children.length === 0) return textOf(element);
  return children.map((child) => `${child.localName} ${contentOf(child, document)}`.trim()).join(', ');
}
