import type { XcapClient } from '../../client/client.ts';
import type { ChangeFeed } from '../../client/feed/feed.ts';
import type { CallOptions } from '../../client/options.ts';
import type { SyncedDocument } from '../../client/sync/synced-document.ts';
import { NotFoundError, PatchError } from '../../documents/errors.ts';
import type { AnyUsage } from '../../documents/usage.ts';
import type { Command, Run } from '../command.ts';
import { chosenUsage, documentCall, numberOf } from '../documents/document-access.ts';
import { DocumentWatch, type WatchReport } from '../documents/document-watch.ts';
import { namedChanges } from '../documents/named-changes.ts';
import { EXIT } from '../failure.ts';
import { xmlDocuments } from '../files/xml-documents.ts';
import { interrupted } from '../interrupt.ts';
import { accountOptions, documentOptions, extraOptions, jsonOption } from '../options/global-options.ts';
import { complain, note, print, printJson, styled } from '../output/terminal.ts';
import { warnOfRoot } from '../requests/diagnose-root.ts';

/** Default of --interval, in seconds. */
const INTERVAL = { alone: 10, withNotifications: 300 };

/** `xcap watch`. */
export const command: Command = {
  name: 'watch',
  synopsis: ['watch [OPTIONS] [--app AUID]', 'watch --notifications [OPTIONS] [--app AUID] < BODIES'],
  description: [
    'Follows a document, the one of --app, else the buddy lists. Prints a line for each change, such as a buddy that was added (+), removed (-) or renamed (~), until it is interrupted with CTRL-C.',
    'Once the document was read, an outage of the server does not end the command. The next look comes after the interval, or after 10 seconds if the interval is longer, and the time doubles with each failure, up to 5 minutes. What changed in the meantime is printed then. A refusal, such as of the password, ends the command.',
    'With --notifications, standard input has the bodies of NOTIFY requests (xcap-diff documents, RFC 5874) one after the other, from a program that has subscribed to the document. Each is used at once; anything but an xcap-diff document is skipped with a warning. The command ends when standard input ends.',
    'With --json each line is an object. at: the time. kind: added, removed, renamed or changed. what: list, buddy, reference, external list, rule or service; with id, name, and in (the list of a buddy, the service of a rule). selector: the node that differs, with its content before and now (body); without before, the node is new; without body, it is gone. etag: that of the new version.',
  ],
  options: [extraOptions.interval, extraOptions.notifications, jsonOption, ...documentOptions, ...accountOptions],
  examples: [
    {
      line: 'timeout --foreground --preserve-status --signal=INT 3 xcap watch --interval 0.5',
      does: 'follows the buddy lists for three seconds',
    },
    {
      line: 'timeout --foreground --preserve-status --signal=INT 3 xcap watch --app pres-rules --json',
      does: 'follows the presence rules, for a program',
    },
    { line: 'cat notify-*.xml | xcap watch --notifications', does: 'shows what the notifications lead to' },
  ],
  mostArguments: 0,
  async run(run) {
    // From the start, so that an early interrupt ends it in the same way.
    const signal = interrupted();
    const usage = await chosenUsage(run.options, 'resource-lists');
    const isNotified = run.options.flag('notifications');
    const interval = numberOf(run.options, 'interval', isNotified ? INTERVAL.withNotifications : INTERVAL.alone) * 1000;
    const client = await (await run.session()).client();
    const call = { ...documentCall(run.options), signal };
    note(`watching ${usage.auid}; end it with CTRL-C`);
    const feed = isNotified ? client.feed([]) : undefined;
    try {
      const synced: SyncedDocument = await client.open(usage, { ...call, feed, ifEmptied: 'accept' });
      if (synced.etag === undefined && (await isMissing(client, usage, call))) {
        note('there is no such document yet');
        await warnOfRoot(run);
      }
      note(`etag: ${synced.etag ?? '(none)'}`);
      const watch = new DocumentWatch(synced, interval, reportOf(run));
      await (feed ? watchNotified(watch, feed, signal) : watch.run(signal));
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return EXIT.ok;
  },
};

async function isMissing(client: XcapClient, usage: AnyUsage, options: CallOptions): Promise<boolean> {
  try {
    await client.get(usage, options);
    return false;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    return true;
  }
}

function reportOf({ options }: Run): WatchReport {
  return {
    async change(before, after, etag) {
      const at = new Date().toISOString();
      for (const { data, line } of namedChanges(before, after)) {
        if (options.flag('json')) await printJson({ at, ...data, etag }, 0);
        else await print(`${styled('dim', at)} ${line}`);
      }
    },
    outage: (error, delay) => note(`${error.message}; the next look is in ${Math.round(delay / 100) / 10} s`),
    recovery: () => note('the server answers again'),
  };
}

/** Follows a document by the notifications on standard input, until it ends. */
async function watchNotified(watch: DocumentWatch, feed: ChangeFeed, signal: AbortSignal): Promise<void> {
  const { stdin } = process;
  if (stdin.isTTY) complain('Reading notifications from standard input; type CTRL-D when done.');
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  // Without its end, the program would wait for more input.
  either.addEventListener('abort', () => stdin.destroy());
  const end = (): void => ended.abort();
  await Promise.all([watch.run(either).finally(end), deliverAll(watch, feed, either).finally(end)]);
}

async function deliverAll(watch: DocumentWatch, feed: ChangeFeed, signal: AbortSignal): Promise<void> {
  try {
    for await (const body of xmlDocuments(process.stdin)) {
      try {
        await feed.deliver(body);
      } catch (error) {
        if (!(error instanceof PatchError)) throw error;
        note(`skipped: ${error.message}`);
      }
      await watch.delivered();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (!signal.aborted) await watch.finish();
}
