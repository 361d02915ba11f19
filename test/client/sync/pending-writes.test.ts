import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PendingWrite } from '../../../src/client/stores/store.ts';
import {
  addPending,
  agreedVersion,
  isSameWrite,
  pendingAfterWrite,
  stillPending,
} from '../../../src/client/sync/pending-writes.ts';
import { reconcile } from '../../../src/client/sync/reconcile.ts';
import { Snapshot } from '../../../src/client/write/snapshot.ts';
import type { XcapDocument } from '../../../src/documents/document.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';

const place = {
  url: 'https://xcap.example.com/index',
  contentType: 'application/resource-lists+xml',
  parse: (xml: string): XcapDocument => resourceLists.parse(xml),
  create: (): XcapDocument => resourceLists.create(),
};

/** Lists by name: entries have keys, notes have none. */
type Lists = Readonly<Record<'a' | 'b', readonly string[]>>;

const isNote = (item: string): boolean => item.startsWith('note');
const itemXml = (item: string): string =>
  isNote(item) ? `<n:note>${item}</n:note>` : `<entry uri="sip:${item}@example.com"/>`;
const textOf = ({ a, b }: Lists): string => {
  const [first, second] = [a, b].map((items) => items.toSorted((x, y) => Number(isNote(x)) - Number(isNote(y))));
  const list = (name: string, items: readonly string[] = []) =>
    `<list name="${name}">${items.map(itemXml).join('')}</list>`;
  return `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists" xmlns:n="urn:n">${list('a', first)}${list('b', second)}</resource-lists>`;
};
const listsOf = (text: string): Lists => {
  const [a = [], b = []] = Array.from(text.matchAll(/<list name="[ab]"(?:\/>|>(.*?)<\/list>)/gs), ([, body = '']) =>
    Array.from(
      body.matchAll(/<entry uri="sip:(.*?)@example.com"|<n:note[^>]*>(.*?)<\/n:note>/gs),
      ([, entry, note]) => entry ?? note ?? '',
    ),
  );
  return { a, b };
};
const snapshot = (lists: Lists, etag: string): Snapshot => new Snapshot(textOf(lists), etag, place.parse);
const write = (lists: Lists, ifMatch: string | null, late = false): PendingWrite => ({
  text: textOf(lists),
  ifMatch,
  ifNoneMatch: null,
  late,
});

describe('agreedVersion', () => {
  const agreed = (base: Lists, sent: readonly Lists[], theirs: Lists): Lists | undefined => {
    const pending = sent.map((lists) => write(lists, '"1"'));
    const version = agreedVersion(place, snapshot(base, '"1"'), pending, snapshot(theirs, '"2"'));
    return version && listsOf(version.text);
  };
  const lists = (...a: string[]): Lists => ({ a, b: [] });

  it.each([
    { name: 'a write that took effect', base: lists(), sent: [lists('x')], theirs: lists('x'), is: lists('x') },
    {
      name: 'a write below an addition by others',
      base: lists(),
      sent: [lists('x')],
      theirs: lists('x', 'o'),
      is: lists('x'),
    },
    { name: 'no write if others wrote instead', base: lists(), sent: [lists('x')], theirs: lists('o'), is: lists() },
    { name: 'a removal', base: lists('x'), sent: [lists()], theirs: lists('o'), is: lists() },
    {
      name: 'no removal if others wrote instead',
      base: lists('x'),
      sent: [lists()],
      theirs: lists('x', 'o'),
      is: lists('x'),
    },
    {
      name: 'a keyless element of which others removed the neighbor',
      base: lists('note1'),
      sent: [lists('note1', 'note2')],
      theirs: lists('note2'),
      is: lists('note1', 'note2'),
    },
    {
      name: 'a new order',
      base: lists('x', 'y'),
      sent: [lists('y', 'x')],
      theirs: lists('y', 'x', 'o'),
      is: lists('y', 'x'),
    },
    {
      name: 'the later of two writes',
      base: lists(),
      sent: [lists('x', 'y'), lists('y', 'z')],
      theirs: lists('y', 'z', 'o'),
      is: lists('y', 'z'),
    },
    {
      name: 'the earlier of two writes, which arrived late',
      base: lists(),
      sent: [lists('x', 'y'), lists('y', 'z')],
      theirs: lists('x', 'y', 'o'),
      is: lists('x', 'y'),
    },
    {
      name: 'what is left of a write from which others removed a part',
      base: lists(),
      sent: [lists('x', 'y')],
      theirs: lists('x'),
      is: lists('x'),
    },
  ])('contains $name', ({ base, sent, theirs, is }) => {
    expect(agreed(base, sent, theirs)).toEqual(is);
  });

  it('takes nothing less than its whole text for a late write without condition', () => {
    const base = snapshot(lists(), '"1"');
    const late = [write(lists('x'), null, true)];
    expect(agreedVersion(place, base, late, snapshot(lists('x', 'o'), '"2"'))).toBe(base);
    expect(agreedVersion(place, base, late, snapshot(lists('x'), '"2"'))?.text).toBe(textOf(lists('x')));
  });

  it('is the last known version if the document is gone', () => {
    const base = snapshot(lists(), '"1"');
    expect(agreedVersion(place, base, [write(lists('x'), '"1"')], undefined)).toBe(base);
  });
});

describe('stillPending', () => {
  const conditional = write({ a: [], b: [] }, '"1"');
  const creation = { ...conditional, ifMatch: null, ifNoneMatch: '*' };
  const unconditional = { ...conditional, ifMatch: null };

  it('keeps a write while the entity tag is the one in its condition', () => {
    expect(stillPending([conditional], { etag: '"1"' })).toEqual([conditional]);
    expect(stillPending([conditional], { etag: '"2"' })).toEqual([]);
    expect(stillPending([conditional], undefined)).toEqual([]);
  });

  it('keeps a write if the answer lacks the entity tag', () => {
    expect(stillPending([conditional], { etag: undefined })).toEqual([conditional]);
  });

  it('keeps a creation while there is no document', () => {
    expect(stillPending([creation], undefined)).toEqual([creation]);
    expect(stillPending([creation], { etag: '"1"' })).toEqual([]);
  });

  it('keeps a write without condition as a late one, and the last eight of those', () => {
    expect(stillPending([unconditional], { etag: '"2"' })).toEqual([{ ...unconditional, late: true }]);
    const many = Array.from({ length: 12 }, (_, index) => ({ ...unconditional, text: String(index) }));
    expect(stillPending(many, undefined).map(({ text }) => text)).toEqual(['4', '5', '6', '7', '8', '9', '10', '11']);
  });
});

describe('pendingAfterWrite', () => {
  it('drops every conditional write, since the write has moved the entity tag', () => {
    expect(pendingAfterWrite([write({ a: [], b: [] }, '"1"')], { etag: '"2"' })).toEqual([]);
    expect(pendingAfterWrite([write({ a: [], b: [] }, '"1"')], { etag: undefined })).toEqual([]);
  });

  it('keeps them as late ones on a server that did not move the entity tag', () => {
    expect(pendingAfterWrite([write({ a: [], b: [] }, '"1"')], { etag: '"1"' })).toMatchObject([{ late: true }]);
  });
});

/** The server: a document, and requests that are still on their way to it. */
class Server {
  lists: Lists = { a: ['o0', 'note-o0'], b: [] };
  #version = 1;
  readonly onTheWay: PendingWrite[] = [];

  get etag(): string {
    return `"${this.#version}"`;
  }

  get snapshot(): Snapshot {
    return snapshot(this.lists, this.etag);
  }

  /** Returns whether the condition held. */
  put({ text, ifMatch }: Pick<PendingWrite, 'text' | 'ifMatch'>): boolean {
    if (ifMatch !== this.etag) return false;
    this.lists = listsOf(text);
    this.#version++;
    return true;
  }
}

/** How the network treats the request that the server would accept. */
type Network = 'works' | 'loses the answer' | 'delays the request';

/** A device, by the rules of `SyncedDocument`, with the pure functions that it is made of. */
class Device {
  readonly #server: Server;
  #base: Snapshot;
  #mine: XcapDocument;
  #pending: readonly PendingWrite[] = [];

  constructor(server: Server) {
    this.#server = server;
    this.#base = server.snapshot;
    this.#mine = this.#base.copy();
  }

  get isDirty(): boolean {
    return this.#pending.length > 0 || !this.#mine.equals(this.#base.document);
  }

  edit(change: (lists: Lists) => Lists): void {
    this.#mine = place.parse(textOf(change(listsOf(this.#mine.toString()))));
  }

  /** Ends the program, and starts it again from what was stored. */
  restart(): void {
    const stored = JSON.stringify({ text: this.#base.text, etag: this.#base.etag, pending: this.#pending });
    const { text, etag, pending } = JSON.parse(stored) as { text: string; etag: string; pending: PendingWrite[] }; // just written
    this.#base = new Snapshot(text, etag, place.parse);
    this.#mine = place.parse(this.#mine.toString());
    this.#pending = pending;
  }

  async refresh(): Promise<void> {
    const theirs = this.#server.snapshot;
    if (theirs.etag !== this.#base.etag) {
      const base = agreedVersion(place, this.#base, this.#pending, theirs);
      this.#mine = (await reconcile(place, { base, mine: this.#mine, theirs }, { ifEmptied: 'accept' })).clone();
      this.#base = theirs;
    }
    this.#pending = stillPending(this.#pending, theirs);
  }

  async save(network: Network): Promise<void> {
    if (this.#pending.length > 0) await this.refresh();
    while (this.isDirty) {
      const sent = { text: this.#mine.toString(), ifMatch: this.#base.etag ?? '', ifNoneMatch: null, late: false };
      const before = this.#pending;
      this.#pending = addPending(before, sent);
      const isAccepted = sent.ifMatch === this.#server.etag;
      if (isAccepted && network === 'delays the request') return void this.#server.onTheWay.push(sent);
      this.#server.put(sent);
      if (isAccepted && network === 'loses the answer') return;
      if (isAccepted) {
        this.#base = this.#server.snapshot;
        this.#pending = pendingAfterWrite(this.#pending, this.#base);
      } else {
        if (before !== this.#pending) this.#pending = this.#pending.filter((other) => !isSameWrite(other, sent));
        await this.refresh();
      }
    }
  }
}

type Step =
  | { readonly kind: 'edit'; readonly edit: keyof typeof EDITS; readonly item: string }
  | { readonly kind: 'save'; readonly network: Network }
  | { readonly kind: 'refresh' | 'restart' | 'arrive' }
  | { readonly kind: 'others'; readonly item: string };

const keyed = fc.constantFrom('d0', 'd1');
const item = fc.constantFrom('d0', 'd1', 'note-d0', 'note-d1');
const edit = (name: fc.Arbitrary<keyof typeof EDITS>, item: fc.Arbitrary<string>): fc.Arbitrary<Step> =>
  fc.record({ kind: fc.constant('edit' as const), edit: name, item });
const save = fc.record({
  kind: fc.constant('save' as const),
  network: fc.constantFrom<Network>('works', 'loses the answer', 'delays the request'),
});
/** An edit that is sent, and reverted afterwards. */
const reverted: fc.Arbitrary<Step[]> = fc
  .record({ item, save, edits: fc.constantFrom(['add', 'remove'] as const, ['remove', 'add'] as const) })
  .map(({ item, save, edits: [first, second] }) => [
    { kind: 'edit', edit: first, item },
    save,
    { kind: 'edit', edit: second, item },
  ]);
const single: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: edit(fc.constantFrom('add', 'remove'), item) },
  { weight: 3, arbitrary: edit(fc.constantFrom('move', 'reorder'), keyed) },
  { weight: 4, arbitrary: save },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('refresh' as const, 'restart' as const, 'arrive' as const) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('others' as const), item: fc.constantFrom('o0', 'note-o0', 'note-o1') }),
  },
);
const steps = fc
  .array(fc.oneof({ weight: 4, arbitrary: single.map((step) => [step]) }, { weight: 1, arbitrary: reverted }), {
    minLength: 3,
    maxLength: 20,
  })
  .map((groups) => groups.flat());

const without = ({ a, b }: Lists, item: string): Lists => ({
  a: a.filter((other) => other !== item),
  b: b.filter((other) => other !== item),
});
const isIn = ({ a, b }: Lists, item: string): boolean => a.includes(item) || b.includes(item);
const withItem = (lists: Lists, item: string, list: 'a' | 'b' = 'a'): Lists => ({
  ...lists,
  [list]: [...lists[list], item],
});

const EDITS = {
  add: (lists: Lists, item: string): Lists => (isIn(lists, item) ? lists : withItem(lists, item)),
  remove: (lists: Lists, item: string): Lists => without(lists, item),
  move: (lists: Lists, item: string): Lists =>
    isIn(lists, item) ? withItem(without(lists, item), item, lists.a.includes(item) ? 'b' : 'a') : lists,
  reorder: (lists: Lists, item: string): Lists =>
    lists.a.includes(item) ? withItem(without(lists, item), item) : lists,
};

it('nothing is lost, doubled or brought back, whatever is lost or late, whoever writes, and whenever the program restarts', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const server = new Server();
      const device = new Device(server);
      let mine: Lists = { a: [], b: [] };
      let others: Lists = server.lists;
      for (const next of steps) {
        if (next.kind === 'edit') {
          mine = EDITS[next.edit](mine, next.item);
          device.edit((lists) => EDITS[next.edit](lists, next.item));
        } else if (next.kind === 'others') {
          const change = (lists: Lists): Lists =>
            isIn(lists, next.item) ? without(lists, next.item) : withItem(lists, next.item);
          others = change(others);
          server.put({ text: textOf(change(server.lists)), ifMatch: server.etag });
        } else if (next.kind === 'save') await device.save(next.network);
        else if (next.kind === 'refresh') await device.refresh();
        else if (next.kind === 'restart') device.restart();
        else {
          const late = server.onTheWay.shift();
          if (late) server.put(late);
        }
      }
      await device.save('works');
      for (const late of server.onTheWay) server.put(late);
      await device.refresh();
      const sorted = ({ a, b }: Lists) => ({ a: a.toSorted(), b: b.toSorted() });
      expect(sorted(server.lists)).toEqual(sorted({ a: [...mine.a, ...others.a], b: [...mine.b, ...others.b] }));
      expect(device.isDirty).toBe(false);
    }),
    { numRuns: 300 },
  );
});
