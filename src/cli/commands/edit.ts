import type { XcapClient } from '../../client/client.ts';
import { MergeConflictError } from '../../client/errors.ts';
import { MemoryStore } from '../../client/stores/memory.ts';
import { NotFoundError, type ValidationIssue, XcapParseError } from '../../documents/errors.ts';
import { merge } from '../../documents/merge/merge.ts';
import type { AnyUsage } from '../../documents/usage.ts';
import type { Command, Run } from '../command.ts';
import { hasConflictMarkers, markConflicts } from '../documents/conflict-markers.ts';
import { chosenUsage, documentCall } from '../documents/document-access.ts';
import { type EditBase, EditorFile } from '../documents/editor-file.ts';
import { addedIssues } from '../documents/issues.ts';
import { CliFailure, EXIT } from '../failure.ts';
import { accountOptions, documentOptions, dryRunOption, extraOptions, jsonOption } from '../options/global-options.ts';
import { shown } from '../output/escape.ts';
import { complain, note } from '../output/terminal.ts';
import { warnOfRoot } from '../requests/diagnose-root.ts';
import { plannedRequests, printPlan } from '../requests/dry-run.ts';

/** `xcap edit`. */
export const command: Command = {
  name: 'edit',
  synopsis: ['edit [OPTIONS] [--app AUID]', 'edit [OPTIONS] [--app AUID] --resume FILE'],
  description: [
    'Opens a document in $VISUAL or $EDITOR (else vi): the one of --app, else the buddy lists. A document that does not exist is created.',
    'The edited text must be well-formed, and must not have mistakes that the document did not have before; --force saves it all the same. Changes by others in the meantime are merged. Where both changed the same place, the editor opens again with both versions between conflict markers.',
    'Whenever nothing is sent, the edited text stays in a private file; --resume continues with it.',
  ],
  options: [extraOptions.resume, extraOptions.force, dryRunOption, jsonOption, ...documentOptions, ...accountOptions],
  examples: [
    { line: 'xcap edit', does: 'opens the buddy lists' },
    { line: `EDITOR="sed -i s/Bob/Bobby/" xcap edit --app resource-lists`, does: 'edits them with a program' },
  ],
  mostArguments: 0,
  async run(run) {
    const usage = await chosenUsage(run.options, 'resource-lists');
    const client = await (await run.session()).client();
    const resumed = run.options.text('resume');
    const file = resumed === undefined ? await begin(run, client, usage) : EditorFile.existing(resumed);
    const before = resumed === undefined ? file.text : undefined;
    let isSent = false;
    try {
      const text = file.edit();
      if (text === before) {
        note('Nothing was changed.');
        isSent = true;
      } else isSent = await send(run, client, usage, file, text);
    } finally {
      if (isSent) file.remove();
      else
        complain(`Nothing was sent; your text is in ${file.path}. xcap edit --resume ${file.path} continues with it.`);
    }
    return EXIT.ok;
  },
};

/** Writes the document on the server into a file for the editor. */
async function begin(run: Run, client: XcapClient, usage: AnyUsage): Promise<EditorFile> {
  const { base, text } = await current(run, client, usage);
  if (base.text === null) await warnOfRoot(run);
  return EditorFile.create(usage.auid, text, base);
}

/** Returns the version on the server, and the text to start from. */
async function current(run: Run, client: XcapClient, usage: AnyUsage): Promise<{ base: EditBase; text: string }> {
  const synced = await client.open<AnyUsage['definition'], ReturnType<AnyUsage['create']>>(
    usage,
    documentCall(run.options),
  );
  const { url, etag } = synced;
  const text = synced.document.toString();
  const exists = etag !== undefined || !synced.document.equals(usage.create());
  return { base: { url, etag: etag ?? null, text: exists ? text : null }, text };
}

/**
 * Saves the edited text over the version that the edit started from, merged with what others wrote.
 *
 * @returns whether it was sent; with --dry-run it is not
 */
async function send(run: Run, client: XcapClient, usage: AnyUsage, file: EditorFile, edited: string): Promise<boolean> {
  let base = file.base ?? (await current(run, client, usage)).base;
  let text = edited;
  for (let isMerged = false; ; isMerged = true) {
    check(run, usage, base, text);
    const store = new MemoryStore();
    await store.save(base.url, { version: 2, base: base.text, etag: base.etag, working: text, pending: [] });
    const synced = await client.open<AnyUsage['definition'], ReturnType<AnyUsage['create']>>(usage, {
      ...documentCall(run.options),
      store,
    });
    if (run.options.flag('dry-run')) {
      await printPlan(plannedRequests(synced.plan(), run.account().headers), run.options.flag('json'));
      return false;
    }
    try {
      const { etag } = await synced.save();
      const others = isMerged || synced.document.toString() !== text;
      note(
        `saved ${synced.url}${etag === undefined ? '' : `  etag: ${etag}`}${others ? '  (merged with the changes of others)' : ''}`,
      );
      return true;
    } catch (error) {
      if (!(error instanceof MergeConflictError)) throw error;
      ({ base, text } = await resolveConflicts(run, client, usage, { file, base, text }));
    }
  }
}

/** The state of an edit. */
interface EditState {
  readonly file: EditorFile;
  readonly base: EditBase;
  readonly text: string;
}

/** Lets the user decide between their version and that of others, in the editor. */
async function resolveConflicts(
  run: Run,
  client: XcapClient,
  usage: AnyUsage,
  { file, base, text }: EditState,
): Promise<{ base: EditBase; text: string }> {
  const theirs = await client.get(usage, documentCall(run.options)).catch((error: unknown) => {
    if (error instanceof NotFoundError)
      throw new CliFailure('Others deleted the document in the meantime; put the text if it should exist again.');
    throw error;
  });
  const sides = [usage.parse(base.text ?? usage.create().toString()), usage.parse(text), theirs.value] as const;
  const { conflicts } = merge(...sides);
  for (const { selector, xml } of conflicts)
    complain(
      `${shown(String(selector))}: you have ${shown(xml.mine ?? '(removed)')}, others have ${shown(xml.theirs ?? '(removed)')}`,
    );
  const [mine, other] = (['mine', 'theirs'] as const).map((prefer) => merge(...sides, { prefer }).document.toString());
  const marked = markConflicts(mine ?? '', other ?? '');
  const next: EditBase = { url: theirs.url, etag: theirs.etag ?? null, text: theirs.text };
  file.write(marked, next);
  const decided = file.edit();
  if (decided === marked || hasConflictMarkers(decided))
    throw new CliFailure(
      'Others changed the same places in the meantime; decide between the two versions, and remove the conflict markers.',
    );
  return { base: next, text: decided };
}

/** Throws {@link CliFailure} when a text cannot be saved: conflict markers, malformed, or with new mistakes. */
function check(run: Run, usage: AnyUsage, base: EditBase, text: string): void {
  if (hasConflictMarkers(text))
    throw new CliFailure('The text still has conflict markers; decide each and remove them.');
  const issues = issuesOf(usage, text);
  const old = base.text === null ? [] : oldIssues(usage, base.text);
  const added = addedIssues(old, issues);
  const kept = issues.length - added.length;
  if (kept > 0) note(`Warning: the document was not valid before, either: ${described(old)}`);
  if (added.length === 0) return;
  for (const { selector, message } of added) complain(`${shown(selector)}: ${shown(message)}`);
  if (run.options.flag('force')) return;
  throw new CliFailure(
    `It is not valid: ${added.length === 1 ? 'there is a mistake' : `there are ${added.length} mistakes`} that it did not have before. Correct it, or save it with --force.`,
  );
}

const described = (issues: readonly ValidationIssue[]): string => {
  const first = issues.slice(0, 3).map(({ selector, message }) => `${shown(selector)}: ${shown(message)}`);
  return `${first.join('; ')}${issues.length > first.length ? `; and ${issues.length - first.length} more` : ''}`;
};

function issuesOf(usage: AnyUsage, text: string): readonly ValidationIssue[] {
  try {
    return usage.parse(text).validate();
  } catch (error) {
    if (!(error instanceof XcapParseError)) throw error;
    throw new CliFailure(`It is not a ${usage.auid} document: ${error.message}.`, undefined, { cause: error });
  }
}

function oldIssues(usage: AnyUsage, text: string): readonly ValidationIssue[] {
  try {
    return usage.parse(text).validate();
  } catch (error) {
    if (error instanceof XcapParseError) return []; // every mistake is then a new one
    throw error;
  }
}
