import type { Document, Element } from '@xmldom/xmldom';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import xpath from 'xpath';
import { parseDocument, XcapDocument } from '../../../src/documents/index.ts';
import { parseSelector, type SelectorStep } from '../../../src/selector/index.ts';

const NAMESPACES = { p: 'urn:p', q: 'urn:q' };

/** Elements of few names, namespaces and attribute values, so that steps often match none, one or several. */
const elementOf = (depth: number): fc.Arbitrary<string> =>
  fc
    .record({
      name: fc.constantFrom('a', 'b', 'x:a', 'y:a'),
      id: fc.constantFrom('', ' i="1"', ' i="2"', ' x:i="1"', ' i="1" x:i="2"'),
      default: fc.constantFrom('', '', '', ' xmlns="urn:p"', ' xmlns=""'),
      text: fc.constantFrom('', ' ', 'text', '<!--a-->', '<?p?>', '<![CDATA[<a/>]]>'),
      children: depth === 0 ? fc.constant([]) : fc.array(elementOf(depth - 1), { maxLength: 4 }),
    })
    .map(
      ({ name, id, default: namespace, text, children }) =>
        `<${name}${namespace}${id}>${text}${children.join(text)}</${name}>`,
    );

const documents = elementOf(3).map((xml) => xml.replace(/^<(\S+?)([\s>])/, '<$1 xmlns:x="urn:p" xmlns:y="urn:q"$2'));

const stepText = fc
  .record({
    name: fc.constantFrom('a', 'b', 'p:a', 'q:a', 'p:b', '*'),
    position: fc.constantFrom('', '', '[1]', '[2]', '[3]'),
    test: fc.constantFrom('', '', '[@i="1"]', '[@i="2"]', '[@p:i="1"]'),
  })
  .map(({ name, position, test }) => name + position + test);

const selectors = fc
  .tuple(
    fc.constantFrom('*', '*', '*[1]', 'a'),
    fc.array(stepText, { maxLength: 3 }),
    fc.constantFrom('', '/@i', '/@p:i'),
  )
  .map(([root, steps, terminal]) => [root, ...steps].join('/') + terminal);

/** The selector by XPath: step by step, since XCAP wants exactly one element of each. */
function byXPath(document: Document, text: string): string | undefined {
  const { steps, terminal } = parseSelector(text, { namespaces: NAMESPACES }).node;
  let context: Document | Element = document;
  for (const one of steps) {
    const found: Element[] = evaluateXPath(expressionOf(one), context);
    const [only] = found;
    if (found.length !== 1 || !only) return undefined;
    context = only;
  }
  if (terminal?.kind !== 'attribute') return context.toString();
  return (context as Element).getAttributeNS(terminal.name.namespace, terminal.name.local) ?? undefined; // after a step
}

const evaluateXPath = (expression: string, context: Document | Element): Element[] =>
  xpath.select(expression, context as unknown as Node) as unknown as Element[]; // the package knows a browser's types only

function expressionOf({ name, position, attribute }: SelectorStep): string {
  const isNamed = (kind: string, { namespace, local }: { namespace: string | null; local: string }) =>
    `local-name(${kind})="${local}" and namespace-uri(${kind})="${namespace ?? ''}"`;
  return [
    'child::*',
    name === '*' ? '' : `[${isNamed('.', name)}]`,
    position === undefined ? '' : `[${position}]`,
    attribute
      ? `[@*[local-name()="${attribute.name.local}" and namespace-uri()="${attribute.name.namespace ?? ''}"]="${attribute.value}"]`
      : '',
  ].join('');
}

describe('evaluation against XPath as oracle (RFC 4825 section 6.3)', () => {
  it('finds what XPath finds, when every step gives exactly one element', () => {
    let found = 0;
    fc.assert(
      fc.property(documents, fc.array(selectors, { minLength: 10, maxLength: 10 }), (xml, texts) => {
        const doc = parseDocument(xml);
        const { dom } = XcapDocument.stateOf(doc);
        for (const text of texts) {
          const selector = parseSelector(text, { namespaces: NAMESPACES });
          const expected = byXPath(dom, text);
          const ours = selector.node.terminal ? doc.get(selector) : doc.element(selector)?.toString();
          if (expected !== undefined) found++;
          expect(ours, `${text} in ${xml}`).toBe(expected);
        }
      }),
      { numRuns: 300 },
    );
    expect(found).toBeGreaterThan(200);
  });
});
