/** Random resource-lists documents of a small vocabulary, so that two of them share much. */
import fc from 'fast-check';

const RL = 'urn:ietf:params:xml:ns:resource-lists';
const name = fc.constantFrom('a', 'b', 'c', 'd');
const text = fc.constantFrom('', 'x', 'y', ' ', 'A &amp; B');
const space = fc.constantFrom('', '', '\n  ', '\n', '<!--c-->');

const attributes = fc
  .record({ q: fc.constantFrom('', '', ' e:q="1"', ' e:q="2"'), plain: fc.constantFrom('', '', ' z="1"') })
  .map(({ q, plain }) => q + plain);

/** Elements without a key, of another namespace or of none. */
const extension: fc.Arbitrary<string> = fc
  .record({
    tag: fc.constantFrom('e:note', 'e:info', 'f:note', 'plain'),
    attribute: fc.constantFrom('', '', ' v="1"', ' v="2"'),
    content: fc.constantFrom('', 'x', 'y', 'x<e:b/>y', '<e:b/><e:b>t</e:b>', '<e:b i="1"/><plain xmlns=""/>', '\n'),
  })
  .map(({ tag, attribute, content }) => {
    const namespace = tag === 'plain' ? ' xmlns=""' : '';
    return `<${tag}${namespace}${attribute}>${content}</${tag}>`;
  });

const displayName = text.map((content) => `<display-name>${content}</display-name>`);
const entry = fc
  .record({ uri: name, more: attributes, display: fc.constantFrom('', 'P', 'Q'), extra: fc.constantFrom('', '<e:b/>') })
  .map(
    ({ uri, more, display, extra }) =>
      `<entry uri="${uri}"${more}>${display && `<display-name>${display}</display-name>`}${extra}</entry>`,
  );
const keylessEntry = fc.constantFrom('<entry/>', '<entry><display-name>P</display-name></entry>', '<external/>');

const children = (item: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.tuple(space, item), { maxLength }).map((parts) => parts.flat().join(''));

const inner = fc.oneof(
  { weight: 5, arbitrary: entry },
  { weight: 1, arbitrary: displayName },
  { weight: 1, arbitrary: extension },
  { weight: 1, arbitrary: keylessEntry },
);
const list = (item: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .record({ name: fc.constantFrom('', 'l', 'm', 'n'), more: attributes, content: children(item, 6), end: space })
    .map(({ name: key, more, content, end }) => `<list${key && ` name="${key}"`}${more}>${content}${end}</list>`);

const prologue = fc.constantFrom(
  ` xmlns="${RL}" xmlns:e="urn:e" xmlns:f="urn:f"`,
  ` xmlns:f="urn:f" xmlns:e="urn:e" xmlns="${RL}" e:r="1"`,
  ` xmlns="${RL}" xmlns:e="urn:f" xmlns:f="urn:e"`,
);

/** Anything goes: keys twice, keys missing, extensions in every place. */
export const anyLists: fc.Arbitrary<string> = fc
  .record({
    start: prologue,
    content: children(
      fc.oneof({ weight: 4, arbitrary: list(fc.oneof(inner, list(inner))) }, { weight: 1, arbitrary: extension }),
      4,
    ),
  })
  .map(({ start, content }) => `<resource-lists${start}>${content}</resource-lists>`);

const uniqueItems = (item: fc.Arbitrary<string>, tag: string, key: string): fc.Arbitrary<string> =>
  fc
    .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 5 })
    .chain((keys) =>
      fc
        .tuple(...keys.map(() => item))
        .map((contents) => keys.map((value, i) => `\n<${tag} ${key}="${value}">${contents[i]}</${tag}>`).join('')),
    );
const validEntry = fc.constantFrom('', '<display-name>P</display-name>', '<display-name>Q</display-name>');

/** Keys are unique, and everything but entries, lists and their names is missing. */
export const validLists: fc.Arbitrary<string> = uniqueItems(
  fc
    .tuple(
      fc.constantFrom('', '<display-name>L</display-name>'),
      uniqueItems(validEntry, 'entry', 'uri'),
      fc.constantFrom('', '<e:note>x</e:note>'),
    )
    .map((parts) => parts.join('')),
  'list',
  'name',
).map((content) => `<resource-lists xmlns="${RL}" xmlns:e="urn:e">${content}</resource-lists>`);
