import {
  diff,
  merge,
  parseDocument,
  parseXcapError,
  presRules,
  type ResourceListsDocument,
  resourceLists,
  rlsServices,
} from '../src/documents/index.ts';
import type { BenchRow } from './row.ts';

const NAMESPACE = 'urn:ietf:params:xml:ns:resource-lists';
const friends = resourceLists.list('friends');

/** A task with a number of things; `prepare` is not measured. */
interface Task {
  readonly name: string;
  readonly sizes: readonly [small: number, big: number];
  readonly prepare: (size: number) => () => unknown;
}

const times = <T>(size: number, make: (index: number) => T): T[] =>
  Array.from({ length: size }, (_, index) => make(index));

const uri = (index: number): string => `sip:user${index}@example.com`;

const entry = (index: number, name = `User ${index}`): string =>
  `    <entry uri="${uri(index)}"><display-name>${name}</display-name></entry>\n`;

const listText = (entries: readonly string[]): string =>
  `<resource-lists xmlns="${NAMESPACE}">\n  <list name="friends">\n${entries.join('')}  </list>\n</resource-lists>\n`;

const listOf = (size: number): ResourceListsDocument =>
  resourceLists.parse(listText(times(size, (index) => entry(index))));

/** A fixed order of the numbers below `size` that looks random: 7,919 is prime and divides no size here. */
const scattered = (size: number): number[] => times(size, (index) => (index * 7919 + 13) % size);

const nested = (depth: number, inner: string): string =>
  `<resource-lists xmlns="${NAMESPACE}">${times(depth, (index) => `<list name="l${index}">`).join('')}${inner}${'</list>'.repeat(depth)}</resource-lists>`;

const eachEntry =
  (edit: (doc: ResourceListsDocument, index: number) => unknown): Task['prepare'] =>
  (size) => {
    const doc = listOf(size);
    return () => {
      for (const index of scattered(size)) edit(doc, index);
    };
  };

const edits: readonly Task[] = [
  {
    name: 'N times addEntry',
    sizes: [1000, 8000],
    prepare: (size) => {
      const doc = listOf(1);
      return () => times(size, (index) => doc.addEntry(friends, { uri: `sip:new${index}@example.com` }));
    },
  },
  {
    name: 'N times addList',
    sizes: [1000, 8000],
    prepare: (size) => {
      const doc = resourceLists.create();
      return () => times(size, (index) => doc.addList(`list ${index}`));
    },
  },
  {
    name: 'N times renameEntry',
    sizes: [1000, 8000],
    prepare: eachEntry((doc, index) => doc.renameEntry(friends.entry(uri(index)), 'renamed')),
  },
  {
    name: 'N times removeEntry',
    sizes: [1000, 8000],
    prepare: eachEntry((doc, index) => doc.removeEntry(friends, uri(index))),
  },
  {
    name: 'N times put by key',
    sizes: [1000, 8000],
    prepare: eachEntry((doc, index) => doc.put(friends.entry(uri(index)), { uri: uri(index), displayName: 'put' })),
  },
  {
    name: 'N times move',
    sizes: [1000, 8000],
    prepare: (size) => {
      const doc = listOf(size);
      const others = doc.addList('others');
      return () => {
        for (const index of scattered(size)) doc.moveEntry(friends.entry(uri(index)), others);
      };
    },
  },
  {
    name: 'append of N at once',
    sizes: [2500, 20_000],
    prepare: (size) => {
      const doc = listOf(1);
      return () => doc.append(friends, { entry: times(size, (index) => ({ uri: `sip:new${index}@example.com` })) });
    },
  },
  {
    name: 'allow of N watchers at once',
    sizes: [1000, 8000],
    prepare: (size) => {
      const doc = presRules.create();
      return () => doc.allow(times(size, uri));
    },
  },
];

/** Changes of N/4 entries: additions, removals, or another order of all. */
const versions = {
  additions: (size: number) =>
    times(size, (index) => (index % 4 === 0 ? entry(index) + entry(size + index) : entry(index))),
  removals: (size: number) => times(size, (index) => (index % 4 === 0 ? '' : entry(index))),
  shuffles: (size: number) => scattered(size).map((index) => entry(index)),
  'changed keys': (size: number) => times(size, (index) => entry(size + index, `User ${index}`)),
};

const comparisons: readonly Task[] = Object.entries(versions).flatMap(([kind, change]): Task[] => [
  {
    name: `diff: ${kind}`,
    sizes: [2500, 20_000],
    prepare: (size) => {
      const [base, mine] = [listOf(size), resourceLists.parse(listText(change(size)))];
      return () => diff(base, mine);
    },
  },
  {
    name: `merge: ${kind}`,
    sizes: [1000, 8000],
    prepare: (size) => {
      const [base, mine] = [listOf(size), resourceLists.parse(listText(change(size)))];
      const theirs = resourceLists.parse(listText([...times(size, (index) => entry(index)), entry(2 * size + 1)]));
      return () => merge(base, mine, theirs);
    },
  },
]);

const attributesText = (size: number, value: string): string =>
  `<a ${times(size, (index) => `a${index}="${value}"`).join(' ')}/>`;

const NO_LIMIT = { maxAttributes: 1_000_000, maxDepth: 100_000, maxNodes: 10_000_000 };

const parsing = (text: string) => () => parseDocument(text, NO_LIMIT);

const shapes: readonly Task[] = [
  {
    name: 'diff of many attributes',
    sizes: [12_500, 100_000],
    prepare: (size) => {
      const [one, other] = ['1', '2'].map((value) => parseDocument(attributesText(size, value), NO_LIMIT));
      return () => one && other && diff(one, other);
    },
  },
  {
    name: 'equals of many attributes',
    sizes: [12_500, 100_000],
    prepare: (size) => {
      const [one, other] = ['1', '1'].map((value) => parseDocument(attributesText(size, value), NO_LIMIT));
      return () => one && other && one.equals(other);
    },
  },
  {
    name: 'diff of deep documents',
    sizes: [120, 960],
    prepare: (size) => {
      const [one, other] = [entry(1), entry(1, 'other')].map((inner) => resourceLists.parse(nested(size, inner)));
      return () => one && other && diff(one, other);
    },
  },
  {
    name: 'lists of nested lists',
    sizes: [120, 960],
    prepare: (size) => {
      const doc = resourceLists.parse(nested(size, ''));
      return () => doc.lists();
    },
  },
  {
    name: 'parse: attributes',
    sizes: [12_500, 100_000],
    prepare: (size) => parsing(attributesText(size, '1')),
  },
  {
    name: 'parse: namespaces',
    sizes: [12_500, 100_000],
    prepare: (size) => parsing(`<a ${times(size, (index) => `xmlns:n${index}="urn:n${index}"`).join(' ')}/>`),
  },
  {
    name: 'parse: references',
    sizes: [12_500, 100_000],
    prepare: (size) => parsing(`<a>${'&amp;'.repeat(size)}</a>`),
  },
  {
    name: 'parse: references in an attribute',
    sizes: [12_500, 100_000],
    prepare: (size) => parsing(`<a b="${'&lt;x'.repeat(size)}"/>`),
  },
  {
    name: 'parse: white space in a start tag',
    sizes: [125_000, 1_000_000],
    prepare: (size) => parsing(`<a${' '.repeat(size)}b="1"${' '.repeat(size)}/>`),
  },
  {
    name: 'edit of a start tag with white space',
    sizes: [125_000, 1_000_000],
    prepare: (size) => {
      const doc = resourceLists.parse(
        listText([`<entry${' '.repeat(size)}uri="${uri(0)}"${' '.repeat(size)}a="1"${' '.repeat(size)}/>`]),
      );
      return () => doc.update(friends.entry(1), { uri: uri(1), displayName: 'x' });
    },
  },
  {
    name: 'xcap-error of many parts',
    sizes: [12_500, 100_000],
    prepare: (size) => {
      const exists = times(size, (index) => `<exists field="x[${index}]"><alt-value>${index}</alt-value></exists>`);
      const text = `<xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error"><uniqueness-failure>${exists.join('')}</uniqueness-failure></xcap-error>`;
      return () => parseXcapError(text);
    },
  },
];

const rule = (index: number): string =>
  `<cp:rule id="r${index}"><cp:conditions><cp:identity><cp:one id="${uri(index % 1000)}"/></cp:identity></cp:conditions>` +
  '<cp:actions><sub-handling>allow</sub-handling></cp:actions></cp:rule>';

const ROOT = 'http://example.com/';

const service = (index: number): string =>
  `<service uri="sip:service${index}@example.com"><resource-list>${ROOT}resource-lists/users/sip:a@example.com/index/~~/resource-lists/list%5b@name=%22friends%22%5d</resource-list></service>`;

const reading: readonly Task[] = [
  { name: 'select //entry', sizes: [2500, 20_000], prepare: selection((doc) => doc.select('//rl:entry')) },
  {
    name: 'select //entry, then selectorOf each',
    sizes: [12_500, 100_000],
    prepare: selection((doc) => doc.select('//rl:entry').map((node) => doc.selectorOf(node))),
  },
  {
    name: 'select //a//a//b of nested elements',
    sizes: [60, 480],
    prepare: (size) => {
      const doc = parseDocument(`${'<a>'.repeat(size)}<b/>${'</a>'.repeat(size)}`);
      return () => doc.select('//a//a//b');
    },
  },
  {
    name: 'lint of many rules',
    sizes: [1000, 8000],
    prepare: (size) => {
      const doc = presRules.parse(
        `<cp:ruleset xmlns="urn:ietf:params:xml:ns:pres-rules" xmlns:cp="urn:ietf:params:xml:ns:common-policy">${times(size, rule).join('')}</cp:ruleset>`,
      );
      return () => doc.lint();
    },
  },
  {
    name: 'find of a URI in N lists',
    sizes: [2500, 20_000],
    prepare: (size) => {
      const doc = resourceLists.parse(
        `<resource-lists xmlns="${NAMESPACE}">${times(size, (index) => `<list name="l${index}"><entry uri="${uri(1)}"/></list>`).join('')}</resource-lists>`,
      );
      return () => doc.find(uri(1));
    },
  },
  {
    name: 'flatten of N services on one list',
    sizes: [500, 4000],
    prepare: (size) => {
      const services = rlsServices.parse(
        `<rls-services xmlns="urn:ietf:params:xml:ns:rls-services">${times(size, service).join('')}</rls-services>`,
      );
      const list = listOf(20);
      return async () => {
        for (let index = 0; index < size; index++)
          await services.flatten(`sip:service${index}@example.com`, () => list, { root: ROOT });
      };
    },
  },
];

function selection(read: (doc: ResourceListsDocument) => unknown): Task['prepare'] {
  return (size) => {
    const doc = listOf(size);
    return () => read(doc);
  };
}

/** Milliseconds of CPU time of this process, which other processes do not increase. */
async function cpuTime(run: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

async function growthOf({ name, sizes, prepare }: Task): Promise<BenchRow> {
  const [small, big] = sizes;
  const fastest = async (size: number, count: number): Promise<number> => {
    let [least, spent] = [Number.POSITIVE_INFINITY, 0];
    // Short tasks are measured more often, because one collection of garbage takes as long as they do.
    for (let round = 0; round < 4 || (round < 20 && spent < 500); round++) {
      const runs = times(count, () => prepare(size));
      globalThis.gc?.();
      const results: unknown[] = [];
      const taken = await cpuTime(async () => {
        for (const run of runs) results.push(await run());
      });
      spent += taken;
      least = Math.min(least, taken);
    }
    return least;
  };
  for (let round = 0; round < 2; round++) await prepare(small)();
  // The small task runs until it has processed as many items as the big one, so that both allocate and keep as much.
  const count = big / small;
  const [fast, slow] = [await fastest(small, count), await fastest(big, 1)];
  const exponent = 1 + Math.log(slow / fast) / Math.log(count);
  return {
    name: `exponent of ${name}, ${small} to ${big}`,
    ours: `${slow.toFixed(0)} ms`,
    rival: `${fast.toFixed(0)} ms for ${count} times ${small}`,
    ratio: exponent,
    target: '< 1.2',
    ok: exponent < 1.2,
  };
}

/** How the CPU time of each task grows with its size: 1 is in proportion to it, 2 is its square. */
export async function growthBench(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const task of [...edits, ...comparisons, ...shapes, ...reading]) rows.push(await growthOf(task));
  return rows;
}
