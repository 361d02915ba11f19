/** Conditions of writes (RFC 4825 sections 7.11 and 8.2.6), in the form that a server keeps. */

import { sameEtag } from '../../http/etag.ts';
import { HttpError } from '../errors.ts';
import type { ServerProfile } from '../profiles/profile.ts';
import type { Snapshot } from './snapshot.ts';

/** The conditions of one request. */
export interface WriteCondition {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

const CREATE = { star: '*', 'quoted-star': '"*"', none: undefined } as const;

/**
 * Returns the condition under which a document may be written over a version of it.
 *
 * @param base - the version; `undefined` to create the document
 * @throws HttpError if the version has no entity tag, although the server sends them
 */
export function conditionOver(
  { conditions, etags }: ServerProfile,
  url: string,
  base: Snapshot | undefined,
): WriteCondition {
  if (!base) return { ifMatch: undefined, ifNoneMatch: CREATE[conditions.create] };
  if (base.etag === undefined && etags.strength !== 'none') {
    throw new HttpError(`edit of ${url}`, base.isTagHidden ? HIDDEN_TAG : NO_TAG);
  }
  return { ifMatch: conditions.ifMatch === 'refused' ? undefined : base.etag, ifNoneMatch: undefined };
}

const NO_TAG =
  'the server sends no entity tag, so nothing protects the edits of others; use put to overwrite, or a profile whose etags.strength is none';
const HIDDEN_TAG =
  'this page may not read the entity tag, so nothing protects the edits of others; the server must send Access-Control-Expose-Headers with ETag (CORS)';

/** Returns whether the server itself checks what it would overwrite. */
export const isGuarded = ({ conditions }: ServerProfile, base: Snapshot | undefined): boolean =>
  base
    ? conditions.ifMatch !== 'ignored' && conditions.ifMatch !== 'refused' && base.etag !== undefined
    : conditions.create !== 'none';

/** Returns whether a success proves that no other write was lost: the server checks and writes in one step. */
export const isAtomic = ({ conditions }: ServerProfile, base: Snapshot | undefined): boolean =>
  conditions.ifMatch === 'atomic' && (base ? base.etag !== undefined : conditions.create !== 'none');

/** Returns whether the server does not keep a condition of the caller's in all cases, so that the client checks it, too. */
export function mustCheckFirst({ conditions }: ServerProfile, { ifMatch, ifNoneMatch }: WriteCondition): boolean {
  if (ifMatch === undefined && ifNoneMatch !== '*') return false;
  if (conditions.ifMatch !== 'atomic' || conditions.skippedForIdenticalBody) return true;
  return ifMatch === undefined && conditions.create !== 'star';
}

/** Returns whether a condition holds for a version; `undefined` is an absent document. */
export function conditionHolds({ ifMatch, ifNoneMatch }: WriteCondition, current: Snapshot | undefined): boolean {
  if (ifMatch !== undefined && !matches(ifMatch, current)) return false;
  return ifNoneMatch === undefined || !matches(ifNoneMatch, current);
}

function matches(tag: string, current: Snapshot | undefined): boolean {
  if (!current) return false;
  return tag === '*' || (current.etag !== undefined && sameEtag(current.etag, tag));
}

/**
 * Returns whether a version proves that a conditional write has not taken effect: its condition still holds, and would
 * not if the write had been done.
 */
export function isUntouched(condition: WriteCondition, current: Snapshot | undefined): boolean {
  const { ifMatch, ifNoneMatch } = condition;
  const endsWithTheWrite = ifMatch === undefined ? ifNoneMatch === '*' : ifMatch !== '*';
  return endsWithTheWrite && conditionHolds(condition, current);
}
