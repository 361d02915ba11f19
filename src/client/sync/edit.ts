import type { XcapDocument } from '../../documents/document.ts';
import type { ClientContext } from '../context.ts';
import type { EditOptions } from '../options.ts';
import type { DocumentPlace } from '../target.ts';
import { converge, type Rebase } from './converge.ts';
import { deletedMeanwhile, mergeInto } from './merging.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';
import { type Change, writeDocument } from './write-document.ts';

/** What an edit did. */
export interface EditResult<D> {
  /** The document as it is on the server now. */
  readonly document: D;
  readonly etag: string | undefined;
  /** Whether anything was sent: a callback that changes nothing sends nothing. */
  readonly changed: boolean;
}

/** What an edit does to a document. */
export interface Editing {
  readonly change: (document: XcapDocument) => unknown;
  /** Throws where there must be a document already. Default: a new one is made. */
  readonly absent?: (() => never) | undefined;
  /** Refuses what must not be sent, as the client's `validate` option wants it. */
  readonly check?: ((document: XcapDocument) => void) | undefined;
}

/** Compare-and-swap of a whole document: see `XcapClient.edit`. */
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
  if (!start) return { document: first?.copy() ?? place.create(), etag: first?.etag, changed: false };

  // Once a write may have been there, running the callback again might do its work twice: then versions are merged.
  let isMerging = false;
  const rebase: Rebase = async (before, theirs, cause) => {
    if (before.base && !theirs && !options.recreate) throw deletedMeanwhile(place, before);
    isMerging ||= cause === 'overtaken';
    if (!isMerging) return (await run(theirs)) ?? { settled: theirs, mine: theirs?.copy() ?? place.create() };
    const document = mergeInto(place, before, theirs);
    if (theirs?.document.equals(document)) return { settled: theirs, mine: theirs.copy() };
    return { base: theirs, mine: document };
  };
  const { document, etag } = await converge(context, place, start, options, { write: writeDocument, rebase });
  return { document, etag, changed: true };
}
