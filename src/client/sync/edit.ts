import type { XcapDocument } from '../../documents/document.ts';
import type { ClientContext } from '../context.ts';
import type { EditOptions } from '../options.ts';
import type { PendingWrite } from '../stores/store.ts';
import type { DocumentPlace } from '../target.ts';
import type { Change, WriteLog } from '../write/change.ts';
import { compareAndSwap, type Rebase } from '../write/compare-and-swap.ts';
import { deletedMeanwhile, mergeChange } from '../write/merge-change.ts';
import { readSnapshot, type Snapshot } from '../write/snapshot.ts';
import { writerFor } from '../write/strategy.ts';
import { addPending, agreedVersion, pendingWrite, stillPending } from './pending-writes.ts';

/** Result of `edit`. */
export interface EditResult<D> {
  /** The document as it is on the server now. */
  readonly value: D;
  /** Its entity tag, if the server sends one. */
  readonly etag: string | undefined;
  /** Whether the edit wrote anything: `false` if the callback changed nothing. */
  readonly changed: boolean;
}

/** What an edit does to a document. */
export interface Editing {
  readonly change: (document: XcapDocument) => unknown;
  /** Throws if the document has to exist. Default: it is created. */
  readonly absent?: (() => never) | undefined;
  /** Throws if the document must not be sent. */
  readonly check?: ((document: XcapDocument) => void) | undefined;
}

/** Compare-and-swap of a whole document. See `XcapClient.edit`. */
export async function edit(
  context: ClientContext,
  place: DocumentPlace,
  { change, check, absent }: Editing,
  options: EditOptions,
): Promise<EditResult<XcapDocument>> {
  const run = async (current: Snapshot | undefined): Promise<Change | undefined> => {
    if (!current) absent?.();
    const mine = current?.copy() ?? place.create();
    const before = current?.text ?? mine.toString();
    await change(mine);
    const text = mine.toString();
    if (text === before) return undefined;
    check?.(mine);
    return { base: current, mine, text };
  };
  const first = await readSnapshot(context, place, options);
  const start = await run(first);
  if (!start) return { value: first?.copy() ?? place.create(), etag: first?.etag, changed: false };

  let pending: readonly PendingWrite[] = [];
  const log: WriteLog = {
    async sending(write) {
      pending = addPending(pending, pendingWrite(write));
    },
    answered() {},
  };
  // After a write that may have taken effect, the callback could do its work twice: versions are merged instead.
  let isMerging = false;
  const rebase: Rebase = async (before, theirs, cause) => {
    if (before.base && !theirs && !options.recreate) throw deletedMeanwhile(place, before);
    isMerging ||= cause === 'overtaken';
    const base = agreedVersion(place, before.base, pending, theirs);
    pending = stillPending(pending, theirs);
    if (!isMerging) return (await run(theirs)) ?? { contained: theirs, mine: theirs?.copy() ?? place.create() };
    const document = mergeChange(place, { base, mine: before.mine }, theirs);
    if (theirs?.document.equals(document)) return { contained: theirs, mine: theirs.copy() };
    return { base: theirs, mine: document };
  };
  const call = { ...options, log };
  const { document, etag, written } = await compareAndSwap(context, place, start, call, {
    write: writerFor(options.strategy ?? 'document'),
    rebase,
  });
  return { value: document, etag, changed: written };
}
