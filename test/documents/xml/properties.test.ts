import { readFileSync } from 'node:fs';
import type { Element, Node } from '@xmldom/xmldom';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { removeAttribute, setAttribute } from '../../../src/documents/xml/attributes.ts';
import { cloneDocument } from '../../../src/documents/xml/clone.ts';
import { insertBefore, insertText, removeNode, replaceElement, type Undo } from '../../../src/documents/xml/edit.ts';
import { equalXml } from '../../../src/documents/xml/equal.ts';
import { parseFragment, parseXml } from '../../../src/documents/xml/parse.ts';
import { PartialCopy } from '../../../src/documents/xml/partial-copy.ts';
import { printDocument, printNode } from '../../../src/documents/xml/print.ts';
import { handOut } from '../../../src/documents/xml/spans.ts';
import { childElements, parentElement } from '../../../src/documents/xml/walk.ts';
import { InvalidArgumentError } from '../../../src/selector/errors.ts';

// The oracle: a document as a tree of the literal pieces of its text, edited next to the DOM.
interface Branch {
  open: string;
  kids: (Branch | string)[];
  close: string;
}

const isBranch = (piece: Branch | string): piece is Branch => typeof piece !== 'string';

const write = (piece: Branch | string): string => {
  if (!isBranch(piece)) return piece;
  const inside = piece.kids.map(write).join('');
  if (piece.close !== '' || piece.open === '') return piece.open + inside + piece.close;
  if (piece.kids.length === 0) return piece.open;
  const name = /^<([^\s/>]+)/.exec(piece.open)?.[1];
  return `${piece.open.replace(/\s*\/>$/, '>')}${inside}</${name}>`;
};

function toBranch(text: string): Branch {
  const top: Branch = { open: '', kids: [], close: '' };
  const stack = [top];
  for (const [token] of text.matchAll(
    /<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(?:"[^"]*"|'[^']*'|[^>"'])*>|[^<]+/gs,
  )) {
    const parent = stack.at(-1) ?? top;
    if (token.startsWith('</')) {
      const done = stack.pop();
      if (done) done.close = token;
    } else if (/^<[^!?]/.test(token)) {
      const branch = { open: token, kids: [], close: '' };
      parent.kids.push(branch);
      if (!token.endsWith('/>')) stack.push(branch);
    } else parent.kids.push(token);
  }
  return top;
}

const word = fc.constantFrom('a', 'b', 'p:c', 'entry');
const quotedValue = fc.constantFrom(`"1"`, `'2'`, `"it's &#38; that"`, `'"&lt;"'`, `"a\tb"`);
const attributeText = fc.tuple(fc.constantFrom(' ', '\n\t', '  '), fc.constantFrom('=', ' = '), quotedValue);
const startText = fc
  .tuple(
    word,
    fc.uniqueArray(fc.constantFrom('k', 'l', 'p:m'), { maxLength: 3 }),
    fc.array(attributeText, { minLength: 3, maxLength: 3 }),
  )
  .map(([name, names, texts]) => ({
    name,
    tag: `<${name}${names.map((one, index) => (texts[index] ?? [' ', '=', '""']).slice(0, 1) + one + (texts[index] ?? []).slice(1).join('')).join('')}`,
  }));
const leaf = fc.constantFrom('<!-- c -->', '<?i j?>', '<![CDATA[<x> & y]]>');
const textRun = fc.constantFrom('\n  ', ' ', 'x &amp; y', '\r\n\t', 'ä😀&#x41;');
const { element } = fc.letrec<{ element: string; content: string }>((tie) => ({
  element: fc.oneof(
    { depthSize: 'small' },
    startText.map(({ tag }) => `${tag}/>`),
    startText.map(({ tag }) => `${tag} />`),
    fc.tuple(startText, tie('content')).map(([{ name, tag }, inside]) => `${tag}>${inside}</${name} >`),
  ),
  content: fc
    .array(fc.tuple(textRun, fc.oneof(leaf, tie('element'))), { maxLength: 4 })
    .map((parts) => parts.flat().join('')),
}));
const randomDocument = fc
  .array(element, { maxLength: 4 })
  .map((inside) => `<?xml version='1.0'?>\n<!-- x --><root xmlns:p='urn:p' >${inside.join('\n')}</root>\n`);
const wild = readFileSync(new URL('../../../examples/samples/resource-lists-wild.xml', import.meta.url), 'utf8');

const KINDS = ['set', 'remove attribute', 'insert', 'text', 'remove', 'replace', 'hand out'] as const;
const step = fc.record({
  kind: fc.constantFrom(...KINDS),
  path: fc.array(fc.nat(5), { maxLength: 4 }),
  at: fc.nat(9),
  name: fc.constantFrom('k', 'l', 'uri', 'name'),
  value: fc.constantFrom('', 'new', `a"b'c<d&e\n`),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

function open(source: string) {
  const { document } = parseXml(source);
  const top = toBranch(source);
  const branch = top.kids.find(isBranch);
  const root = document.documentElement;
  if (!root || !branch) throw new InvalidArgumentError('no root');
  return { document, top, branch, root };
}

const childAt = (parent: Node, index: number): Node | null => parent.childNodes.item(index) ?? null;

/** Follows the path through child elements as far as it leads. */
function walk(root: Element, branch: Branch, path: readonly number[]) {
  let place = { parent: undefined as Branch | undefined, branch, element: root, index: 0 };
  for (const wanted of path) {
    const indices = place.branch.kids.flatMap((kid, index) => (isBranch(kid) ? [index] : []));
    const index = indices[wanted % Math.max(1, indices.length)];
    const kid = index === undefined ? undefined : place.branch.kids[index];
    if (index === undefined || kid === undefined || !isBranch(kid)) break;
    // The oracle and the DOM have the same children in the same order.
    place = { parent: place.branch, branch: kid, element: childAt(place.element, index) as Element, index };
  }
  return place;
}

const escaped = (value: string, quote: string): string =>
  value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('\n', '&#10;')
    .replaceAll(quote, quote === '"' ? '&quot;' : '&apos;');

const attributePattern = (name: string): RegExp => new RegExp(`(\\s+${name}\\s*=\\s*)("[^"]*"|'[^']*')`);

/** Makes one edit in both worlds. */
function edit(opened: ReturnType<typeof open>, { kind, path, at, name, value }: Step): Undo | undefined {
  const { parent, branch, element, index } = walk(opened.root, opened.branch, path);
  const found = attributePattern(name).exec(branch.open);
  const quote = found?.[2]?.[0] ?? '"';
  const position = at % (branch.kids.length + 1);
  const fragment = `<new  at='${at}'>&#65;<p/></new >`;
  const made = (scope: Element) => parseFragment(` ${fragment}\n`, { scope }, opened.document);
  const setInOracle = () => {
    const literal = `${quote}${escaped(value, quote)}${quote}`;
    branch.open = found
      ? branch.open.replace(attributePattern(name), (_whole, before: string) => before + literal)
      : branch.open.replace(/\s*\/?>$/, (end) => ` ${name}=${literal}${end}`);
  };
  switch (kind) {
    case 'set':
      setInOracle();
      return setAttribute(element, { namespace: null, local: name }, value);
    case 'remove attribute':
      branch.open = branch.open.replace(attributePattern(name), '');
      return removeAttribute(element, { namespace: null, local: name });
    case 'insert':
      branch.kids.splice(position, 0, ...toBranch(fragment).kids);
      return insertBefore(element, made(element), childAt(element, position));
    case 'text':
      branch.kids.splice(position, 0, '\n  &lt;');
      return insertText(element, '\n  <', childAt(element, position));
    case 'remove': {
      const child = childAt(element, position);
      branch.kids.splice(position, 1);
      return child ? removeNode(child) : undefined;
    }
    case 'replace':
      if (!parent) return undefined;
      parent.kids.splice(index, 1, ...toBranch(fragment).kids);
      return replaceElement(element, made(parentElement(element) ?? element));
    case 'hand out':
      handOut(element);
      if (element.getAttribute(name) === value) return undefined;
      setInOracle();
      element.setAttribute(name, value);
      return undefined;
  }
}

describe.each([
  ['random documents', randomDocument],
  ['the wild sample', fc.constant(wild)],
])('%s', (_name, source) => {
  it('print as they were read', () => {
    fc.assert(fc.property(source, (text) => printDocument(parseXml(text).document) === text));
  });

  it('print the same from a copy of which only some nodes are made, and so do edits of it', () => {
    const choices = fc.array(fc.nat(3), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(source, fc.array(step, { maxLength: 6 }), choices, (text, steps, chosen) => {
        const opened = open(text);
        for (const one of steps) edit(opened, one);
        const copy = new PartialCopy(opened.document);
        let choice = 0;
        const next = () => chosen[choice++ % chosen.length] ?? 0;
        const made: [Element | null, Element][] = [[copy.document.documentElement, opened.root]];
        const pending = [...made];
        for (let pair = pending.pop(); pair; pair = pending.pop()) {
          const [element, original] = pair;
          if (!element || next() === 0) continue;
          const omitted = new Set(childElements(original).filter(() => next() === 1));
          copy.unfold(element, original, omitted);
          // The copy of an element that was handed out is whole.
          if (childElements(element).length > childElements(original).length - omitted.size) continue;
          const kept = childElements(original).filter((child) => !omitted.has(child));
          for (const [index, child] of childElements(element).entries()) {
            const counterpart = kept[index];
            if (counterpart) pending.push([child, counterpart]);
            if (counterpart) made.push([child, counterpart]);
          }
        }
        expect(copy.toString()).toBe(printDocument(opened.document));
        for (const [element, original] of made) {
          if (!element || next() === 0) continue;
          copy.unfold(element, original);
          for (const one of [element, original]) setAttribute(one, { namespace: null, local: 'k' }, 'later');
        }
        expect(copy.toString()).toBe(printDocument(opened.document));
      }),
      { numRuns: 300 },
    );
  });

  it('keep every byte outside the edited places', () => {
    fc.assert(
      fc.property(source, fc.array(step, { minLength: 1, maxLength: 12 }), (text, steps) => {
        const opened = open(text);
        for (const one of steps) {
          edit(opened, one);
          expect(printDocument(opened.document)).toBe(write(opened.top));
          expect(printNode(opened.root)).toBe(write(opened.branch));
        }
        const copy = cloneDocument(opened.document);
        expect(printDocument(copy)).toBe(write(opened.top));
        expect(equalXml(copy, opened.document)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('are as before when every edit is undone', () => {
    const undoable = step.filter(({ kind }) => kind !== 'hand out');
    fc.assert(
      fc.property(source, fc.array(undoable, { minLength: 1, maxLength: 12 }), (text, steps) => {
        const opened = open(text);
        const undos = steps.map((one) => edit(opened, one));
        for (const undo of undos.reverse()) undo?.();
        expect(printDocument(opened.document)).toBe(text);
        expect(equalXml(opened.document, parseXml(text).document)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
