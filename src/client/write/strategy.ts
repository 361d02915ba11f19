import { XcapError } from '../../selector/errors.ts';
import type { WriteStrategy } from '../options.ts';
import { chooseNodes } from './choose-nodes.ts';
import type { Write } from './compare-and-swap.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';
import { writeDocument } from './write-document.ts';
import { writeNodes } from './write-nodes.ts';

/** Returns the writer for a strategy. */
export const writerFor =
  (strategy: WriteStrategy): Write =>
  (context, place, change, options) => {
    const nodes = context.profile.documents.write ? chooseNodes(strategy, context, place, change) : undefined;
    return nodes ? writeNodes(context, place, change, nodes, options) : writeDocument(context, place, change, options);
  };

/**
 * Returns the writer of a save. It reads the document for its entity tag if the server did not send one, since the next
 * save needs it.
 */
export const saverFor =
  (strategy: WriteStrategy): Write =>
  async (context, place, change, options) => {
    const outcome = await writerFor(strategy)(context, place, change, options);
    if (outcome.kind !== 'held' || outcome.etag !== undefined) return outcome;
    let current: Snapshot | undefined;
    try {
      current = await readSnapshot(context, place, options);
    } catch (error) {
      if (!(error instanceof XcapError) && !options.signal?.aborted) throw error;
      return outcome; // the write was acknowledged, and the next save reads the tag
    }
    if (current?.document.equals(change.mine)) return { kind: 'held', etag: current.etag, current };
    return { kind: 'overtaken', current, cause: undefined };
  };
