import type { Element } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { insertBefore, insertText, removeNode, replaceElement } from '../../../src/documents/xml/edit.ts';
import { parseFragment, parseXml } from '../../../src/documents/xml/parse.ts';
import { printDocument } from '../../../src/documents/xml/print.ts';
import { firstElement } from '../../../src/documents/xml/walk.ts';
import { InvalidArgumentError } from '../../../src/selector/errors.ts';

const SOURCE = '<?xml version="1.0"?>\n<a ><b x=\'1\' /> <c>t</c ></a>\n';

function setUp() {
  const { document } = parseXml(SOURCE);
  const root = document.documentElement;
  const b = root && firstElement(root, { local: 'b' });
  const c = root && firstElement(root, { local: 'c' });
  if (!root || !b || !c) throw new InvalidArgumentError('the sample changed');
  const made: Element = parseFragment("<new y = '2'/>", { scope: root }, document);
  return { root, b, c, made, print: () => printDocument(document) };
}

describe('edits', () => {
  it('insert before a sibling', () => {
    const { root, c, made, print } = setUp();
    insertBefore(root, made, c);
    expect(print()).toBe(SOURCE.replace('<c>', "<new y = '2'/><c>"));
  });

  it('move an element that stands elsewhere', () => {
    const { root, b, c, print } = setUp();
    insertBefore(root, c, b);
    expect(print()).toBe(SOURCE.replace("<b x='1' /> <c>t</c >", "<c>t</c ><b x='1' /> "));
  });

  it('leave an element moved before itself where it is', () => {
    const { root, b, print } = setUp();
    insertBefore(root, b, b);
    expect(print()).toBe(SOURCE);
  });

  it('replace an element', () => {
    const { b, made, print } = setUp();
    replaceElement(b, made);
    expect(print()).toBe(SOURCE.replace("<b x='1' />", "<new y = '2'/>"));
  });

  it('remove a node and no white space around it', () => {
    const { b, print } = setUp();
    removeNode(b);
    expect(print()).toBe(SOURCE.replace("<b x='1' />", ''));
  });

  it('insert text, escaped', () => {
    const { root, b, print } = setUp();
    insertText(root, '\n  <', b);
    expect(print()).toBe(SOURCE.replace('<a >', '<a >\n  &lt;'));
  });

  it('refuse to remove the root', () => {
    const { root, print } = setUp();
    expect(() => removeNode(root)).toThrow(InvalidArgumentError);
    expect(print()).toBe(SOURCE);
  });

  it('refuse text with an illegal character', () => {
    const { root } = setUp();
    expect(() => insertText(root, '\u0000', null)).toThrow(InvalidArgumentError);
  });
});

describe('undo', () => {
  it('takes a move back to where the node stood', () => {
    const { root, b, c, print } = setUp();
    insertBefore(root, c, b)();
    expect(print()).toBe(SOURCE);
  });

  it('takes the replacement of the root back', () => {
    const { root, made, print } = setUp();
    const undo = replaceElement(root, made);
    expect(print()).toContain("<new y = '2'/>");
    undo();
    expect(print()).toBe(SOURCE);
    expect(root.ownerDocument?.documentElement).toBe(root);
  });

  it('takes a replacement by a sibling back', () => {
    const { b, c, print } = setUp();
    replaceElement(b, c)();
    expect(print()).toBe(SOURCE);
  });

  it('takes the first child of an empty-element tag back', () => {
    const { b, made, print } = setUp();
    insertBefore(b, made, null)();
    expect(print()).toBe(SOURCE);
  });
});
