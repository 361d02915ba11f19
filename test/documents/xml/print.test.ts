import { readdirSync, readFileSync } from 'node:fs';
import type { Element, Node } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { cloneDocument, cloneLater } from '../../../src/documents/xml/clone.ts';
import { insertBefore, removeNode, replaceElement } from '../../../src/documents/xml/edit.ts';
import { parseFragment, parseXml, readDocument } from '../../../src/documents/xml/parse.ts';
import { printDocument, printNode } from '../../../src/documents/xml/print.ts';
import { handOut } from '../../../src/documents/xml/spans.ts';
import { firstElement } from '../../../src/documents/xml/walk.ts';
import { InvalidArgumentError } from '../../../src/selector/errors.ts';

const samples = new URL('../../../examples/samples/', import.meta.url);
const sampleNames = readdirSync(samples, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.xml'));

function read(source: string) {
  const { document } = parseXml(source);
  const root = document.documentElement;
  if (!root) throw new InvalidArgumentError('no root');
  const fragment = (text: string): Element => parseFragment(text, { scope: root }, document);
  return { document, root, fragment, print: () => printDocument(document) };
}

const child = (parent: Element, local: string): Element => {
  const found = firstElement(parent, { local });
  if (!found) throw new InvalidArgumentError(`no ${local}`);
  return found;
};

describe('an unedited document', () => {
  it.each(sampleNames)('%s prints as it was read', (name) => {
    const source = readFileSync(new URL(name, samples), 'utf8');
    expect(printDocument(parseXml(source).document)).toBe(source);
  });

  it.each(sampleNames)('%s prints as it was read when everything was handed out but nothing changed', (name) => {
    const source = readFileSync(new URL(name, samples), 'utf8');
    const { root, print } = read(source);
    handOut(root);
    expect(print()).toBe(source);
  });
});

describe('printNode: RFC 4825 section 8.3, the text a GET of an element answers', () => {
  it('adds no declarations', () => {
    const { root } = read('<a xmlns="urn:x"><b  c = "1"><d/></b></a>');
    expect(printNode(child(root, 'b'))).toBe('<b  c = "1"><d/></b>');
  });

  it('shows edits below the element', () => {
    const { root, fragment } = read('<a><b><c/></b></a>');
    const b = child(root, 'b');
    insertBefore(b, fragment('<d />'), null);
    expect(printNode(b)).toBe('<b><c/><d /></b>');
  });
});

describe('an edited element', () => {
  it('opens an empty-element tag that gets children', () => {
    const { root, fragment, print } = read("<a><b  c='1' /></a>");
    insertBefore(child(root, 'b'), fragment('<d/>'), null);
    expect(print()).toBe("<a><b  c='1'><d/></b></a>");
  });

  it('keeps start and end tag when its last child goes', () => {
    const { root, print } = read('<a ><b/></a >');
    removeNode(child(root, 'b'));
    expect(print()).toBe('<a ></a >');
  });

  it('keeps what stands around a replaced root', () => {
    const { root, fragment, print } = read('\uFEFF<?xml version="1.0"?>\r\n<!-- x -->\r\n<a/>\r\n<?y z?>');
    replaceElement(root, fragment('<b>&#65;</b>'));
    expect(print()).toBe('\uFEFF<?xml version="1.0"?>\r\n<!-- x -->\r\n<b>&#65;</b>\r\n<?y z?>');
  });
});

describe('a handed-out element', () => {
  const wild =
    "<a xmlns='urn:x'\txmlns:p='urn:p'>\r\n<b c = '&#49;' d='2'>x &#38; y<!-- z --><![CDATA[w]]><?i  j?></b ></a>";

  it('writes a changed attribute and leaves the others', () => {
    const { root, print } = read(wild);
    handOut(root);
    child(root, 'b').setAttribute('d', `"<'`);
    expect(print()).toBe(wild.replace("d='2'", `d='"&lt;&apos;'`));
  });

  it('drops a removed attribute with the white space before it', () => {
    const { root, print } = read(wild);
    handOut(root);
    child(root, 'b').removeAttribute('c');
    expect(print()).toBe(wild.replace(" c = '&#49;'", ''));
  });

  it('appends a new attribute', () => {
    const { root, print } = read(wild);
    handOut(root);
    child(root, 'b').setAttribute('e', 'f');
    expect(print()).toBe(wild.replace("d='2'", `d='2' e="f"`));
  });

  it('writes changed text, CDATA, comment and instruction and leaves the others', () => {
    const { root, print } = read(wild);
    handOut(root);
    const [text, comment, cdata, instruction] = Array.from(child(root, 'b').childNodes);
    if (text) text.nodeValue = 'a]]>';
    if (comment) Object.assign(comment, { nodeValue: 'b' });
    if (cdata) Object.assign(cdata, { nodeValue: ']]>' });
    if (instruction) Object.assign(instruction, { nodeValue: '' });
    expect(print()).toBe(
      wild
        .replace('x &#38; y', 'a]]&gt;')
        .replace(' z ', 'b')
        .replace('<![CDATA[w]]>', '<![CDATA[]]]]><![CDATA[>]]>')
        .replace('<?i  j?>', '<?i?>'),
    );
  });

  it('declares what an element made through the DOM needs, and only that', () => {
    const { document, root, print } = read(wild);
    handOut(root);
    const made = document.createElementNS('urn:y', 'm');
    made.appendChild(document.createElementNS('urn:y', 'n'));
    made.appendChild(document.createElementNS('urn:x', 'o'));
    made.appendChild(document.createElementNS('urn:p', 'p:q'));
    root.appendChild(made);
    expect(print()).toContain('</b ><m xmlns="urn:y"><n/><o xmlns="urn:x"/><p:q/></m></a>');
  });

  it('declares a prefix for an attribute of a namespace without one', () => {
    const { root, print } = read('<a/>');
    handOut(root);
    root.setAttributeNS('urn:z', 'z', '1');
    expect(print()).toBe('<a xmlns:ns1="urn:z" ns1:z="1"/>');
  });

  it('undeclares the default namespace for an element without namespace', () => {
    const { document, root, print } = read('<a xmlns="urn:x"/>');
    handOut(root);
    root.appendChild(document.createElementNS(null, 'b'));
    expect(print()).toBe('<a xmlns="urn:x"><b xmlns=""/></a>');
  });

  it('carries its own prefix along when it is moved out of its scope', () => {
    const { root, print } = read('<a><b xmlns:p="urn:p"><p:c/></b></a>');
    handOut(root);
    const b = child(root, 'b');
    root.appendChild(child(b, 'c'));
    expect(print()).toBe('<a><b xmlns:p="urn:p"></b><p:c xmlns:p="urn:p"/></a>');
  });

  it('shows that it was removed from its parent through the DOM', () => {
    const { root, print } = read('<a> <b/> <c/></a>');
    const b = child(root, 'b');
    handOut(b);
    root.removeChild(b);
    expect(print()).toBe('<a>  <c/></a>');
  });

  it('hands out what is inserted below it later', () => {
    const { root, fragment, print } = read('<a/>');
    handOut(root);
    const b = fragment("<b c='1'/>");
    insertBefore(root, b, null);
    b.setAttribute('c', '2');
    expect(print()).toBe("<a><b c='2'/></a>");
  });

  it.each([
    ['a control character in an attribute', (a: Element) => a.setAttribute('b', '\u0001')],
    ['a lone surrogate in text', (a: Element) => a.appendChild(a.ownerDocument?.createTextNode('\uD800') ?? a)],
    ['a double hyphen in a comment', (a: Element) => a.appendChild(a.ownerDocument?.createComment('--') ?? a)],
  ])('refuses to print %s', (_what, spoil) => {
    const { root, print } = read('<a/>');
    handOut(root);
    spoil(root);
    expect(print).toThrow(InvalidArgumentError);
  });

  it('may be of any depth', () => {
    const { document, root, print } = read('<a/>');
    handOut(root);
    let at: Node = root;
    for (let depth = 0; depth < 3000; depth++) at = at.appendChild(document.createElementNS(null, 'b'));
    expect(print()).toHaveLength(3 + 2999 * 7 + 4 + 4);
  });
});

describe.each([cloneDocument, cloneLater])('$name', (clone) => {
  it('prints the edits made so far and knows nothing of later ones', () => {
    const { document, root, fragment } = read('<a> <b/></a>');
    insertBefore(root, fragment('<c />'), null);
    const copy = clone(document);
    removeNode(child(root, 'b'));
    expect([printDocument(copy), printDocument(readDocument(copy)), printDocument(document)]).toEqual([
      '<a> <b/><c /></a>',
      '<a> <b/><c /></a>',
      '<a> <c /></a>',
    ]);
  });
});
