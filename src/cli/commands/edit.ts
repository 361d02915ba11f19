import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PreconditionFailedError } from '../../client/errors.ts';
import type { XcapDocument } from '../../documents/document.ts';
import { NotFoundError, XcapParseError } from '../../documents/errors.ts';
import { merge } from '../../documents/merge/merge.ts';
import type { AnyUsage } from '../../documents/usage.ts';
import type { Command, Run } from '../command.ts';
import { chosenUsage, documentCall, readDocumentIfAny } from '../documents/document-access.ts';
import { CliFailure, EXIT } from '../failure.ts';
import { accountOptions, documentOptions, dryRunOption, jsonOption, profileOption } from '../options/global-options.ts';
import { complain, note, shown } from '../output/terminal.ts';
import { printPlan } from '../requests/dry-run.ts';

/** `xcap edit`. */
export const command: Command = {
  name: 'edit',
  synopsis: ['edit [OPTIONS] [--app AUID]'],
  description: [
    'Opens a document in $VISUAL or $EDITOR (else vi): that of --app, else the buddy lists. A document that does not exist is begun.',
    'What was saved in the editor must be well-formed and valid, or nothing is sent. If others changed the document meanwhile, both changes are merged; where they contradict each other, nothing is sent.',
    'Whenever nothing is sent, the edited text stays in a file that is named.',
  ],
  options: [dryRunOption, jsonOption, profileOption, ...documentOptions, ...accountOptions],
  examples: [
    { line: 'xcap edit', does: 'opens the buddy lists' },
    { line: `EDITOR="sed -i s/Bob/Bobby/" xcap edit --app resource-lists`, does: 'edits them with a program' },
  ],
  async run(run) {
    if (run.args.length > 0) throw new CliFailure('edit takes no arguments; name the application with --app.');
    const usage = await chosenUsage(run.options, 'resource-lists');
    const current = await readDocumentIfAny(run, usage);
    const base = current?.value ?? usage.create();
    const folder = mkdtempSync(join(tmpdir(), 'xcap-edit-'));
    const file = join(folder, `${usage.auid}.xml`);
    writeFileSync(file, base.toString(), { mode: 0o600 });
    const text = openEditor(file);
    if (text === base.toString()) {
      note('Nothing was changed.');
      rmSync(folder, { recursive: true });
      return EXIT.ok;
    }
    const sent = await keeping(file, () => send(run, usage, read(usage, text), base, current?.etag));
    note(sent);
    rmSync(folder, { recursive: true });
    return EXIT.ok;
  },
};

function openEditor(file: string): string {
  const editor = process.env['VISUAL'] || process.env['EDITOR'] || 'vi';
  const { status, error } = spawnSync(`${editor} "$XCAP_EDITED"`, {
    shell: true,
    stdio: 'inherit',
    env: { ...process.env, XCAP_EDITED: file },
  });
  if (error || status !== 0)
    throw new CliFailure(
      `The editor '${editor}' ended with a failure, so nothing was sent; set EDITOR to one that works.`,
    );
  return readFileSync(file, 'utf8');
}

/** Tells where the edited text is when it could not be sent. */
async function keeping<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    complain(`Nothing was sent; what you wrote is in ${file}.`);
    throw error;
  }
}

/** Reads what was edited. Throws {@link CliFailure} when it is no valid document. */
function read(usage: AnyUsage, text: string): XcapDocument {
  let document: XcapDocument;
  try {
    document = usage.parse(text);
  } catch (error) {
    if (!(error instanceof XcapParseError)) throw error;
    throw new CliFailure(`It is no ${usage.auid} document: ${error.message}.`, undefined, { cause: error });
  }
  const issues = document.validate();
  if (issues.length === 0) return document;
  for (const { selector, message } of issues) complain(`${shown(selector)}: ${shown(message)}`);
  throw new CliFailure(
    `It is not valid: ${issues.length === 1 ? 'one thing is' : `${issues.length} things are`} wrong; correct it.`,
  );
}

const MOST_TRIES = 9;

async function send(
  run: Run,
  usage: AnyUsage,
  edited: XcapDocument,
  first: XcapDocument,
  etag: string | undefined,
): Promise<string> {
  const call = documentCall(run.options);
  const client = await (await run.session()).client();
  let [base, mine, tag, merged] = [first, edited, etag, false];
  if (run.options.flag('dry-run')) {
    const body = mine.toString();
    const { url } = await client.open(usage, call);
    const headers = {
      'Content-Type': usage.definition.contentType,
      'Content-Length': String(Buffer.byteLength(body)),
      ...(tag === undefined ? { 'If-None-Match': '*' } : { 'If-Match': tag }),
    };
    await printPlan([{ method: 'PUT', url, writes: 'document', headers, body }], run.options.flag('json'));
    return 'Nothing was sent.';
  }
  for (let attempt = 1; ; attempt++) {
    try {
      const condition = tag === undefined ? { ifNoneMatch: '*' } : { ifMatch: tag };
      const { url, etag: saved } = await client.put(usage, mine, { ...call, ...condition });
      return `saved ${url}${saved === undefined ? '' : `  etag: ${saved}`}${merged ? '  (merged with what others changed meanwhile)' : ''}`;
    } catch (error) {
      if (!(error instanceof PreconditionFailedError) || attempt === MOST_TRIES) throw error;
      const theirs = await client.get(usage, call).catch((failure: unknown) => {
        if (failure instanceof NotFoundError)
          throw new CliFailure('Somebody deleted the document meanwhile; put the text if it should be there again.');
        throw failure;
      });
      const { document, conflicts } = merge(base, mine, theirs.value);
      for (const { selector, mine: ours, theirs: others } of conflicts)
        complain(
          `${shown(String(selector))}: you have ${shown(ours ?? '(removed)')}, others have ${shown(others ?? '(removed)')}`,
        );
      if (conflicts.length > 0)
        throw new CliFailure('Others changed the same places meanwhile; edit again, from the new document.');
      [base, mine, tag, merged] = [theirs.value, document, theirs.etag, true];
    }
  }
}
