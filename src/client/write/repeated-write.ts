import type { XcapDocument } from '../../documents/document.ts';
import type { ClientContext } from '../context.ts';
import type { EditOptions } from '../options.ts';
import type { DocumentPlace } from '../target.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';

/**
 * Handles a refusal (412) that may be the consequence of an earlier copy of the same request: runtimes on the web send a
 * request again when a connection closes without an answer. Returns the version on the server if it is the one that was
 * written, or else `undefined`.
 */
export async function repeatedWrite(
  context: ClientContext,
  place: DocumentPlace,
  written: XcapDocument,
  options: EditOptions,
): Promise<Snapshot | undefined> {
  if (!context.transport.mayRepeat) return undefined;
  const current = await readSnapshot(context, place, options);
  return current?.document.equals(written) ? current : undefined;
}
