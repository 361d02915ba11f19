/** Random versions of documents: a base, and edits that make two versions of it. */
import fc from 'fast-check';
import { defineApplicationUsage } from '../../../src/documents/usage.ts';
import { presRules } from '../../../src/documents/usages/pres-rules/usage.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { rlsServices } from '../../../src/documents/usages/rls-services/usage.ts';

/** One element of a document that is being built. */
interface TreeNode {
  tag: string;
  attributes: Record<string, string>;
  text: string;
  children: TreeNode[];
}

/** How elements of one name are made. */
interface Kind {
  readonly key?: string;
  readonly attributes?: readonly string[];
  readonly values?: readonly string[];
  readonly text?: boolean;
  readonly children?: readonly string[];
  /** Children that must not be missing. */
  readonly required?: readonly string[];
}

/** An application usage with how its elements are made. */
export interface Vocabulary {
  readonly name: string;
  readonly parse: (xml: string) => ReturnType<typeof resourceLists.parse>;
  readonly root: string;
  readonly kinds: Readonly<Record<string, Kind>>;
}

const notes = defineApplicationUsage({
  auid: 'org.example.notes',
  contentType: 'application/xml',
  namespaces: { '': 'urn:example:notes', o: 'urn:example:other' },
  root: 'notes',
  elements: {
    notes: { attributes: { title: {} }, children: { head: '?', group: '*', tag: '*' } },
    head: { attributes: { level: { type: 'integer' } }, children: { 'o:mark': '?', line: '*' } },
    group: {
      key: 'name',
      unique: 'siblings',
      attributes: { name: {}, color: {} },
      children: { group: '*', item: '*' },
      anyOrder: [['group', 'item']],
    },
    item: { key: 'id', attributes: { id: {}, 'o:state': {} }, children: { line: '*', 'o:mark': '?' } },
    line: { attributes: { lang: {} }, text: 'string' },
    tag: { text: 'string' },
    'o:mark': { attributes: { size: {} }, text: 'string' },
  },
});

// Every document class has the members of an XcapDocument, which is all that merge and the laws use.
const reader = (usage: { parse(xml: string): unknown }) => usage.parse as Vocabulary['parse'];

export const vocabularies: readonly Vocabulary[] = [
  {
    name: 'resource-lists',
    parse: reader(resourceLists),
    root: 'resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists" xmlns:e="urn:e" xmlns:f="urn:f"',
    kinds: {
      root: { children: ['list'] },
      list: { key: 'name', attributes: ['e:color'], children: ['display-name', 'entry', 'entry', 'list', 'e:note'] },
      entry: { key: 'uri', attributes: ['e:color'], children: ['display-name', 'e:note'] },
      'display-name': { text: true },
      'e:note': { attributes: ['v'], text: true },
    },
  },
  {
    name: 'pres-rules',
    parse: reader(presRules),
    root: 'cp:ruleset xmlns="urn:ietf:params:xml:ns:pres-rules" xmlns:pr="urn:ietf:params:xml:ns:pres-rules" xmlns:cp="urn:ietf:params:xml:ns:common-policy" xmlns:e="urn:e" xmlns:f="urn:f"',
    kinds: {
      root: { children: ['cp:rule'] },
      'cp:rule': { key: 'id', children: ['cp:conditions', 'cp:actions'] },
      'cp:conditions': { children: ['cp:identity', 'cp:sphere'] },
      'cp:identity': { children: ['cp:one', 'cp:one', 'cp:many'] },
      'cp:one': { key: 'id' },
      'cp:many': { key: 'domain', children: ['cp:except'] },
      'cp:except': { attributes: ['id'], values: ['x', 'y'] },
      'cp:sphere': { attributes: ['value'], values: ['home', 'work'] },
      'cp:actions': { children: ['sub-handling'] },
      'sub-handling': { text: true, values: ['allow', 'block', 'confirm'] },
    },
  },
  {
    name: 'rls-services',
    parse: reader(rlsServices),
    root: 'rls-services xmlns="urn:ietf:params:xml:ns:rls-services" xmlns:rl="urn:ietf:params:xml:ns:resource-lists" xmlns:e="urn:e" xmlns:f="urn:f"',
    kinds: {
      root: { children: ['service'] },
      service: { key: 'uri', children: ['list', 'resource-list', 'packages', 'e:note'], required: ['list'] },
      'resource-list': { text: true },
      list: { attributes: ['name'], values: ['x', 'y'], children: ['rl:entry', 'rl:entry', 'rl:list'] },
      'rl:list': { key: 'name', children: ['rl:entry', 'rl:display-name'] },
      'rl:entry': { key: 'uri', children: ['rl:display-name'] },
      'rl:display-name': { text: true },
      packages: { children: ['package'] },
      package: { text: true },
      'e:note': { attributes: ['v'], text: true, children: ['e:note', 'f:note'] },
      'f:note': { text: true },
    },
  },
  {
    name: "a usage of one's own",
    parse: reader(notes),
    root: 'notes xmlns="urn:example:notes" xmlns:o="urn:example:other" xmlns:e="urn:e" xmlns:f="urn:f"',
    kinds: {
      root: {
        attributes: ['title', 'e:color'],
        children: ['head', 'group', 'group', 'tag', 'tag', 'e:note', 'f:note'],
      },
      head: { attributes: ['level'], values: ['1', '2', '3'], children: ['o:mark', 'line', 'line'] },
      group: { key: 'name', attributes: ['color'], children: ['group', 'item', 'item', 'e:note'] },
      item: { key: 'id', attributes: ['o:state'], children: ['line', 'o:mark', 'f:note'] },
      line: { attributes: ['lang'], text: true },
      tag: { text: true },
      'o:mark': { attributes: ['size'], text: true },
      'e:note': { attributes: ['v', 'f:v'], text: true, children: ['e:note', 'plain', 'f:note'] },
      'f:note': { text: true },
      plain: { text: true },
    },
  },
];

/** One edit, by numbers that are taken modulo what there is. */
export interface Edit {
  readonly verb: 'add' | 'remove' | 'text' | 'attribute' | 'key' | 'shift' | 'move' | 'copy' | 'fresh';
  readonly at: number;
  readonly to: number;
  readonly value: number;
}

/** A base and the edits of both sides. `isWild` allows keys twice. */
export interface Triple {
  readonly vocabulary: number;
  readonly isWild: boolean;
  readonly seed: readonly Edit[];
  readonly both: readonly Edit[];
  readonly mine: readonly Edit[];
  readonly theirs: readonly Edit[];
}

const edit = (...verbs: readonly Edit['verb'][]): fc.Arbitrary<Edit> =>
  fc.record({ verb: fc.constantFrom(...verbs), at: fc.nat(60), to: fc.nat(12), value: fc.nat(12) });
const change = edit('add', 'add', 'fresh', 'remove', 'remove', 'text', 'attribute', 'key', 'shift', 'move', 'copy');
const changes = fc.array(change, { maxLength: 5 });

export const triples: fc.Arbitrary<Triple> = fc.record({
  vocabulary: fc.nat(vocabularies.length - 1),
  isWild: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
  seed: fc.array(edit('add', 'add', 'add', 'attribute', 'text'), { maxLength: 24 }),
  both: fc.array(change, { maxLength: 2 }),
  mine: changes,
  theirs: changes,
});

/** The three documents of a triple, as text. */
export function textsOf(triple: Triple): { base: string; mine: string; theirs: string } {
  const vocabulary = vocabularies[triple.vocabulary] ?? (vocabularies[0] as Vocabulary); // there is a first one
  const base: TreeNode = { tag: 'root', attributes: {}, text: '', children: [] };
  const apply = (tree: TreeNode, edits: readonly Edit[], side: string): TreeNode => {
    const copy = structuredClone(tree);
    for (const [index, one] of edits.entries())
      new Editor(copy, vocabulary, triple.isWild, `${side}${index}`).apply(one);
    return copy;
  };
  const start = apply(base, triple.seed, 'b');
  const print = (tree: TreeNode) => printTree(tree, vocabulary.root);
  return {
    base: print(start),
    mine: print(apply(apply(start, triple.both, 'c'), triple.mine, 'm')),
    theirs: print(apply(apply(start, triple.both, 'c'), triple.theirs, 't')),
  };
}

const VALUES = ['x', 'y', 'z', 'w'];

class Editor {
  readonly #root: TreeNode;
  readonly #kinds: Vocabulary['kinds'];
  readonly #isWild: boolean;
  /** A value that no other edit uses. */
  readonly #fresh: string;

  constructor(root: TreeNode, { kinds }: Vocabulary, isWild: boolean, fresh: string) {
    this.#root = root;
    this.#kinds = kinds;
    this.#isWild = isWild;
    this.#fresh = fresh;
  }

  apply({ verb, at, to, value }: Edit): void {
    const all = [...walk(this.#root)];
    const found = all[at % all.length];
    if (!found) return;
    const { node, parent } = found;
    const kind = this.#kind(node);
    switch (verb) {
      case 'add':
      case 'fresh': {
        const names = kind.children ?? [];
        const tag = names[value % Math.max(1, names.length)];
        if (tag) this.#put(node, this.#create(tag, to, verb === 'fresh'), to);
        return;
      }
      case 'remove':
        if (parent) this.#remove(parent, node);
        return;
      case 'text':
        if (kind.text) node.text = value > 9 ? this.#fresh : this.#value(node, value);
        return;
      case 'attribute': {
        const name = kind.attributes?.[to % (kind.attributes.length || 1)];
        if (name === undefined) return;
        if (value === 0 && name !== 'value') delete node.attributes[name];
        else node.attributes[name] = this.#value(node, value);
        return;
      }
      case 'key':
        if (parent) this.#rename(parent, node, value > 9 ? this.#fresh : this.#value(node, value));
        return;
      case 'shift':
        if (parent) {
          parent.children.splice(parent.children.indexOf(node), 1);
          this.#put(parent, node, to);
        }
        return;
      case 'move': {
        const homes = all.filter(
          (other) =>
            this.#kind(other.node).children?.includes(node.tag) && ![...walk(node)].some((x) => x.node === other.node),
        );
        const home = homes[to % Math.max(1, homes.length)]?.node;
        if (parent && home && this.#isFree(home, node, node)) {
          parent.children.splice(parent.children.indexOf(node), 1);
          this.#put(home, node, value);
        }
        return;
      }
      case 'copy':
        if (parent) this.#put(parent, structuredClone(node), to);
    }
  }

  #kind = (node: TreeNode): Kind => this.#kinds[node.tag] ?? {};

  #value = (node: TreeNode, value: number): string => {
    const values = this.#kind(node).values ?? VALUES;
    return values[value % values.length] ?? '';
  };

  #create(tag: string, value: number, isFresh: boolean): TreeNode {
    const node: TreeNode = { tag, attributes: {}, text: '', children: [] };
    const { key, text, values, attributes, children } = this.#kind(node);
    if (key) node.attributes[key] = isFresh ? this.#fresh : this.#value(node, value);
    if (text) node.text = isFresh && !values ? this.#fresh : this.#value(node, value);
    if (values && !text) for (const name of attributes ?? []) node.attributes[name] = this.#value(node, value);
    if (key && children?.some((child) => child.endsWith('display-name')) && value % 2 === 0) {
      const name = children.find((child) => child.endsWith('display-name')) ?? '';
      node.children.push({ tag: name, attributes: {}, text: this.#value(node, value >> 2), children: [] });
    }
    return node;
  }

  /** Puts a child among those of its parent, behind those of an earlier kind. */
  #put(parent: TreeNode, node: TreeNode, place: number): void {
    if (!this.#isFree(parent, node, node)) return;
    const order = this.#kind(parent).children ?? [];
    const isOrdered = !this.#isWild || place % 2 === 0;
    const rank = (tag: string): number => {
      if (['list', 'entry', 'group', 'item', 'rl:list', 'rl:entry', 'cp:one', 'cp:many'].includes(tag)) return 50;
      if (/^[ef]:|^plain/.test(tag)) return 90;
      if (parent.tag === 'cp:conditions') return 40;
      return order.indexOf(tag) + (tag === 'tag' ? 60 : 0);
    };
    const before = parent.children.filter(({ tag }) => !isOrdered || rank(tag) < rank(node.tag)).length;
    const among = parent.children.filter(({ tag }) => !isOrdered || rank(tag) === rank(node.tag)).length;
    parent.children.splice(isOrdered ? before + (place % (among + 1)) : place % (parent.children.length + 1), 0, node);
    parent.text = this.#kind(parent).text && !this.#isWild ? '' : parent.text;
  }

  /** Whether a child can stand in a parent as the schema wants it. */
  #isFree(parent: TreeNode, node: TreeNode, self: TreeNode): boolean {
    if (this.#isWild) return true;
    const others = parent.children.filter((child) => child !== self && child.tag === node.tag);
    const { key } = this.#kind(node);
    if (node.tag === 'cp:rule' || node.tag === 'service')
      return ![...walk(this.#root)].some(
        (x) =>
          x.node !== self && x.node.tag === node.tag && x.node.attributes[key ?? ''] === node.attributes[key ?? ''],
      );
    if (key) return others.every(({ attributes }) => attributes[key] !== node.attributes[key]);
    if (node.tag === 'list' || node.tag === 'resource-list')
      return !parent.children.some(
        (child) => child !== self && (child.tag === 'list' || child.tag === 'resource-list'),
      );
    const isLone = /display-name|conditions|actions|sub-handling|^head|mark|packages/.test(node.tag);
    return !isLone || others.length === 0;
  }

  #rename(parent: TreeNode, node: TreeNode, value: string): void {
    const { key } = this.#kind(node);
    if (!key || node.attributes[key] === undefined) return;
    const renamed = { ...node, attributes: { ...node.attributes, [key]: value } };
    if (this.#isFree(parent, renamed, node)) node.attributes = renamed.attributes;
  }

  #remove(parent: TreeNode, node: TreeNode): void {
    parent.children.splice(parent.children.indexOf(node), 1);
  }
}

function* walk(node: TreeNode, parent?: TreeNode): Generator<{ node: TreeNode; parent: TreeNode | undefined }> {
  yield { node, parent };
  for (const child of node.children) yield* walk(child, node);
}

function printTree(node: TreeNode, root?: string): string {
  const tag = root ?? node.tag;
  const name = tag.split(' ')[0] ?? '';
  const plain = name === 'plain' ? ' xmlns=""' : '';
  const attributes = Object.entries(node.attributes)
    .map(([key, value]) => ` ${key}="${value}"`)
    .join('');
  return `<${tag}${plain}${attributes}>${node.text}${node.children.map((child) => printTree(child)).join('')}</${name}>`;
}
