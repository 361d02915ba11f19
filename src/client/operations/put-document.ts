import type { XcapDocument } from '../../documents/document.ts';
import { ConflictError, XcapParseError } from '../../documents/errors.ts';
import type { ClientContext } from '../context.ts';
import { PreconditionFailedError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import type { DocumentTarget } from '../target.ts';
import { conditionHolds, isUntouched, mustCheckFirst } from '../write/condition.ts';
import { recognise } from '../write/recognise.ts';
import { sendResolved } from '../write/resolve-unknown.ts';
import { readSnapshot } from '../write/snapshot.ts';
import { writeDocument } from '../write/write-document.ts';
import { type PutResult, putTarget } from './put-target.ts';

/** PUT of a whole document, with the caller's conditions. The client checks those that the server does not keep. */
export async function putDocument(
  context: ClientContext,
  target: DocumentTarget,
  body: string,
  options: EditOptions,
): Promise<PutResult> {
  const mine = parseOwn(target, body);
  if (!mine) await recognise(context, options);
  if (!mine && !context.profile.reportsErrorStatus) {
    throw new ConflictError('not-well-formed', `PUT ${target.url}`, { phrase: 'the server would only answer 500' });
  }
  if (mine && mustCheckFirst(context.profile, options)) return putChecked(context, target, { mine, body }, options);
  return sendResolved(context, options, {
    place: target,
    send: () => putTarget(context, target, body, options),
    seenIn: (current) =>
      mine && current?.document.equals(mine) ? { created: false, etag: current.etag, url: target.url } : undefined,
    isUntouched: (current) => isUntouched(options, current),
  });
}

/** Checks the caller's conditions on the current version, and writes over that version only. */
async function putChecked(
  context: ClientContext,
  target: DocumentTarget,
  { mine, body }: { readonly mine: XcapDocument; readonly body: string },
  { ifMatch, ifNoneMatch, ...options }: EditOptions,
): Promise<PutResult> {
  const where = `PUT ${target.url}`;
  const base = await readSnapshot(context, target, options);
  if (!conditionHolds({ ifMatch, ifNoneMatch }, base)) throw new PreconditionFailedError(where);
  const outcome = await writeDocument(context, target, { base, mine, text: body }, options);
  if (outcome.kind === 'held') return { created: base === undefined, etag: outcome.etag, url: target.url };
  throw outcome.cause ?? new PreconditionFailedError(where);
}

/** Returns the caller's text as a document, or `undefined` if it cannot be parsed; the server decides about that. */
function parseOwn(target: DocumentTarget, body: string): XcapDocument | undefined {
  try {
    return target.parse(body);
  } catch (error) {
    if (error instanceof XcapParseError) return undefined;
    throw error;
  }
}
