import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { NodeSelector } from '../../src/selector/ast.ts';
import { printBindings } from '../../src/selector/bindings.ts';
import { encodeQuery } from '../../src/selector/encode.ts';
import {
  documentSelector,
  encodeNodeSelector,
  parsePath,
  parseSelector,
  parseXcapUri,
  SelectorSyntaxError,
} from '../../src/selector/index.ts';

interface Name {
  readonly ns: string | null;
  readonly local: string;
}
interface Case {
  readonly id: string;
  readonly category: string;
  readonly input: string;
  readonly selector: string;
  readonly kind: 'node-selector' | 'document-selector' | 'query';
  readonly uri: string;
  readonly root: string;
  readonly expectedPath: string;
  readonly namespaces: Readonly<Record<string, string>>;
  readonly defaultNamespace: string | null;
  readonly parts: {
    readonly auid: string;
    readonly tree: 'users' | 'global';
    readonly xui?: string;
    readonly path: readonly string[];
  };
  readonly expected: {
    readonly steps: readonly {
      readonly name: '*' | Name;
      readonly position?: number;
      readonly attribute?: Name & { readonly value: string };
    }[];
    readonly terminal: null | ({ readonly type: string } & Name);
    readonly documentSelector: string;
    readonly nodeSelector: string;
    readonly namespaces: Readonly<Record<string, string>>;
  };
}

const cases: readonly Case[] = JSON.parse(readFileSync('test/conformance/conformance-sample.json', 'utf8')).cases;
const of = (category: string) => cases.filter((one) => one.category === category);

const name = ({ ns, local }: Name) => ({ namespace: ns, local });
/** Returns the expected selector of a case. */
const tree = ({ steps, terminal }: Case['expected']): NodeSelector => ({
  steps: steps.map((step) => ({
    name: step.name === '*' ? '*' : name(step.name),
    ...(step.position === undefined ? {} : { position: step.position }),
    ...(step.attribute ? { attribute: { name: name(step.attribute), value: step.attribute.value } } : {}),
  })),
  ...(terminal === null
    ? {}
    : {
        terminal:
          terminal.type === 'attribute' ? { kind: 'attribute', name: name(terminal) } : { kind: 'namespace-bindings' },
      }),
});

describe('RFC 4825 section 6.3: node selectors', () => {
  it('are covered by the expected number of cases', () => {
    expect([
      of('selector-parse-valid').length,
      of('selector-parse-invalid').length,
      of('encode').length,
      of('uri-parse').length,
    ]).toEqual([10, 13, 8, 4]);
  });

  it.each(of('selector-parse-valid'))('$id: $input', ({ input, namespaces, defaultNamespace, expected }) => {
    expect(parseSelector(input, { namespaces, defaultNamespace }).node).toEqual(tree(expected));
  });

  it.each(of('selector-parse-valid'))('$id, percent-encoded', ({ input, namespaces, defaultNamespace, expected }) => {
    expect(parsePath(encodeNodeSelector(input), { namespaces, defaultNamespace }).node).toEqual(tree(expected));
  });

  it.each(of('selector-parse-invalid'))('$id is rejected: $input', ({ input, namespaces, defaultNamespace }) => {
    expect(() => parseSelector(input, { namespaces, defaultNamespace })).toThrow(SelectorSyntaxError);
  });
});

describe('RFC 4825 section 6.3, RFC 3986 section 3.3: percent-encoding', () => {
  it.each(of('encode'))('$id: $expectedPath', ({ kind, selector, parts, namespaces, expectedPath }) => {
    const encoded = {
      'node-selector': () => encodeNodeSelector(selector),
      'document-selector': () =>
        `/${documentSelector({ usage: parts.auid, tree: parts.tree, user: parts.xui, document: parts.path })}`,
      query: () => encodeQuery(printBindings(Object.entries(namespaces))),
    }[kind]();
    expect(encoded).toBe(expectedPath);
  });
});

describe('RFC 4825 sections 6 and 6.4: XCAP URIs', () => {
  it.each(of('uri-parse'))('$id', ({ uri, root, expected }) => {
    const { documentSelector, nodeSelector, namespaces } = parseXcapUri(uri, { root });
    expect({ documentSelector: `/${documentSelector}`, nodeSelector, namespaces }).toEqual(expected);
  });
});
