import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../../src/documents/usage.ts';
import { presRules } from '../../../src/documents/usages/pres-rules/usage.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { applyXcapDiff } from '../../../src/documents/xcap-diff/apply.ts';
import { documentAction, readXcapDiff } from '../../../src/documents/xcap-diff/read.ts';

const RL = 'urn:ietf:params:xml:ns:resource-lists';
const XD = 'urn:ietf:params:xml:ns:xcap-diff';
const SEL = 'resource-lists/users/sip:joe@example.com/index';
const lists = () => resourceLists.parse(`<resource-lists xmlns="${RL}"><list name="a"/></resource-lists>`);
const diffOf = (...documents: readonly string[]) =>
  `<d:xcap-diff xmlns="${RL}" xmlns:d="${XD}" xcap-root="https://x.example/">${documents.join('')}</d:xcap-diff>`;
const part = (previous: string | undefined, now: string | undefined, content: string, sel = SEL) =>
  `<d:document sel="${sel}"${previous ? ` previous-etag="${previous}"` : ''}${now ? ` new-etag="${now}"` : ''}>${content}</d:document>`;
const addB = '<d:add sel="resource-lists"><list name="b"/></d:add>';
const removeB = '<d:remove sel="*/list[@name=\'b\']"/>';

describe('applyXcapDiff (RFC 5874 section 3)', () => {
  it('patches the document and returns the new entity tag', () => {
    const document = lists();
    expect(applyXcapDiff(document, diffOf(part('e1', 'e2', addB)), { etag: '"e1"' })).toEqual({ etag: 'e2' });
    expect(document.toString()).toContain('<list name="b"/>');
  });

  it('applies a chain of versions', () => {
    const document = lists();
    const diff = diffOf(part('e1', 'e2', addB), part('e2', 'e3', removeB));
    expect(applyXcapDiff(document, diff, { etag: 'e1' })).toEqual({ etag: 'e3' });
    expect(document.equals(lists())).toBe(true);
  });

  it('returns the new tag if only the tag changed', () => {
    const diff = diffOf(part('e1', 'e2', '<d:body-not-changed/>'));
    expect(applyXcapDiff(lists(), diff, { etag: 'e1' })).toEqual({ etag: 'e2' });
  });

  it('selects the given document in any spelling of its selector', () => {
    const diff = diffOf(
      part('x1', 'x2', removeB, 'pres-rules/users/sip:joe@example.com/index'),
      part('e1', 'e2', addB),
    );
    const options = { etag: 'e1', documentSelector: '/resource-lists/users/sip%3Ajoe@example.com/index' };
    expect(applyXcapDiff(lists(), diff, options)).toEqual({ etag: 'e2' });
    expect(() => applyXcapDiff(lists(), diff)).toThrow(/documentSelector/);
  });

  it('ignores unknown elements', () => {
    const diff = diffOf('<x xmlns="urn:x"/>', part('e1', 'e2', `<x xmlns="urn:x"/>${addB}`));
    expect(applyXcapDiff(lists(), diff, { etag: 'e1' })).toEqual({ etag: 'e2' });
  });

  it.each([
    ['another version', part('e0', 'e2', addB), 'etag-mismatch'],
    ['a broken chain', part('e1', 'e2', addB) + part('e7', 'e3', removeB), 'etag-mismatch'],
    ['a change without a patch', part('e1', 'e2', ''), 'no-patch'],
    ['a removed document', part('e1', undefined, ''), 'no-patch'],
    ['a failing second step', part('e1', 'e2', addB) + part('e2', 'e3', '<d:remove sel="*/z"/>'), 'unlocated-node'],
    ['a patch that says nothing changed', part('e1', 'e2', `<d:body-not-changed/>${addB}`), 'invalid-diff-format'],
  ])('refuses %s and leaves the document as it was', (_, documents, condition) => {
    const document = lists();
    expect(() => applyXcapDiff(document, diffOf(documents), { etag: 'e1' })).toThrow(
      expect.objectContaining({ code: 'patch', condition }),
    );
    expect(document.toString()).toBe(lists().toString());
  });

  it.each([
    { sel: 'resource-lists/users/sip:joe@example.com/index' },
    { sel: 'https://x.example/resource-lists/global/index' },
  ])('refuses a diff of another usage: $sel', ({ sel }) => {
    const document = presRules.create();
    const text = document.toString();
    expect(() => applyXcapDiff(document, diffOf(part('e1', 'e2', addB, sel)))).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining('pres-rules document') }),
    );
    expect(document.toString()).toBe(text);
  });

  it('ends with an error if the operations take too long', () => {
    const document = parseDocument(`<t>${'<a>x</a>'.repeat(20_000)}</t>`);
    const operations = `<d:add sel="t/a[.='x'][1]" type="@n">1</d:add><d:remove sel="t/a[.='x'][1]/@n"/>`.repeat(5_000);
    const diff = diffOf(part('e1', 'e2', operations)).replace(` xmlns="${RL}"`, '');
    expect(() => applyXcapDiff(document, diff)).toThrow(expect.objectContaining({ condition: 'no-patch' }));
  }, 120_000);

  it('refuses a document that is not an xcap-diff', () => {
    expect(() => applyXcapDiff(lists(), '<a/>')).toThrow(expect.objectContaining({ condition: 'invalid-diff-format' }));
  });
});

describe('documentAction (RFC 5874 figure 1)', () => {
  const kind = (previous: string | undefined, now: string | undefined, content: string) =>
    documentAction(part(previous, now, content).replace('<d:document', `<d:document xmlns:d="${XD}"`)).kind;

  it.each([
    ['e1', 'e2', addB, 'patch'],
    ['e1', 'e2', '', 'fetch-document'],
    ['e1', 'e2', '<d:body-not-changed/>', 'etag-only'],
    [undefined, 'e2', '', 'fetch-document'],
    ['e1', undefined, '', 'removed'],
    [undefined, undefined, '', 'unknown'],
  ])('from %s to %s with %j is %s', (previous, now, content, wanted) => {
    expect(kind(previous, now, content)).toBe(wanted);
  });
});

describe('readXcapDiff', () => {
  it('reads elements and attributes', () => {
    const diff = diffOf(
      '<d:element sel="a/~~/x" exists="1"><list name="q"/></d:element>',
      '<d:element sel="a/~~/y" exists="0"/>',
      '<d:element sel="a/~~/z"/>',
      '<d:attribute sel="a/~~/x/@name">q</d:attribute>',
      '<d:attribute sel="a/~~/y/@name" exists="false"/>',
    );
    expect(readXcapDiff(diff)).toEqual({
      root: 'https://x.example/',
      documents: [],
      elements: [
        { sel: 'a/~~/x', exists: true, xml: `<list xmlns="${RL}" name="q"/>` },
        { sel: 'a/~~/y', exists: false, xml: undefined },
        { sel: 'a/~~/z', exists: true, xml: undefined },
      ],
      attributes: [
        { sel: 'a/~~/x/@name', exists: true, value: 'q' },
        { sel: 'a/~~/y/@name', exists: false, value: undefined },
      ],
    });
  });

  it('keeps the namespaces in scope of an element, also those that only its values use', () => {
    const diff = diffOf('<d:element xmlns:q="urn:q" sel="a/~~/x"><list type="q:x"/></d:element>');
    expect(readXcapDiff(diff).elements[0]?.xml).toBe(`<list xmlns:q="urn:q" xmlns="${RL}" type="q:x"/>`);
  });
});
