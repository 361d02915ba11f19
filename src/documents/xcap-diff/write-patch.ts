/** Writes the patch operations of RFC 5261 that turn one version of a document into another. */

import type { Attr, Document, Element, Node } from '@xmldom/xmldom';
import type { CompiledUsage } from '../../selector/compile.ts';
import { attributesOf } from '../diff/content.ts';
import { sameText } from '../diff/same-text.ts';
import { escapeAttribute, escapeText } from '../xml/escape.ts';
import { prefixesUsed } from '../xml/prefixes.ts';
import { printNode } from '../xml/print.ts';
import { isDocument, isElement } from '../xml/spans.ts';
import { sameAttributeOf } from '../xml/walk.ts';
import { declarationChange } from './declaration-change.ts';
import { type Bindings, OperationScope } from './operation-scope.ts';
import { type ElementStep, SiblingCounter } from './sibling-counter.ts';
import { pairSiblings, type Siblings, siblingsOf, writtenLeaf } from './siblings.ts';

/** The versions of a document, and the place of the operations in the diff. */
export interface PatchSettings {
  readonly before: Document;
  readonly after: Document;
  readonly usage: CompiledUsage | undefined;
  /** The prefix of the operations; neither version uses it. */
  readonly prefix: string;
  /** The namespace bindings around the operations, without `prefix`. */
  readonly bindings: Bindings;
}

/**
 * Returns the operations in their order; none if both versions have the same canonical form with comments (Canonical XML
 * 1.0). A new root element takes the place of operations that are much longer than the document.
 */
export function writePatch(settings: PatchSettings): string[] {
  const operations = new PatchWriter(settings, false).write();
  const root = settings.after.documentElement;
  const limit = MUCH_LONGER * (root ? printNode(root).length : 0) + ALWAYS_ALLOWED;
  const length = operations.reduce((sum, operation) => sum + operation.length, 0);
  return length > limit ? new PatchWriter(settings, true).write() : operations;
}

/** Operations keep what the reader of a diff has added, so they may be longer than the document, within reason. */
const MUCH_LONGER = 4;
/** Length of operations, in characters, that a short document allows. */
const ALWAYS_ALLOWED = 4096;

type Parent = Document | Element;

/** The content of an operation, and the prefixes that it uses without declaring them. */
interface Content {
  readonly text: string;
  readonly bindings: Bindings;
}

const NOTHING: Content = { text: '', bindings: new Map() };

const textContent = (text: string): Content => ({ text, bindings: new Map() });

/** A place for content: a `sel` and a `pos` that give it. */
interface Anchor {
  readonly steps: readonly ElementStep[];
  readonly end?: string | undefined;
  readonly pos?: 'before' | 'after' | 'prepend' | undefined;
}

/** The children between two that stay, in both versions. There is one more text than there are nodes. */
interface Stretch {
  readonly old: Siblings;
  readonly now: Siblings;
  /** The node before the stretch, of the new version, and the node after it, of the old version. */
  readonly left: Node | undefined;
  readonly right: Node | undefined;
}

class PatchWriter {
  readonly #settings: PatchSettings;
  readonly #replacesRoot: boolean;
  readonly #operations: string[] = [];

  constructor(settings: PatchSettings, replacesRoot: boolean) {
    this.#settings = settings;
    this.#replacesRoot = replacesRoot;
  }

  write(): string[] {
    this.#patchChildren(this.#settings.before, this.#settings.after, [], true);
    return this.#operations;
  }

  /** @param sameScope - whether both versions bind the same prefixes here, so that equal texts are equal elements */
  #patchChildren(before: Parent, after: Parent, path: readonly ElementStep[], sameScope: boolean): void {
    const { usage } = this.#settings;
    const old = siblingsOf(before);
    const now = siblingsOf(after);
    const { former, stays } = pairSiblings(old, now, [before, after], { usage, sameScope });
    const level = new Level(isDocument(before) ? undefined : path, new SiblingCounter(old, usage));
    let [oldAt, nowAt] = [0, 0];
    for (;;) {
      let nowEnd = nowAt;
      while (nowEnd < now.nodes.length && stays[nowEnd] === 0) nowEnd++;
      const kept = now.nodes[nowEnd];
      const oldEnd = kept ? (former[nowEnd] ?? 0) : old.nodes.length;
      const right = old.nodes[oldEnd];
      this.#patchStretch(level, {
        old: sliceOf(old, oldAt, oldEnd),
        now: sliceOf(now, nowAt, nowEnd),
        left: now.nodes[nowAt - 1],
        right,
      });
      if (!kept || !right) return;
      if (isElement(right) && isElement(kept) && !(sameScope && sameText(right, kept)))
        this.#patchElement(right, kept, level.to(right), sameScope);
      level.counter.removed(right);
      level.counter.placed(kept);
      [oldAt, nowAt] = [oldEnd + 1, nowEnd + 1];
    }
  }

  #patchElement(old: Element, now: Element, path: readonly ElementStep[], sameScope: boolean): void {
    const change = old.nodeName === now.nodeName ? declarationChange(old, now, this.#keyName(old)) : undefined;
    const isReplaced = this.#replacesRoot && old === this.#settings.before.documentElement;
    if (!change || isReplaced || (old.namespaceURI || null) !== (now.namespaceURI || null)) {
      this.#write('replace', { steps: path }, contentOf([now]));
      return;
    }
    for (const [prefix, uri] of change.added)
      this.#write('add', { steps: path }, textContent(escapeText(uri)), ` type="namespace::${prefix}"`);
    this.#patchChildren(old, now, path, sameScope && change.added.size + change.removed.length === 0);
    // The path selects the element by its old key, so the key changes last.
    const isKey = ({ namespaceURI, localName }: Attr): boolean => {
      const key = this.#keyName(old);
      return key?.local === localName && key.namespace === (namespaceURI || null);
    };
    this.#patchAttributes(old, now, path, (attribute) => !isKey(attribute));
    for (const prefix of change.removed) this.#write('remove', { steps: path, end: `namespace::${prefix}` }, NOTHING);
    this.#patchAttributes(old, now, path, isKey);
  }

  #keyName(element: Element) {
    return this.#settings.usage?.element(element.namespaceURI || null, element.localName ?? '')?.key?.name;
  }

  #patchAttributes(
    old: Element,
    now: Element,
    path: readonly ElementStep[],
    isMeant: (attribute: Attr) => boolean,
  ): void {
    const former = sameAttributeOf(old);
    const latter = sameAttributeOf(now);
    for (const attribute of attributesOf(old).filter(isMeant)) {
      const counterpart = latter(attribute);
      if (counterpart?.name === attribute.name) {
        if (counterpart.value !== attribute.value)
          this.#writeAttribute('replace', path, attribute, escapeText(counterpart.value));
      } else this.#writeAttribute('remove', path, attribute, '');
    }
    for (const attribute of attributesOf(now).filter(isMeant)) {
      if (former(attribute)?.name === attribute.name) continue;
      const bindings = new Map(attribute.prefix ? [[attribute.prefix, attribute.namespaceURI ?? '']] : []);
      bindings.delete('xml');
      const type = ` type="@${attribute.name}"`;
      this.#write('add', { steps: path }, { text: escapeText(attribute.value), bindings }, type);
    }
  }

  #writeAttribute(kind: 'replace' | 'remove', path: readonly ElementStep[], attribute: Attr, text: string): void {
    const end = { namespace: attribute.namespaceURI || null, local: attribute.localName ?? '' };
    const scope = new OperationScope(this.#settings.bindings, new Map());
    const name = scope.attributeName({ ...end, prefix: attribute.prefix ?? '' });
    this.#writeIn(scope, kind, { steps: path, end: `@${name}` }, text);
  }

  #patchStretch(level: Level, stretch: Stretch): void {
    const { old, now } = stretch;
    level.counter.textsRemoved(old.texts);
    if (canReplaceEach(old, now)) {
      for (const [index, node] of old.nodes.entries()) {
        const replacement = now.nodes[index];
        if (!replacement) continue;
        this.#write('replace', level.anchorAt(node, 'next'), contentOf([replacement]));
        level.counter.removed(node);
        level.counter.placed(replacement);
      }
    } else this.#patchAsWhole(level, stretch);
    level.counter.textsPlaced(now.texts);
  }

  /** Removes all old nodes, then adds all new ones. */
  #patchAsWhole(level: Level, stretch: Stretch): void {
    const { now } = stretch;
    const [first = ''] = now.texts;
    const last = now.texts.at(-1) ?? '';
    let text = this.#removeNodes(level, stretch);
    if (now.nodes.length === 0) {
      if (text === first) return;
      if (text === '') this.#write('add', level.gapAnchors(stretch)[0] ?? level.inside(), textContent(first));
      else this.#writeText(level, first);
      return;
    }
    if (!fits(text, now)) {
      this.#writeText(level, first);
      text = first;
    }
    const isBehind = first.startsWith(text);
    const anchors = level.gapAnchors(stretch, text === '' ? undefined : isBehind ? 'behind' : 'front');
    const start = isBehind ? first.slice(text.length) : first;
    const end = isBehind ? last : last.slice(0, last.length - text.length);
    this.#write('add', anchors[0] ?? level.inside(), contentOf(now.nodes, [start, ...now.texts.slice(1, -1), end]));
    for (const node of now.nodes) level.counter.placed(node);
  }

  /** Removes the old nodes of a stretch. @returns the text that is left */
  #removeNodes(level: Level, { old, now }: Stretch): string {
    let [text = ''] = old.texts;
    for (const [index, node] of old.nodes.entries()) {
      const next = old.texts[index + 1] ?? '';
      const isLast = index === old.nodes.length - 1;
      const [ws, rest] = removal(text, next, (left) => !isLast || fits(left, now));
      this.#write('remove', level.anchorAt(node, 'next'), NOTHING, ws && ` ws="${ws}"`);
      level.counter.removed(node);
      text = rest;
    }
    return text;
  }

  #writeText(level: Level, text: string): void {
    const anchor = { steps: level.path ?? [], end: level.counter.textStep() };
    if (text === '') this.#write('remove', anchor, NOTHING);
    else this.#write('replace', anchor, textContent(text));
  }

  #write(kind: 'add' | 'replace' | 'remove', anchor: Anchor, content: Content, more = ''): void {
    this.#writeIn(new OperationScope(this.#settings.bindings, content.bindings), kind, anchor, content.text, more);
  }

  #writeIn(scope: OperationScope, kind: string, { steps, end, pos }: Anchor, text: string, more = ''): void {
    const tag = `${this.#settings.prefix}:${kind}`;
    const sel = escapeAttribute(scope.selector(steps, end));
    const start = `<${tag}${scope.declarations()} sel="${sel}"${pos ? ` pos="${pos}"` : ''}${more}`;
    this.#operations.push(text === '' ? `${start}/>` : `${start}>${text}</${tag}>`);
  }
}

/** The children of one element while they are patched. */
class Level {
  /** The steps to the parent; `undefined` for the document. */
  readonly path: readonly ElementStep[] | undefined;
  readonly counter: SiblingCounter;

  constructor(path: readonly ElementStep[] | undefined, counter: SiblingCounter) {
    this.path = path;
    this.counter = counter;
  }

  /** Returns the steps to the next element that is not patched yet. */
  to(element: Element): readonly ElementStep[] {
    return [...(this.path ?? []), this.counter.stepTo(element, 'next')];
  }

  anchorAt(node: Node, side: 'next' | 'last', pos?: Anchor['pos']): Anchor {
    const steps = this.path ?? [];
    if (isElement(node)) return { steps: [...steps, this.counter.stepTo(node, side)], pos };
    return { steps, end: this.counter.leafStep(node, side), pos };
  }

  inside(pos?: 'prepend'): Anchor {
    return { steps: this.path ?? [], pos };
  }

  /**
   * Returns the anchors between the nodes around a stretch, the most robust one first: one that does not count siblings.
   *
   * @param end - directly behind the left node, or directly in front of the right one; both, if no text is between them
   */
  gapAnchors({ left, right }: Stretch, end?: 'front' | 'behind'): Anchor[] {
    const anchors: Anchor[] = [];
    if (end !== 'front') {
      if (right) anchors.push(this.anchorAt(right, 'next', 'before'));
      else if (this.path) anchors.push(this.inside());
    }
    if (end !== 'behind') {
      if (left) anchors.push(this.anchorAt(left, 'last', 'after'));
      else if (this.path) anchors.push(this.inside('prepend'));
    }
    return anchors.sort((one, other) => frailty(one) - frailty(other));
  }
}

/** Returns how much an anchor depends on siblings: parents and keys least, positions most. */
function frailty({ steps, end, pos }: Anchor): number {
  if (pos !== 'before' && pos !== 'after') return -1;
  const step = steps.at(-1);
  if (end !== undefined || !step) return 3;
  return (step.key ? 0 : 1) + (step.position === undefined ? 0 : 2);
}

const sliceOf = ({ nodes, texts }: Siblings, from: number, to: number): Siblings => ({
  nodes: nodes.slice(from, to),
  texts: texts.slice(from, to + 1),
});

/** Whether each old node can be replaced by one of the same type, with the same text around them. */
const canReplaceEach = (old: Siblings, now: Siblings): boolean =>
  old.nodes.length > 0 &&
  old.nodes.length === now.nodes.length &&
  old.texts.every((text, index) => text === now.texts[index]) &&
  old.nodes.every((node, index) => node.nodeType === now.nodes[index]?.nodeType);

const isBlank = (text: string): boolean => /^[ \t\n]+$/.test(text);

/** Whether the new nodes and texts can be added beside a text that stays. */
function fits(text: string, { nodes, texts }: Siblings): boolean {
  const [first = ''] = texts;
  if (nodes.length === 0) return text === first;
  return first.startsWith(text) || (isBlank(text) && (texts.at(-1) ?? '').endsWith(text));
}

type WhiteSpace = '' | 'before' | 'after' | 'both';

/** Chooses the `ws` of a removal between two texts. @returns `ws`, and the text that is left */
function removal(before: string, after: string, isGood: (left: string) => boolean): readonly [WhiteSpace, string] {
  const choices: (readonly [WhiteSpace, string])[] = [['', before + after]];
  if (isBlank(before)) choices.push(['before', after]);
  if (isBlank(after)) choices.push(['after', before]);
  if (isBlank(before) && isBlank(after)) choices.push(['both', '']);
  return choices.find(([, left]) => isGood(left)) ?? ['', before + after];
}

/** Returns nodes with the texts between them as content; without `texts`, there is none. */
function contentOf(nodes: readonly Node[], texts: readonly string[] = []): Content {
  const bindings = new Map<string, string>();
  let [text = ''] = texts;
  for (const [index, node] of nodes.entries()) {
    if (isElement(node)) for (const [prefix, uri] of prefixesUsed(node)) bindings.set(prefix, uri);
    text += (isElement(node) ? printNode(node) : writtenLeaf(node)) + (texts[index + 1] ?? '');
  }
  return { text, bindings };
}
