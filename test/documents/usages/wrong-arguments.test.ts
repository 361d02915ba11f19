import { describe, expect, it } from 'vitest';
import {
  canonicalSipUri,
  canonicalUri,
  flattenList,
  omaPresRules,
  presRules,
  resolveEntryRef,
  resourceLists,
  rlsServices,
  sameUri,
  type XcapDocument,
} from '../../../src/documents/index.ts';
import { InvalidArgumentError, isXcapError, parseSelector } from '../../../src/selector/index.ts';

const friends = resourceLists.list('friends');
const bob = 'sip:bob@example.com';
const service = rlsServices.service('sip:friends@example.com');

const lists = () => {
  const doc = resourceLists.create();
  doc.addList({
    name: 'friends',
    displayName: 'Friends',
    entry: [{ uri: bob, displayName: 'Bob' }],
    list: [{ name: 'a' }],
  });
  doc.addEntryRef(friends, { ref: 'resource-lists/x' });
  doc.addExternal(friends, { anchor: 'https://xcap.example.com/x' });
  return doc;
};
const services = () => {
  const doc = rlsServices.create();
  doc.addService({ uri: 'sip:friends@example.com', packages: ['presence'], list: { entry: [{ uri: bob }] } });
  return doc;
};
const rules = () => {
  const doc = presRules.create();
  doc.allow(bob);
  return doc;
};

/** Values that no verb takes as a selector, a URI, data or options. */
const JUNK = [
  undefined,
  null,
  0,
  5,
  Number.NaN,
  true,
  '',
  'friends',
  {},
  { etag: '"1"' },
  [],
  [null],
  () => undefined,
  Symbol('x'),
];

interface Kind {
  readonly create: () => XcapDocument<never>;
  /** Selectors of every kind of node, by the element that they address. */
  readonly selectors: Readonly<Record<string, unknown>>;
  /** Verbs with arguments that they take, and the names of the elements that their selectors may address. */
  readonly verbs: Readonly<Record<string, readonly { readonly value: unknown; readonly kinds: readonly string[] }[]>>;
}

const listArgument = { value: friends, kinds: ['list'] };
const entryArgument = { value: friends.entry(bob), kinds: ['entry'] };
const data = (value: unknown) => ({ value, kinds: [] });
const serviceArgument = { value: service, kinds: ['service'] };

const KINDS: Readonly<Record<string, Kind>> = {
  'resource-lists': {
    create: () => lists() as never,
    selectors: {
      'resource-lists': resourceLists,
      list: friends,
      entry: friends.entry(bob),
      'entry-ref': friends.entryRef(1),
      external: friends.external(1),
      'display-name': friends.displayName(),
      attribute: friends.attr('name'),
      bindings: friends.namespaceBindings(),
      extension: friends.child({ namespace: 'urn:x', name: 'y' }),
      'any (list)': resourceLists.any(1),
      'any (entry)': friends.any({ uri: bob }),
      'of another usage': presRules.rule('a'),
      untyped: parseSelector('/resource-lists/list/display-name', resourceLists),
    },
    verbs: {
      entries: [listArgument],
      find: [data(bob)],
      addList: [{ value: friends, kinds: ['list', 'resource-lists'] }, data('new')],
      addEntry: [listArgument, data({ uri: 'sip:new@example.com' })],
      addEntryRef: [listArgument, data({ ref: 'resource-lists/new' })],
      addExternal: [listArgument, data({ anchor: 'https://xcap.example.com/new' })],
      removeEntry: [listArgument, data(bob)],
      removeList: [listArgument],
      renameEntry: [entryArgument, data('new')],
      renameList: [listArgument, data('new')],
      moveEntry: [entryArgument, { value: friends.list('a'), kinds: ['list'] }],
    },
  },
  'rls-services': {
    create: () => services() as never,
    selectors: {
      'rls-services': rlsServices,
      service,
      list: service.list(),
      entry: service.list().entry(bob),
      packages: service.packages(),
      package: service.packages().package(1),
      attribute: service.attr('uri'),
      bindings: service.namespaceBindings(),
      'any (service)': rlsServices.any(1),
      'any (packages)': service.any(2),
      'of another usage': friends,
    },
    verbs: {
      addService: [data({ uri: 'sip:new@example.com', resourceList: 'https://xcap.example.com/x' })],
      removeService: [serviceArgument],
      packages: [serviceArgument],
      addPackage: [serviceArgument, data('dialog')],
      removePackage: [serviceArgument, data('presence')],
      setPackages: [serviceArgument, data(['dialog'])],
      flatten: [serviceArgument, data(() => undefined), data({ root: 'https://xcap.example.com' })],
    },
  },
  'pres-rules': {
    create: () => rules() as never,
    selectors: { 'cp:rule': presRules.rule('xcap-allow'), attribute: presRules.rule('xcap-allow').attr('id') },
    verbs: {
      ...Object.fromEntries(
        ['allow', 'block', 'politeBlock', 'confirm', 'forget'].map((verb) => [
          verb,
          [data('sip:new@example.com'), data({})],
        ]),
      ),
      decide: [data({ watcher: bob })],
      lint: [data({})],
    },
  },
};

/** Calls a verb and returns what it threw; fails unless the document is then unchanged. */
async function thrownBy(kind: Kind, verb: string, args: readonly unknown[]): Promise<unknown> {
  const doc = kind.create();
  const before = String(doc);
  try {
    await Reflect.apply(Reflect.get(doc, verb), doc, args);
  } catch (error) {
    expect([String(doc), doc.changes.length], `${verb} threw and changed the document`).toEqual([
      before,
      kind.create().changes.length,
    ]);
    return error;
  }
  return undefined;
}

const shown = (value: unknown): string =>
  ['symbol', 'function'].includes(typeof value)
    ? typeof value
    : typeof value === 'number'
      ? `${value}`
      : JSON.stringify(value);

describe.each(Object.keys(KINDS))('the verbs of %s', (name) => {
  const kind = KINDS[name] as Kind; // one of its keys

  it.each(Object.keys(kind.verbs))('%s works with its own arguments', async (verb) => {
    const args = (kind.verbs[verb] ?? []).map(({ value }) => value);
    expect(await thrownBy(kind, verb, args)).toBeUndefined();
  });

  it.each(Object.keys(kind.verbs))(
    '%s throws InvalidArgumentError for the selector of another element',
    async (verb) => {
      const args = kind.verbs[verb] ?? [];
      for (const [position, { kinds }] of args.entries()) {
        for (const [selected, selector] of Object.entries(kind.selectors)) {
          if (kinds.some((expected) => selected === expected || selected === `any (${expected})`)) continue;
          const call = args.map(({ value }, index) => (index === position ? selector : value));
          const error = await thrownBy(kind, verb, call);
          expect(isXcapError(error), `${verb}, argument ${position}: ${selected}: ${error}`).toBe(true);
          if (kinds.length > 0)
            expect(error, `${verb}, argument ${position}: ${selected}`).toBeInstanceOf(InvalidArgumentError);
        }
      }
    },
  );

  it.each(Object.keys(kind.verbs))('%s throws an XcapError for a value of another type', async (verb) => {
    const args = kind.verbs[verb] ?? [];
    for (const position of args.keys()) {
      for (const junk of JUNK) {
        const call = args.map(({ value }, index) => (index === position ? junk : value));
        const error = await thrownBy(kind, verb, call);
        const where = `${verb}, argument ${position}: ${shown(junk)}: ${error}`;
        const isAccepted = ACCEPTED.has(`${verb} ${position} ${shown(junk)}`);
        expect(error === undefined ? 'accepted' : 'refused', where).toBe(isAccepted ? 'accepted' : 'refused');
        if (error !== undefined) expect(isXcapError(error), where).toBe(true);
      }
    }
  });

  it.each(Object.keys(kind.verbs))('%s throws an XcapError without arguments', async (verb) => {
    if (verb === 'lint') return;
    expect(isXcapError(await thrownBy(kind, verb, []))).toBe(true);
  });
});

/** Values in `JUNK` that a verb takes, such as any string as a name. */
const ACCEPTED = new Set([
  ...['""', '"friends"', '{}'].map((value) => `addList 1 ${value}`),
  'addList 0 undefined',
  'addExternal 1 {}',
  ...['renameEntry', 'renameList'].flatMap((verb) => ['null', '""', '"friends"'].map((value) => `${verb} 1 ${value}`)),
  ...['find 0', 'addPackage 1', 'removePackage 1'].flatMap((argument) =>
    ['""', '"friends"'].map((value) => `${argument} ${value}`),
  ),
  ...['null', '[]'].map((value) => `setPackages 1 ${value}`),
  'flatten 1 function',
  ...['undefined', '{}'].map((value) => `flatten 2 ${value}`),
  ...['allow', 'block', 'politeBlock', 'confirm', 'forget'].flatMap((verb) => [
    `${verb} 0 []`,
    `${verb} 1 undefined`,
    `${verb} 1 {}`,
  ]),
  'decide 0 {}',
  ...['undefined', '{}'].map((value) => `lint 0 ${value}`),
]);

describe('the functions beside the verbs', () => {
  const fetch = () => undefined;
  const calls: Readonly<Record<string, (junk: never) => unknown>> = {
    'flattenList of no document': (junk) => flattenList(junk, friends, fetch),
    'flattenList of no list': (junk) => flattenList(lists(), junk, fetch),
    'flattenList without fetch': (junk) =>
      flattenList(lists(), friends, typeof junk === 'function' ? (5 as never) : junk),
    'flattenList with a root that is not a string': (junk) =>
      flattenList(lists(), friends, fetch, { root: [junk] as never }),
    'decide with a watcher that is not a string': (junk) => presRules.create().decide({ watcher: [junk] as never }),
    'decide with a sphere that is not a string': (junk) => presRules.create().decide({ sphere: [junk] as never }),
    'decide at no time': (junk) => presRules.create().decide({ at: [junk] as never }),
    'decide with a resolveList that is not a function': (junk) =>
      presRules.create().decide({ watcher: bob, resolveList: [junk] as never }),
    'allow for a list with something else in it': (junk) => omaPresRules.create().allow([bob, [junk] as never]),
    canonicalUri: (junk) => canonicalUri([junk] as never),
    canonicalSipUri: (junk) => canonicalSipUri([junk] as never),
    sameUri: (junk) => sameUri(bob, [junk] as never),
    'resolveEntryRef of no ref': (junk) => resolveEntryRef([junk] as never, 'https://xcap.example.com'),
    'resolveEntryRef against no root': (junk) => resolveEntryRef('x', [junk] as never),
  };

  it.each(Object.keys(calls))('throw InvalidArgumentError: %s', async (name) => {
    for (const junk of JUNK) {
      const thrown = await Promise.resolve()
        .then(() => calls[name]?.(junk as never))
        .catch((error: unknown) => error);
      expect(thrown, `${name}: ${shown(junk)}`).toBeInstanceOf(InvalidArgumentError);
    }
  });
});

describe('a verb', () => {
  it('removes an entry by list and URI, or by its own selector, and never a list', () => {
    for (const args of [[friends, bob], [friends.entry(bob)], [friends.any({ uri: bob })]]) {
      const doc = lists();
      Reflect.apply(doc.removeEntry, doc, args);
      expect([doc.entries(friends), doc.lists().length]).toEqual([[], 1]);
    }
    for (const args of [[friends], [friends, undefined], [resourceLists, bob], [friends.entry(bob), bob]]) {
      const doc = lists();
      expect(() => Reflect.apply(doc.removeEntry, doc, args)).toThrow(InvalidArgumentError);
      expect(doc.equals(lists())).toBe(true);
    }
  });

  it.each([
    { call: () => presRules.create().allow(bob, { rewriet: true } as never), option: 'rewriet', meant: 'rewrite' },
    { call: () => presRules.create().forget(bob, { rewrite: true } as never), option: 'rewrite', meant: 'resolveList' },
    { call: () => presRules.create().decide({ wacher: bob } as never), option: 'wacher', meant: 'watcher' },
    { call: () => presRules.create().lint({ att: new Date() } as never), option: 'att', meant: 'at' },
    {
      call: () => services().flatten(service, () => undefined, { depth: 5 } as never),
      option: 'depth',
      meant: 'maxDepth',
    },
  ])('refuses the unknown option $option', async ({ call, option, meant }) => {
    const thrown = await Promise.resolve()
      .then<unknown>(call)
      .catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(InvalidArgumentError);
    expect(String(thrown)).toContain(`"${option}"`);
    expect(String(thrown)).toContain(meant);
  });
});
