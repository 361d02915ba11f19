import type { XcapDocument } from '../../documents/document.ts';
import { ConflictError, XcapParseError } from '../../documents/errors.ts';
import type { ClientContext } from '../context.ts';
import { PreconditionFailedError } from '../errors.ts';
import type { EditOptions } from '../options.ts';
import type { DocumentTarget } from '../target.ts';
import type { WriteOutcome } from '../write/change.ts';
import { conditionHolds, isUntouched, mustCheckFirst } from '../write/condition.ts';
import { isRequestRefused } from '../write/outcome.ts';
import { recognise } from '../write/recognise.ts';
import { sendResolved } from '../write/resolve-unknown.ts';
import { readSnapshot, type Snapshot } from '../write/snapshot.ts';
import { writerFor } from '../write/strategy.ts';
import { writeElement } from '../write/write-element.ts';
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
  if (mine && mustReadFirst(context, options)) return putChecked(context, target, { mine, body }, options);
  try {
    return await sendResolved(context, options, {
      place: target,
      send: () => putTarget(context, target, body, options),
      seenIn: (current) =>
        mine && current?.document.equals(mine) ? { created: false, etag: current.etag, url: target.url } : undefined,
      isUntouched: (current) => isUntouched(options, current),
    });
  } catch (refusal) {
    if (!mine || !isRequestRefused(refusal)) throw refusal;
    return putAsElement(context, target, { mine, body }, options, refusal);
  }
}

/** Content of a PUT: the caller's text, and the document that it is. */
interface OwnContent {
  readonly mine: XcapDocument;
  readonly body: string;
}

/** Returns whether the current version decides whether a document may be put, or how. */
function mustReadFirst({ profile, server }: ClientContext, options: EditOptions): boolean {
  const { strategy = 'document', ifNoneMatch } = options;
  if (!profile.documents.write || strategy !== 'document') return true;
  return mustCheckFirst(profile, options) || (ifNoneMatch === '*' && server.mayOverwrite);
}

/** Writes what changes as one element, on a server that refuses the document as a whole. */
async function putAsElement(
  context: ClientContext,
  target: DocumentTarget,
  { mine, body }: OwnContent,
  { ifMatch, ifNoneMatch, ...options }: EditOptions,
  refusal: unknown,
): Promise<PutResult> {
  const base = await readSnapshot(context, target, options).catch((): undefined => undefined);
  if (!base) throw refusal;
  if (!conditionHolds({ ifMatch, ifNoneMatch }, base)) throw new PreconditionFailedError(`PUT ${target.url}`);
  const outcome = await writeElement(context, target, { base, mine, text: body }, options, refusal);
  context.server.noteRefusedDocument();
  return resultOf(target, base, outcome);
}

/** Checks the caller's conditions on the current version, and writes over that version only. */
async function putChecked(
  context: ClientContext,
  target: DocumentTarget,
  content: OwnContent,
  { ifMatch, ifNoneMatch, ...options }: EditOptions,
): Promise<PutResult> {
  const base = await readSnapshot(context, target, options);
  if (!conditionHolds({ ifMatch, ifNoneMatch }, base)) throw new PreconditionFailedError(`PUT ${target.url}`);
  return putOver(context, target, content, base, options);
}

/**
 * Puts a document over a version of it.
 *
 * @param base - the version; `undefined` to create the document
 * @throws PreconditionFailedError if the document is at another version
 */
async function putOver(
  context: ClientContext,
  target: DocumentTarget,
  { mine, body }: OwnContent,
  base: Snapshot | undefined,
  { strategy = 'document', ...options }: EditOptions,
): Promise<PutResult> {
  const outcome = await writerFor(strategy)(context, target, { base, mine, text: body }, options);
  return resultOf(target, base, outcome);
}

/** Puts a document over a version that was read. If it cannot be parsed, the server decides about it. */
export async function putReplacement(
  context: ClientContext,
  target: DocumentTarget,
  body: string,
  base: Snapshot,
  { ifMatch, ifNoneMatch, ...options }: EditOptions,
): Promise<PutResult> {
  if (!conditionHolds({ ifMatch, ifNoneMatch }, base)) throw new PreconditionFailedError(`PUT ${target.url}`);
  const mine = parseOwn(target, body);
  return mine
    ? putOver(context, target, { mine, body }, base, options)
    : putDocument(context, target, body, { ...options, ifMatch: base.etag });
}

function resultOf({ url }: DocumentTarget, base: Snapshot | undefined, outcome: WriteOutcome): PutResult {
  if (outcome.kind === 'held') return { created: base === undefined, etag: outcome.etag, url };
  throw outcome.cause ?? new PreconditionFailedError(`PUT ${url}`);
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
