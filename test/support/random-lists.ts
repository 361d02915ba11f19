import fc from 'fast-check';
import { illegalCharacter } from '../../src/selector/xml-text.ts';

/** Text that XML can hold, the awkward kinds among it. */
export const xmlText = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.string({
      unit: fc.constantFrom('<', '>', '&', '"', "'", ']', ']]>', '\t', '\n', '\r', ' ', '%', '~~', 'é', '🙂', 'a'),
    }),
  )
  .filter((text) => illegalCharacter(text) < 0);

/** A URI as the table takes it: sometimes one that random documents hold already. */
export const uri = fc.oneof(
  fc.constantFrom('sip:a', 'sip:b', 'sip:', 'tel:+4930123456'),
  fc
    .tuple(
      fc.constantFrom('sip', 'tel', 'mailto'),
      fc.string({ unit: fc.constantFrom(..."abcABC019-._~%&'=+;@"), maxLength: 8 }),
    )
    .map(([scheme, rest]) => `${scheme}:${rest.replace(/%(?![\dA-Fa-f]{2})/g, '%25')}`),
);

const displayName = fc.record({ text: xmlText, lang: fc.constantFrom('de', 'en-GB') }, { requiredKeys: ['text'] });

const entry = fc.record({ uri, displayName }, { requiredKeys: ['uri'] });

const entries = fc.uniqueArray(entry, { selector: (one) => one.uri, maxLength: 4 });

/** Empty arrays are left out: a document does not say whether there were any. */
function withoutEmpty(data: Data): Data {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => !Array.isArray(value) || value.length > 0));
}

type Data = Record<string, unknown>;

const listDataOf = (depth: number): fc.Arbitrary<Data> => {
  const fields = { name: xmlText, displayName, entry: entries, entryRef: fc.constant([{ ref: 'a/b' }]) };
  const inner =
    depth === 0 ? fc.constant<Data[]>([]) : fc.uniqueArray(listDataOf(depth - 1), { selector: nameOf, maxLength: 2 });
  return fc.record({ ...fields, list: inner }, { requiredKeys: ['name'] }).map(withoutEmpty);
};

const nameOf = (data: Data): unknown => data['name'];

/** Legal data of a list with lists in it, as `get` returns it. */
export const listData = listDataOf(2);

interface Style {
  readonly prefix: string;
  readonly quote: string;
  readonly eol: string;
  readonly unit: string;
  readonly noise: readonly string[];
}

const style: fc.Arbitrary<Style> = fc.record({
  prefix: fc.constantFrom('', 'rl:', 'x:'),
  quote: fc.constantFrom('"', "'"),
  eol: fc.constantFrom('', '\n', '\r\n'),
  unit: fc.constantFrom('', '  ', '\t'),
  noise: fc.array(
    fc.constantFrom('', '', '<!-- c -->', '<?pi x?>', '<e:x xmlns:e="urn:e" a="1">&#65;</e:x>', '<![CDATA[ ]]>', ' '),
    { minLength: 1, maxLength: 7 },
  ),
});

interface Node {
  readonly kind: 'list' | 'entry';
  readonly key: string;
  readonly label: string | undefined;
  readonly children: readonly Node[];
}

const nodesOf = (depth: number): fc.Arbitrary<Node[]> =>
  fc.uniqueArray(
    fc.record({
      kind: fc.constantFrom('list' as const, 'entry' as const),
      key: fc.constantFrom('', 'a', 'b', 'c', "d'd", 'e&e'),
      label: fc.option(fc.constantFrom('A', 'B <&', ''), { nil: undefined }),
      children: depth === 0 ? fc.constant([]) : nodesOf(depth - 1),
    }),
    { selector: ({ kind, key }) => `${kind} ${key}`, maxLength: 4 },
  );

/** The text of a valid resource-lists document in some hand's style: prefixes, quotes, indentation, comments, extensions. */
export const listsXml = fc.tuple(nodesOf(2), style).map(([content, hand]) => {
  let count = 0;
  const noise = () => hand.noise[count++ % hand.noise.length] ?? '';
  const eq = (value: string) => hand.quote + value.replace(/[&<'"]/g, (c) => `&#${c.charCodeAt(0)};`) + hand.quote;
  const inText = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  const p = hand.prefix;
  const line = (depth: number) => (hand.eol ? hand.eol + hand.unit.repeat(depth) : '');
  const write = (node: Node, depth: number): string => {
    const key = node.kind === 'list' ? ` name=${eq(node.key)}` : `  uri = ${eq(`sip:${node.key}`)}`;
    const label = node.label === undefined ? '' : `<${p}display-name>${inText(node.label)}</${p}display-name>`;
    const inner = node.kind === 'list' ? node.children.map((child) => write(child, depth + 1)).join('') : '';
    const extra = noise();
    const end = inner || extra.startsWith('<e') ? line(depth) : '';
    const body = `${label}${inner}${extra.startsWith('<![') ? '' : extra}${end}`;
    return `${line(depth)}<${p}${node.kind}${key}${body ? `>${body}</${p}${node.kind}>` : ' />'}`;
  };
  const declared = p ? `xmlns:${p.slice(0, -1)}` : 'xmlns';
  const lists = content.filter(({ kind }) => kind === 'list');
  const text = lists.map((node) => write(node, 1)).join('');
  return `<?xml version='1.0'?>${hand.eol}<${p}resource-lists ${declared}="urn:ietf:params:xml:ns:resource-lists">${text}${hand.eol}</${p}resource-lists><!-- end -->`;
});
