/** Random changes of a document: structure, names, attributes and values. Most make it invalid. */

import { el, elementsOf, PREFIXES, type Random, type Tree } from './tree.ts';

/** Values that are right for some types and wrong for others. */
const VALUES = [
  ...[
    '',
    ' ',
    'x',
    'a b',
    ' true ',
    'True',
    'TRUE',
    '1',
    '0',
    '00',
    '-1',
    '+5',
    '1.5',
    '0.5',
    '0.12345',
    '2',
    '10',
    '1e3',
  ],
  ...[
    'open',
    ' open',
    'closed',
    'Open',
    'allow',
    ' allow ',
    'bare',
    'full ',
    'active',
    'block',
    '\u00A0true',
    'true\u00A0',
  ],
  ...[
    '2026-01-31T08:00:00Z',
    '2026-02-30T08:00:00Z',
    '2025-02-29T08:00:00Z',
    '2000-02-29T08:00:00Z',
    '1900-02-29T00:00:00Z',
  ],
  ...[
    '2026-01-31T08:00:00',
    '2026-01-31T24:00:00Z',
    '2026-01-31T24:00:01Z',
    '2026-01-31T23:59:60Z',
    '0000-01-01T00:00:00Z',
  ],
  ...[
    '-0001-01-01T00:00:00Z',
    '02026-01-01T00:00:00Z',
    '12026-01-01T00:00:00Z',
    '+2026-01-01T00:00:00Z',
    '2026-01-31T08:00Z',
  ],
  ...[
    '2026-01-31T08:00:00+14:00',
    '2026-01-31T08:00:00+14:01',
    '2026-01-31T08:00:00-13:60',
    '2026-01-31T08:00:00+0100',
  ],
  ...[
    '2026-01-31t08:00:00Z',
    '2026-01-31 08:00:00Z',
    '2026-04-31T08:00:00Z',
    '2026-13-01T08:00:00Z',
    '2026-01-31',
    '2026-01-31T08:00:00.Z',
  ],
  ...[
    '%',
    '%4',
    '%zz',
    '%41',
    'a[b',
    'a]b',
    '#f',
    '#f#g',
    '1:2',
    ':a',
    'a:',
    '//',
    '///',
    'http://a:b/',
    'http://a:80',
    'http://[::1',
  ],
  ...[
    '<a>',
    '{a}',
    'a\\b',
    'a|b',
    '"a"',
    '^',
    '`',
    'http://a b/',
    'sip:a@b;c=d?e=f',
    'urn:x',
    './1:2',
    'a@b:c',
    'é:b',
    '?[',
    'http://a@b@c/',
  ],
  ...[
    'en',
    'en-',
    'en_US',
    'de-CH-1996',
    'abcdefghi',
    'a1',
    '-en',
    'en--us',
    ' en ',
    'preserve',
    'default',
    'i1',
    'i0',
    '1a',
    'a:b',
    'a.b',
  ],
];

const ATTRIBUTES = [
  ...[
    'a',
    'id',
    'uri',
    'name',
    'xml:lang',
    'xml:space',
    'xml:base',
    'xml:id',
    'x:a',
    'p:mustUnderstand',
    'rl:name',
    'rl:a',
    'rs:a',
  ],
  ...[
    'cp:id',
    'pr:a',
    'p:a',
    'dm:id',
    'xc:a',
    'xd:a',
    'rpid:a',
    'until',
    'priority',
    'entity',
    'ref',
    'anc',
    'etag',
    'size',
    'domain',
  ],
  ...['xsi:nil', 'xsi:type', 'xsi:schemaLocation', 'xsi:noNamespaceSchemaLocation', 'xsi:a'],
];

const TYPES = [
  'xs:string',
  'xs:anyURI',
  'xs:token',
  'xs:boolean',
  'xs:dateTime',
  'rl:listType',
  'rl:entryType',
  'rl:display-nameType',
  'xs:Name',
  'xs:normalizedString',
  'cp:identityType',
  'p:note',
  'none',
  'x:foo',
];

const NAMES = [
  ...[
    'rl:entry',
    'rl:list',
    'rl:display-name',
    'rl:resource-lists',
    'rs:list',
    'rs:service',
    'rs:rls-services',
    'rs:package',
    'rs:entry',
  ],
  ...[
    'cp:ruleset',
    'cp:rule',
    'cp:one',
    'cp:identity',
    'cp:sphere',
    'cp:except',
    'pr:sub-handling',
    'pr:class',
    'pr:provide-mood',
  ],
  ...[
    'pr:provide-user-input',
    'pr:provide-persons',
    'pr:all-persons',
    'pr:deviceID',
    'ocp:other-identity',
    'ocp:entry',
    'op:service-id',
  ],
  ...[
    'op:provide-geopriv',
    'p:presence',
    'p:tuple',
    'p:note',
    'p:basic',
    'dm:deviceID',
    'dm:note',
    'dm:person',
    'rpid:class',
    'rpid:activities',
  ],
  ...[
    'rpid:away',
    'rpid:other',
    'ci:card',
    'xc:auid',
    'xc:xcap-caps',
    'xd:entry',
    'xd:xcap-directory',
    'x:foo',
    'x:bar',
    'foo',
    'entry',
  ],
];

/** Text, white space and what is not text, as it is written. */
const CONTENTS = [
  'text',
  ' ',
  '\n',
  '<!-- comment -->',
  '<?pi data?>',
  '<![CDATA[]]>',
  '<![CDATA[x]]>',
  '<![CDATA[ ]]>',
  '&#160;',
  '&#32;',
];

type Mutation = (random: Random, target: Tree, parent: Tree | undefined, root: Tree) => void;

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
const at = (random: Random, { children }: Tree): number => random.below(children.length + 1);
const copy = (tree: Tree): Tree =>
  el(
    tree.name,
    Object.fromEntries(tree.attributes),
    ...tree.children.map((child) => (typeof child === 'string' ? child : copy(child))),
  );

const value = (random: Random, name: string): string =>
  name === 'xsi:type' && random.below(3) > 0 ? random.pick(TYPES) : random.pick(VALUES);

const MUTATIONS: readonly Mutation[] = [
  (_, target, parent) => parent?.children.splice(parent.children.indexOf(target), 1),
  (random, target, parent) => parent?.children.splice(at(random, parent), 0, copy(target)),
  (random, target, parent) => {
    if (!parent) return;
    parent.children.splice(parent.children.indexOf(target), 1);
    parent.children.splice(at(random, parent), 0, target);
  },
  (random, target, _, root) => {
    const { element } = random.pick(elementsOf(root));
    if (elementsOf(target).length < 20) element.children.splice(at(random, element), 0, copy(target));
  },
  (random, target) => void target.children.splice(at(random, target), 0, el(random.pick(NAMES))),
  (random, target) =>
    void target.children.splice(at(random, target), 0, el(random.pick(NAMES), {}, escaped(random.pick(VALUES)))),
  (random, target) => {
    const content = random.pick(CONTENTS);
    // libxml2 2.9 refuses white space around dates, against XML Schema part 2, section 4.3.6.
    const isDate = /^-?\d{4,}-/.test(target.children.join(''));
    if (!isDate || /<!--|<\?|\[\]|x|text|160/.test(content)) target.children.splice(at(random, target), 0, content);
  },
  (random, target) => {
    const [name] = random.pick([...target.attributes, ['']]);
    target.attributes.delete(name ?? '');
  },
  (random, target) => {
    const name = random.pick(ATTRIBUTES);
    target.attributes.set(name, value(random, name));
  },
  (random, target) => {
    const [name = ''] = random.pick([...target.attributes, ['xml:lang']]);
    target.attributes.set(name, value(random, name));
  },
  (random, target) => {
    if (target.children.every((child) => typeof child === 'string'))
      target.children.splice(0, target.children.length, escaped(random.pick(VALUES)));
  },
  (random, target, parent) => {
    if (parent) target.name = random.pick(NAMES);
  },
  (random, target, parent) => {
    const [, local = 'foo'] = target.name.split(':');
    if (parent) target.name = `${random.pick(Object.keys(PREFIXES).slice(0, -2))}:${local}`;
  },
  (_, target) => void target.children.splice(0),
];

/** Changes a document in place. */
export function mutate(random: Random, root: Tree): void {
  const { element, parent } = random.pick(elementsOf(root));
  random.pick(MUTATIONS)(random, element, parent, root);
}
