/** Synchronization of the document that a usage addresses. */

import type { XcapDocument } from '../../documents/document.ts';
import { ValidationError } from '../../documents/errors.ts';
import { describeValue } from '../../selector/arguments.ts';
import type { AnySelector } from '../../selector/builder-types.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { ClientContext } from '../context.ts';
import { observed } from '../diagnostics.ts';
import type { EditOptions } from '../options.ts';
import { documentTarget } from '../target.ts';
import { type EditResult, edit } from './edit.ts';
import { type OpenOptions, open } from './open.ts';
import type { SyncedDocument } from './synced-document.ts';
import { type WatchedVersion, type WatchOptions, watch } from './watch.ts';

/** Edits the document. See `XcapClient.edit`. */
export async function editDocument(
  context: ClientContext,
  usage: AnySelector,
  change: (document: XcapDocument) => unknown,
  options: EditOptions,
): Promise<EditResult<XcapDocument>> {
  if (typeof change !== 'function') {
    throw new InvalidArgumentError(`edit takes a function that changes the document, not ${describeValue(change)}`);
  }
  const check = (document: XcapDocument): void => {
    const issues = context.validate ? document.validate() : [];
    if (issues.length > 0) throw new ValidationError(issues);
  };
  const target = documentTarget(context, usage, options);
  return observed('edit', target.url, () => edit(context, target, { change, check }, options));
}

/** Opens the document. See `XcapClient.open`. */
export async function openDocument<D extends XcapDocument>(
  context: ClientContext,
  usage: AnySelector,
  options: OpenOptions,
): Promise<SyncedDocument<D>> {
  const target = documentTarget(context, usage, options);
  const synced: SyncedDocument = await observed('open', target.url, () => open(context, target, options));
  return synced as SyncedDocument<D>; // its documents are read by the usage
}

/** Watches the document. See `XcapClient.watch`. */
export function watchDocument<D extends XcapDocument>(
  context: ClientContext,
  usage: AnySelector,
  options: WatchOptions,
): AsyncGenerator<WatchedVersion<D>, void, undefined> {
  const versions = watch(context, documentTarget(context, usage, options), options);
  return versions as AsyncGenerator<WatchedVersion<D>, void, undefined>; // read by the usage
}
