/** Random XML documents and random changes of them: of prefixes, declarations, text of every kind, and nodes beside the root. */

const RL = 'urn:ietf:params:xml:ns:resource-lists';
/** Namespaces that a prefix may have; the first is the usual one. */
const NAMESPACES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  '': [RL, RL, RL, '', 'urn:e'],
  rl: [RL, RL, 'urn:e'],
  e: ['urn:e', 'urn:e', 'urn:f'],
  f: ['urn:f', 'urn:e'],
  d: ['urn:f'],
};

interface Tag {
  readonly kind: 'element';
  prefix: string;
  local: string;
  /** Declarations that are written even if they are not needed. */
  declared: Record<string, string>;
  attributes: Record<string, string>;
  children: Node[];
}
interface Leaf {
  readonly kind: 'text' | 'cdata' | 'comment' | 'instruction';
  text: string;
}
type Node = Tag | Leaf;

/** A document as a tree. */
export interface Tree {
  prolog: Leaf[];
  root: Tag;
  epilog: Leaf[];
}

/** Chooses at random. Two choosers with the same seed choose the same. */
export interface Chooser {
  /** An integer from 0 to `limit - 1`. */
  below(limit: number): number;
  of<T>(options: readonly T[]): T;
}

export function chooser(seed: number): Chooser {
  let state = seed >>> 0;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
  return {
    below,
    of: (options) => {
      const option = options[below(options.length)];
      if (option === undefined) throw new RangeError('nothing to choose from');
      return option;
    },
  };
}

const TEXTS = ['x', 'y', ' ', '\n  ', '\n', 'A & B', '<', ']]>', '\r', '\t', 'x  y'];
const VALUES = ['a', 'b', 'c', "it's", 'say "x"', `'"`, '', ' ', 'a\nb', '&<>'];

function randomLeaf(random: Chooser, kinds: readonly Leaf['kind'][]): Leaf {
  const kind = random.of(kinds);
  if (kind === 'instruction') return { kind, text: random.of(['p', 'p 1', 'q  a="b"', 'r ?']) };
  if (kind === 'cdata') return { kind, text: random.of(['x', '<&', ' ', '']) };
  return { kind, text: kind === 'comment' ? random.of(['', 'c', ' c & d ', 'c\nd']) : random.of(TEXTS) };
}

const OUTSIDE = ['comment', 'instruction'] as const;
const INSIDE = ['text', 'text', 'text', 'cdata', 'comment', 'instruction'] as const;
const LOCALS = ['list', 'list', 'entry', 'entry', 'display-name', 'external', 'note'];
const ATTRIBUTES = ['name', 'uri', 'name', 'uri', 'e:q', 'f:q', 'z', 'xml:lang', 'rl:q'];

function randomTag(random: Chooser, depth: number): Tag {
  const local = random.of(LOCALS);
  const tag: Tag = {
    kind: 'element',
    prefix: random.of(['', '', '', '', 'rl', 'e', 'f']),
    local,
    declared: {},
    attributes: {},
    children: [],
  };
  if (local === 'list') tag.attributes['name'] = random.of(VALUES);
  if (local === 'entry') tag.attributes['uri'] = random.of(VALUES);
  if (random.below(4) === 0) setAttribute(random, tag);
  if (random.below(8) === 0) declare(random, tag);
  const count = depth === 0 ? 0 : random.below(5);
  for (let index = 0; index < count; index++) tag.children.push(randomNode(random, depth - 1));
  return tag;
}

const randomNode = (random: Chooser, depth: number): Node =>
  random.below(2) === 0 ? randomTag(random, depth) : randomLeaf(random, INSIDE);

function setAttribute(random: Chooser, tag: Tag): void {
  tag.attributes[random.of(ATTRIBUTES)] = random.of(VALUES);
}

function declare(random: Chooser, tag: Tag): void {
  const prefix = random.of(Object.keys(NAMESPACES));
  tag.declared[prefix] = random.of(NAMESPACES[prefix] ?? [RL]);
}

export function randomTree(random: Chooser): Tree {
  const root = randomTag(random, 3);
  Object.assign(root, { prefix: random.of(['', '', 'rl']), local: 'resource-lists' });
  for (let index = random.below(4); index > 0; index--) root.children.push(randomTag(random, 2));
  const leaves = (): Leaf[] => Array.from({ length: random.below(3) }, () => randomLeaf(random, OUTSIDE));
  return { prolog: leaves(), root, epilog: leaves() };
}

/** Changes a tree in one to five places. */
export function mutate(random: Chooser, tree: Tree): void {
  for (let count = 1 + random.below(5); count > 0; count--) mutateOnce(random, tree);
}

function mutateOnce(random: Chooser, tree: Tree): void {
  const tags: Tag[] = [];
  const collect = (tag: Tag): void => {
    tags.push(tag);
    for (const child of tag.children) if (child.kind === 'element') collect(child);
  };
  collect(tree.root);
  const tag = random.of(tags);
  const { children } = tag;
  const at = random.below(children.length + 1);
  switch (random.below(14)) {
    case 0:
      tag.prefix = random.of(['', 'rl', 'e']);
      return;
    case 1:
      if (tag !== tree.root) tag.local = random.of(LOCALS);
      return;
    case 2:
      declare(random, tag);
      return;
    case 3:
      for (const prefix of Object.keys(tag.declared)) delete tag.declared[prefix];
      return;
    case 4:
    case 5:
      setAttribute(random, tag);
      return;
    case 6:
      delete tag.attributes[random.of(Object.keys(tag.attributes).concat('z'))];
      return;
    case 7:
    case 8:
      children.splice(at, 0, randomNode(random, 1));
      return;
    case 9:
    case 10:
      children.splice(at, 1);
      return;
    case 11: {
      const [moved] = children.splice(at, 1);
      if (moved) children.splice(random.below(children.length + 1), 0, moved);
      return;
    }
    case 12: {
      const child = children[at];
      if (child && child.kind !== 'element') children[at] = randomLeaf(random, INSIDE);
      return;
    }
    default: {
      const leaves = random.of([tree.prolog, tree.epilog]);
      const place = random.below(leaves.length + 1);
      if (random.below(2) === 0) leaves.splice(place, 0, randomLeaf(random, OUTSIDE));
      else leaves.splice(place, 1);
    }
  }
}

/** Prints a tree; declares each prefix where it is not bound. */
export function printTree({ prolog, root, epilog }: Tree): string {
  const text = printTag(root, { '': '' });
  return [...prolog.map(printLeaf), text, ...epilog.map(printLeaf)].join('\n');
}

function printTag(tag: Tag, around: Readonly<Record<string, string>>): string {
  const scope = { ...around, ...tag.declared };
  const declared = { ...tag.declared };
  const bind = (prefix: string): void => {
    if (prefix === 'xml' || scope[prefix] !== undefined) return;
    const [usual] = NAMESPACES[prefix] ?? [RL];
    scope[prefix] = usual;
    declared[prefix] = usual;
  };
  bind(tag.prefix);
  const names = new Set<string>();
  let attributes = '';
  for (const [name, value] of Object.entries(tag.attributes)) {
    const [prefix, local] = name.includes(':') ? (name.split(':') as [string, string]) : ['', name]; // one colon
    if (prefix !== '') bind(prefix);
    // Two prefixes of one namespace must not give an attribute twice.
    const expanded = `${local} ${prefix && prefix !== 'xml' ? scope[prefix] : prefix}`;
    if (names.has(expanded)) continue;
    names.add(expanded);
    attributes += ` ${name}="${escapeValue(value)}"`;
  }
  let declarations = '';
  for (const [prefix, uri] of Object.entries(declared)) declarations += ` xmlns${prefix && ':'}${prefix}="${uri}"`;
  const name = tag.prefix === '' ? tag.local : `${tag.prefix}:${tag.local}`;
  const content = tag.children.map((child) => (child.kind === 'element' ? printTag(child, scope) : printLeaf(child)));
  const start = `<${name}${declarations}${attributes}`;
  return content.length === 0 ? `${start}/>` : `${start}>${content.join('')}</${name}>`;
}

function printLeaf({ kind, text }: Leaf): string {
  if (kind === 'comment') return `<!--${text}-->`;
  if (kind === 'instruction') return `<?${text}?>`;
  return kind === 'cdata' ? `<![CDATA[${text}]]>` : escapeText(text);
}

const escapeText = (text: string): string =>
  text.replace(/[&<>\r]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c] ?? '&#13;');
const escapeValue = (text: string): string =>
  text.replace(/[&<"\n]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '"': '&quot;' })[c] ?? '&#10;');
