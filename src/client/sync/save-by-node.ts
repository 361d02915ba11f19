import { sameEtag } from '../../http/etag.ts';
import type { ClientContext } from '../context.ts';
import { PreconditionFailedError } from '../errors.ts';
import type { FeedLink } from '../feed/link.ts';
import type { EditOptions, WriteStrategy } from '../options.ts';
import type { DocumentPlace } from '../target.ts';
import type { WriteLog } from '../write/change.ts';
import { chooseNodes } from '../write/choose-nodes.ts';
import { isUncertain, mayBeDone } from '../write/outcome.ts';
import type { PlannedNode } from '../write/plan-nodes.ts';
import { readSnapshot, Snapshot } from '../write/snapshot.ts';
import { isRefusal, sendNode, writeRest } from '../write/write-nodes.ts';
import { addPending, pendingAfterWrite, pendingWrite } from './pending-writes.ts';
import type { SyncResult } from './sync-options.ts';
import type { WorkingCopy } from './working-copy.ts';

/**
 * Saves the only edit of a working copy as one node request, without a copy of the document and without a comparison of
 * versions. Reads the document afterwards until the server has shown that it carries out such requests, and later after
 * every sixteenth.
 *
 * @returns the result of the save; `undefined` if the save has to be done, or finished, in another way. A request
 *   that may have been carried out is then a pending write of the working copy
 */
export async function saveByNode(
  context: ClientContext,
  place: DocumentPlace,
  copy: WorkingCopy,
  { strategy, link }: { readonly strategy: WriteStrategy; readonly link: FeedLink | undefined },
  options: EditOptions,
): Promise<SyncResult | undefined> {
  const planned = planNode(context, place, copy, strategy);
  const { base, mine } = copy.state;
  if (!planned || !base) return undefined;
  const { text } = planned;
  const { point } = copy;
  const write = pendingWrite({ text, condition: { ifMatch: base.etag } });
  await copy.commit({ base, mine, pending: [write] }, copy.text);
  let etag: string | undefined;
  let failure: unknown;
  try {
    etag = await sendNode(context, place, planned, base.etag, options);
  } catch (error) {
    const isStale = error instanceof PreconditionFailedError;
    const isUndecided = mayBeDone(context, options, error);
    // After a 412, the version that others made is read with the knowledge of this request.
    if (!isStale && !isUndecided) await copy.commit({ base, mine, pending: [] }, copy.text);
    if (options.signal?.aborted || !(isStale || isRefusal(error) || isUncertain(error))) throw error;
    if (isRefusal(error)) context.server.distrustsNodes = true;
    if (!isUndecided) return undefined;
    failure = error;
  }
  const isTrusted = etag !== undefined && context.server.takesNode(planned);
  const version = isTrusted
    ? new Snapshot(text, etag, place.parse)
    : await verify(context, place, { copy, base, planned, etag, isAccepted: failure === undefined }, options);
  if (!version) return undefined;
  const pending = pendingAfterWrite(copy.state.pending, version);
  if (version.text === text) await copy.commit({ base: version, mine, pending }, copy.text, point);
  else await copy.commit({ base: version, mine: version.copy(), pending }, text);
  link?.wasWritten(version);
  return { updated: version.text !== text, saved: true, etag: version.etag };
}

/** Returns the request of the only edit since the last version, if such a request may be sent. */
function planNode(
  context: ClientContext,
  place: DocumentPlace,
  { state, recorded, text }: WorkingCopy,
  strategy: WriteStrategy,
): PlannedNode | undefined {
  const { base, mine, pending } = state;
  const { documents, rewrites } = context.profile;
  if (!recorded || !documents.write || rewrites || pending.length > 0) return undefined;
  return chooseNodes(strategy, context, place, { base, mine, text, recorded })?.[0];
}

/** A request that was sent, and its answer. */
interface Sent {
  readonly copy: WorkingCopy;
  readonly base: Snapshot;
  readonly planned: PlannedNode;
  readonly etag: string | undefined;
  /** Whether the server has accepted it, as far as is known. */
  readonly isAccepted: boolean;
}

/**
 * Reads the version after a request. If the request alone made it, and it is not what the request should have made, writes
 * the whole document over it, and uses no nodes again.
 *
 * @returns the version; `undefined` if others have made it, too
 */
async function verify(
  context: ClientContext,
  place: DocumentPlace,
  { copy, base, planned, etag, isAccepted }: Sent,
  options: EditOptions,
): Promise<Snapshot | undefined> {
  const { server } = context;
  const { text } = planned;
  const current = await readSnapshot(context, place, options, text);
  const written = current?.text === text ? undefined : place.parse(text);
  if (current && (!written || current.document.equals(written))) {
    server.noteVerifiedNode(planned);
    if (context.profile.rewrites === undefined) server.noteRewriting(false);
    return current;
  }
  if (isAccepted) server.distrustsNodes = true;
  if (!written || current?.etag === undefined || etag === undefined || !sameEtag(current.etag, etag)) return undefined;
  const log: WriteLog = {
    sending: (next) =>
      copy.commit({ ...copy.state, pending: addPending(copy.state.pending, pendingWrite(next)) }, copy.text),
    answered() {},
  };
  const change = { base, mine: written };
  const rest = await writeRest(context, place, change, { current, isPartDone: true }, { ...options, log });
  return rest.kind === 'held' ? (rest.current ?? new Snapshot(text, rest.etag, place.parse)) : undefined;
}
