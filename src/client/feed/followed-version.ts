import { XcapDocument } from '../../documents/document.ts';
import { PatchError, XcapParseError } from '../../documents/errors.ts';
import { patchAll } from '../../documents/xcap-diff/apply-patch.ts';
import type { XcapDiffDocument } from '../../documents/xcap-diff/read.ts';
import type { DocumentPlace } from '../target.ts';
import { Snapshot } from '../write/snapshot.ts';
import type { Follower } from './follower.ts';

/** What follows from the notifications so far: nothing, a version that one of them leads to, or that the document has to be read. */
export type FollowedVersion = 'current' | 'read' | Snapshot;

/** Returns the version that the next notification of a document leads to. */
export function followedVersion(
  place: DocumentPlace,
  follower: Follower<XcapDiffDocument>,
  base: Snapshot | undefined,
): FollowedVersion {
  const step = follower.next(base);
  if (step.kind === 'done') return 'current';
  const next =
    step.kind === 'part' && base?.etag !== undefined ? versionAfter(place, step.part, base, base.etag) : undefined;
  if (next) return next;
  follower.fallBehind();
  return 'read';
}

/** Returns the version that a part leads to; `undefined` if it does not say, or does not fit. */
function versionAfter(
  place: DocumentPlace,
  { kind, newEtag, operations }: XcapDiffDocument,
  base: Snapshot,
  etag: string,
): Snapshot | undefined {
  if (newEtag === undefined) return undefined;
  const tag = spelledLike(etag, newEtag);
  if (kind === 'etag-only') return new Snapshot(base.text, tag, place.parse);
  if (kind !== 'patch') return undefined;
  const document = base.document.clone();
  try {
    patchAll(XcapDocument.stateOf(document), operations);
    const text = document.toString();
    // Parsed as an answer of the server is: a patch can leave what is no document of the usage.
    place.parse(text);
    return new Snapshot(text, tag, place.parse);
  } catch (error) {
    if (error instanceof PatchError || error instanceof XcapParseError) return undefined;
    throw error;
  }
}

/** Spells an entity tag of a notification, which has no quotes, as the server spells its own. */
function spelledLike(known: string, etag: string): string {
  if (etag.endsWith('"') || !known.endsWith('"')) return etag;
  return `${known.startsWith('W/') ? 'W/' : ''}"${etag}"`;
}
