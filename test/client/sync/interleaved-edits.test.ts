import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MergeConflictError } from '../../../src/client/errors.ts';
import { MemoryStore } from '../../../src/client/stores/memory.ts';
import type { DocumentStore } from '../../../src/client/stores/store.ts';
import type { SyncedDocument } from '../../../src/client/sync/synced-document.ts';
import type { ResourceListsDocument } from '../../../src/documents/usages/resource-lists/document.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { buddies, friends, startServer } from '../../support/fixtures.ts';

/** An edit of `document`, made at a point at which the operation under way waits. */
interface Interleaved {
  readonly kind: 'add' | 'remove' | 'rename' | 'rename the shared one';
  readonly buddy: number;
  /** Number of points that pass before it. */
  readonly points: number;
  /** Number of turns of the queue of microtasks between the point and the edit. */
  readonly turns: number;
}

type Operation = 'save' | 'save by nodes' | 'refresh' | 'edit' | 'keep' | 'save and refresh at once';

interface Step {
  readonly operation: Operation;
  /** What another device does before it. */
  readonly others: 'nothing' | 'adds' | 'renames the shared one';
}

const edits = fc.array(
  fc.record<Interleaved>({
    kind: fc.constantFrom('add', 'add', 'remove', 'rename', 'rename the shared one'),
    buddy: fc.integer({ min: 0, max: 3 }),
    points: fc.integer({ min: 0, max: 2 }),
    turns: fc.integer({ min: 0, max: 40 }),
  }),
  { minLength: 5, maxLength: 30 },
);
const steps = fc.array(
  fc.record<Step>({
    operation: fc.constantFrom('save', 'save', 'save by nodes', 'refresh', 'edit', 'keep', 'save and refresh at once'),
    others: fc.constantFrom('nothing', 'adds', 'renames the shared one'),
  }),
  { minLength: 2, maxLength: 6 },
);

const SHARED = 'sip:shared@example.com';
const TRIES = 5;

/** Makes edits while operations wait, and remembers what the document is meant to contain. */
class Interloper {
  readonly #edits: Interleaved[];
  #document: ResourceListsDocument | undefined;
  #points = 0;
  readonly meant = new Map<string, string | undefined>();
  readonly failures: unknown[] = [];

  constructor(list: readonly Interleaved[]) {
    this.#edits = [...list];
  }

  /** Begins to edit a document. */
  start(document: ResourceListsDocument): void {
    this.#document = document;
  }

  /** Ends the edits. */
  stop(): void {
    this.#document = undefined;
  }

  /** Runs what an operation waits for, with a point before it and one after it. */
  async around<T>(work: () => Promise<T>): Promise<T> {
    this.#point();
    const result = await work();
    this.#point();
    return result;
  }

  #point(): void {
    const [next] = this.#edits;
    if (!next || !this.#document || this.#points++ < next.points) return;
    this.#points = 0;
    this.#edits.shift();
    let turn = Promise.resolve();
    for (let count = 0; count < next.turns; count++) turn = turn.then(() => undefined);
    turn.then(() => this.#edit(next)).catch((error) => this.failures.push(error));
  }

  #edit({ kind, buddy }: Interleaved): void {
    const document = this.#document;
    if (!document) return;
    const uri = `sip:mine${buddy}@example.com`;
    const displayName = `name ${this.#edits.length}`;
    if (kind === 'rename the shared one') document.update(friends.entry(SHARED), { displayName });
    else if (kind === 'add' && !this.meant.has(uri)) {
      document.addEntry(friends, { uri });
      this.meant.set(uri, undefined);
    } else if (kind === 'remove' && this.meant.delete(uri)) document.removeEntry(friends.entry(uri));
    else if (kind === 'rename' && this.meant.has(uri)) {
      document.update(friends.entry(uri), { displayName });
      this.meant.set(uri, displayName);
    }
  }
}

/** A store with points around each access. */
function pointed(store: DocumentStore, interloper: Interloper): DocumentStore {
  return {
    load: (key) => interloper.around(() => store.load(key)),
    save: (key, record, replaced) => interloper.around(() => store.save(key, record, replaced)),
    delete: (key) => store.delete(key),
  };
}

async function run(
  synced: SyncedDocument<ResourceListsDocument>,
  operation: Operation,
  interloper: Interloper,
): Promise<void> {
  const onConflict = () => interloper.around(async () => 'mine' as const);
  if (operation === 'save') await synced.save({ onConflict });
  else if (operation === 'save by nodes') await synced.save({ onConflict, strategy: 'nodes' });
  else if (operation === 'refresh') await synced.refresh({ onConflict });
  else if (operation === 'keep') await synced.keep();
  else if (operation === 'edit') await synced.edit(() => interloper.around(async () => undefined));
  else {
    const both = await Promise.allSettled([synced.save({ onConflict }), synced.refresh({ onConflict })]);
    for (const { reason } of both.filter((each) => each.status === 'rejected')) throw reason;
  }
}

it('no edit of document is lost, at whatever point of an operation it is made', { timeout: 300_000 }, async () => {
  await using server = await startServer();
  const observer = server.client();
  await fc.assert(
    fc.asyncProperty(edits, steps, async (edits, steps) => {
      await observer.put(resourceLists, buddies(SHARED));
      const interloper = new Interloper(edits);
      const fetchWithPoints: typeof fetch = (...request) => interloper.around(() => fetch(...request));
      const client = server.client({ fetch: fetchWithPoints });
      const synced = await client.open(resourceLists, { store: pointed(new MemoryStore(), interloper) });
      const { document } = synced;
      const others: string[] = [];
      interloper.start(document);
      for (const [index, { operation, others: deed }] of steps.entries()) {
        const uri = `sip:others${index}@example.com`;
        if (deed === 'adds') {
          others.push(uri);
          await observer.edit(resourceLists, (theirs) => theirs.addEntry(friends, { uri }));
        } else if (deed !== 'nothing') {
          const displayName = `theirs ${index}`;
          await observer.edit(resourceLists, (theirs) => theirs.update(friends.entry(SHARED), { displayName }));
        }
        try {
          await run(synced, operation, interloper);
        } catch (error) {
          // Edits made while a merge is stored may contradict it; the next save resolves that.
          if (!(error instanceof MergeConflictError)) throw error;
        }
      }
      interloper.stop();
      for (let tries = 0; tries < TRIES && (tries === 0 || synced.dirty); tries++) {
        await synced.save({ onConflict: 'mine' });
      }
      await synced.refresh();
      expect(interloper.failures).toEqual([]);
      expect(synced.document).toBe(document);
      const { value } = await observer.get(resourceLists);
      const entries = value.entries(friends).filter(({ uri }) => uri !== SHARED);
      const mine = Array.from(interloper.meant, ([uri, text]) => ({ uri, ...(text && { displayName: { text } }) }));
      const theirs = others.map((uri) => ({ uri }));
      const byUri = (one: { readonly uri?: string }, other: { readonly uri?: string }) =>
        (one.uri ?? '') < (other.uri ?? '') ? -1 : 1;
      expect(entries.toSorted(byUri)).toEqual([...mine, ...theirs].sort(byUri));
      expect(document.equals(value)).toBe(true);
      await client.close();
    }),
    { numRuns: 100, endOnFailure: false },
  );
});
