import { ConflictError, XcapParseError } from '../../documents/errors.ts';
import { quoteEtag } from '../../http/etag.ts';
import type { ClientContext } from '../context.ts';
import { PreconditionFailedError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import { waitFor } from '../sync/backoff.ts';
import { readSnapshot, type Snapshot } from '../sync/snapshot.ts';
import type { DocumentTarget } from '../target.ts';
import { type PutResult, putTarget } from './put-target.ts';
import { settle } from './settle.ts';

/** PUT of a whole document, with the caller's conditions as far as the server keeps them, and the rest seen to here. */
export async function putDocument(
  context: ClientContext,
  target: DocumentTarget,
  body: string,
  options: EditOptions,
): Promise<PutResult> {
  const { conditions, tellsRefusals } = context.profile;
  const mine = readOwn(target, body);
  if (!mine && !tellsRefusals) {
    throw new ConflictError('not-well-formed', `PUT ${target.url}`, { phrase: 'the server would only answer 500' });
  }
  const isConditional = options.ifMatch !== undefined || options.ifNoneMatch === '*';
  const isLooked = isConditional && mustLook(context, options);
  const before = isLooked ? await readSnapshot(context, target, options) : undefined;
  if (isLooked && !holds(before, options)) throw new PreconditionFailedError(`PUT ${target.url}`);
  const call = isLooked ? { ...options, ...exactCondition(context, before) } : options;
  const done = await settle(context, call, {
    send: () => putTarget(context, target, body, call),
    place: target,
    seenIn: (current) => (says(current, mine) ? { created: false, etag: current?.etag, url: target.url } : undefined),
  });
  const isProof = conditions.ifMatch === 'atomic' && (options.ifMatch !== undefined || conditions.create !== 'none');
  if (isConditional && !isProof) await proveHeld(context, target, mine, options);
  return isLooked ? { ...done, created: before === undefined } : done;
}

/** Whether the condition is one that the server does not keep in all cases. */
function mustLook({ profile: { conditions } }: ClientContext, { ifMatch }: EditOptions): boolean {
  if (conditions.ifMatch !== 'atomic' || conditions.skippedForIdenticalBody) return true;
  return ifMatch === undefined && conditions.create !== 'star';
}

function holds(current: Snapshot | undefined, { ifMatch, ifNoneMatch }: EditOptions): boolean {
  if (ifNoneMatch === '*' && current) return false;
  return ifMatch === undefined || (current !== undefined && (ifMatch === '*' || current.etag === quoteEtag(ifMatch)));
}

/** The condition in the words that the server keeps best. */
function exactCondition({ profile: { conditions } }: ClientContext, current: Snapshot | undefined): EditOptions {
  if (current) return { ifMatch: current.etag, ifNoneMatch: undefined };
  const star = { star: '*', 'quoted-star': '"*"', none: undefined }[conditions.create];
  return { ifMatch: undefined, ifNoneMatch: star };
}

/** Where writers at the same time may all be told that theirs succeeded, only the document itself says whose did. */
async function proveHeld(
  context: ClientContext,
  target: DocumentTarget,
  mine: ReturnType<typeof readOwn>,
  options: EditOptions,
): Promise<void> {
  const { least, most } = context.profile.settle;
  await waitFor(least + Math.random() * (most - least), options.signal);
  if (!says(await readSnapshot(context, target, options), mine)) throw new PreconditionFailedError(`PUT ${target.url}`);
}

/** The caller's text as a document; `undefined` when it is none, which the server may judge. */
function readOwn(target: DocumentTarget, body: string) {
  try {
    return target.parse(body);
  } catch (error) {
    if (error instanceof XcapParseError) return undefined;
    throw error;
  }
}

const says = (current: Snapshot | undefined, mine: ReturnType<typeof readOwn>): boolean =>
  current !== undefined && mine !== undefined && current.document.equals(mine);
