import type { XcapClient } from '../../client/client.ts';
import type { CallOptions } from '../../client/options.ts';
import type { XcapDocument } from '../../documents/document.ts';
import { NotFoundError } from '../../documents/errors.ts';
import type { AnyUsage } from '../../documents/usage.ts';
import type { Command } from '../command.ts';
import { type Change, changeLine, changesBetween } from '../documents/change-lines.ts';
import { chosenUsage, documentCall, numberOf } from '../documents/document-access.ts';
import { EXIT } from '../failure.ts';
import { interrupted } from '../interrupt.ts';
import { accountOptions, documentOptions, extraOptions, jsonOption } from '../options/global-options.ts';
import { note, print, printJson, styled } from '../output/terminal.ts';
import { warnOfRoot } from '../requests/diagnose-root.ts';

/** `xcap watch`. */
export const command: Command = {
  name: 'watch',
  synopsis: ['watch [OPTIONS] [--app AUID]'],
  description: [
    'Follows a document, the one of --app, else the buddy lists. Prints a line for each change, until it is interrupted with CTRL-C.',
    'With --json each line is an object: at, kind (added, removed, changed), selector, before, body, etag.',
  ],
  options: [extraOptions.interval, jsonOption, ...documentOptions, ...accountOptions],
  examples: [
    {
      line: 'timeout --foreground --preserve-status --signal=INT 3 xcap watch --interval 0.5',
      does: 'follows the buddy lists for three seconds',
    },
    {
      line: 'timeout --foreground --preserve-status --signal=INT 3 xcap watch --app pres-rules --json',
      does: 'follows the presence rules, for a program',
    },
  ],
  mostArguments: 0,
  async run(run) {
    // From the start, so that an early interrupt ends it in the same way.
    const signal = interrupted();
    const usage = await chosenUsage(run.options, 'resource-lists');
    const interval = numberOf(run.options, 'interval', 10) * 1000;
    const client = await (await run.session()).client();
    let last: XcapDocument | undefined;
    let isFirst = true;
    note(`watching ${usage.auid}; end it with CTRL-C`);
    if (await isMissing(client, usage, { ...documentCall(run.options), signal })) {
      note('there is no such document yet');
      await warnOfRoot(run);
    }
    const versions = client.watch(usage, {
      ...documentCall(run.options),
      interval,
      signal,
      ifEmptied: 'accept',
    });
    try {
      for await (const { value, etag } of versions) {
        const before: XcapDocument = last ?? usage.create();
        const after: XcapDocument = value ?? usage.create();
        if (isFirst) note(`etag: ${etag ?? '(none)'}`);
        else for (const change of changesBetween(before, after)) await show(run.options.flag('json'), change, etag);
        [last, isFirst] = [value, false];
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return EXIT.ok;
  },
};

/** Whether there is no document. Other troubles are left to the watch, which tries again. */
async function isMissing(client: XcapClient, usage: AnyUsage, options: CallOptions): Promise<boolean> {
  try {
    await client.get(usage, options);
    return false;
  } catch (error) {
    return error instanceof NotFoundError;
  }
}

async function show(json: boolean, change: Change, etag: string | undefined): Promise<void> {
  const at = new Date().toISOString();
  if (json) await printJson({ at, ...change, etag }, 0);
  else await print(`${styled('dim', at)} ${changeLine(change)}`);
}
