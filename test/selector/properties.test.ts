import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NodeSelector, nodeSelector, qname, step } from '../../src/selector/ast.ts';
import { selectorFromNode } from '../../src/selector/builder.ts';
import { documentUri, parsePath, parseSelector, parseXcapUri, SelectorSyntaxError } from '../../src/selector/index.ts';
import { scopeFor } from '../../src/selector/read.ts';

const DEFAULT = 'urn:example:default';
const context = { defaultNamespace: DEFAULT };

/** Text with a meaning in URIs, XML or selectors, and text outside ASCII. */
const nasty = fc.constantFrom(
  '"',
  "'",
  '&',
  '<',
  '>',
  '/',
  '~~',
  '[',
  ']',
  '%',
  '%41',
  '?',
  '#',
  ' ',
  '\t',
  '\n',
  '\r',
  '@',
  '=',
  '&amp;',
  'é',
  '漢',
  '🎉',
  '^',
  '(',
  ')',
  '\u00a0',
);
const legal = fc
  .string({ unit: 'grapheme', maxLength: 8 })
  .filter((text) => !/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(text));
const value = fc.array(fc.oneof(nasty, legal), { maxLength: 6 }).map((parts) => parts.join(''));
const local = fc.constantFrom('list', 'entry', 'display-name', 'a.b', '_x', 'größe', '名');
const namespace = fc.constantFrom(
  DEFAULT,
  'urn:example:other',
  'http://example.com/a?b=(c)#d%20',
  'urn:x(',
  'urn:x^)',
  'http://www.w3.org/XML/1998/namespace',
);
const elementName = fc.oneof(
  fc.constant('*' as const),
  fc.tuple(namespace, local).map(([uri, text]) => qname(uri, text)),
);
const attributeName = fc.tuple(fc.oneof(fc.constant(null), namespace), local).map(([uri, text]) => qname(uri, text));
const attribute = fc.record({ name: attributeName, value });
const anyStep = fc
  .tuple(
    elementName,
    fc.option(fc.integer({ min: 0, max: 99 }), { nil: undefined }),
    fc.option(attribute, { nil: undefined }),
  )
  .map(([name, position, test]) => step(name, position, test));
const terminal = fc.oneof(
  fc.constant(undefined),
  attributeName.map((name) => Object.freeze({ kind: 'attribute' as const, name })),
  fc.constant(Object.freeze({ kind: 'namespace-bindings' as const })),
);
const selector: fc.Arbitrary<NodeSelector> = fc
  .tuple(fc.array(anyStep, { minLength: 1, maxLength: 5 }), terminal)
  .map(([steps, end]) => nodeSelector(steps, end));

const selectorFrom = (node: NodeSelector) => selectorFromNode(node, scopeFor(context).scope);

describe('a selector is equal after printing and parsing', () => {
  it('in its readable form', () => {
    fc.assert(
      fc.property(selector, (node) => {
        expect(parseSelector(String(selectorFrom(node)), context).node).toEqual(node);
      }),
      { numRuns: 1000 },
    );
  });

  it('in its percent-encoded form', () => {
    fc.assert(
      fc.property(selector, (node) => {
        expect(parsePath(selectorFrom(node).toPath(), context).node).toEqual(node);
      }),
    );
  });

  it('in a whole URI', () => {
    const segment = value.filter(
      (text) => text !== '' && text !== '.' && text !== '..' && !text.includes('~~') && !/\p{Cc}/u.test(text),
    );
    fc.assert(
      fc.property(selector, segment, fc.array(segment, { minLength: 1, maxLength: 3 }), (node, user, document) => {
        const root = 'https://xcap.example.com/services';
        const uri = `${documentUri({ root, usage: 'notes', user: { xui: user }, document })}/~~${selectorFrom(node).toPath()}`;
        const back = parseXcapUri(uri, { root });
        // parseXcapUri does not know the default namespace of this usage, so the selector is parsed separately.
        const read = parsePath(uri.slice(uri.indexOf('/~~') + 3), context);
        expect([
          back.user,
          documentUri({ ...back, usage: back.auid, user: { xui: back.user ?? '' }, document }),
          read.node,
        ]).toEqual([user, documentUri({ root, usage: 'notes', user: { xui: user }, document }), node]);
      }),
    );
  });
});

describe('a percent-encoded selector', () => {
  const path = selector.map((node) => selectorFrom(node).toPath());

  it('contains only characters that a URI may contain', () => {
    fc.assert(fc.property(path, (text) => /^[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]+$/.test(text)));
  });

  it('has escapes with upper-case digits and no other percent sign', () => {
    fc.assert(fc.property(path, (text) => !/%(?![0-9A-F]{2})/.test(text)));
  });

  it('never contains the node selector separator', () => {
    fc.assert(fc.property(path, (text) => !text.includes('~~')));
  });
});

describe('with arbitrary text', () => {
  const piece = fc.oneof(
    nasty,
    fc.constantFrom('list', '[1]', '[@a="b"]', '/@x', '/namespace::*', '?xmlns(a=b)', '*', ':', '%zz', '%C3'),
  );
  const garbage = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')),
  );
  const readers = { parseSelector, parsePath };

  it.each(Object.keys(readers) as (keyof typeof readers)[])(
    '%s returns a selector or throws SelectorSyntaxError',
    (reader) => {
      fc.assert(
        fc.property(garbage, (text) => {
          try {
            readers[reader](text, context);
          } catch (error) {
            expect(error).toBeInstanceOf(SelectorSyntaxError);
            const { position, input } = error as SelectorSyntaxError;
            expect(input).toBe(text);
            expect(position).toBeGreaterThanOrEqual(0);
            expect(position).toBeLessThanOrEqual(text.length);
          }
        }),
        { numRuns: 500 },
      );
    },
  );
});
