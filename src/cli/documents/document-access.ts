import type { WriteStrategy } from '../../client/options.ts';
import type { SyncedDocument } from '../../client/sync/synced-document.ts';
import type { XcapDocument } from '../../documents/document.ts';
import { NotFoundError } from '../../documents/errors.ts';
import type { AnyUsage, ApplicationUsage } from '../../documents/usage.ts';
import type { UsageTable } from '../../selector/usage-table.ts';
import type { Run } from '../command.ts';
import { CliFailure, EXIT, UsageFailure } from '../failure.ts';
import type { Options } from '../options/options.ts';
import { note } from '../output/terminal.ts';
import { usageOf } from '../requests/applications.ts';
import { plannedRequests, printPlan } from '../requests/dry-run.ts';
import { checkContext } from '../requests/target.ts';

/** The document of its usage that the options name, as options of a client's call. */
export const documentCall = (options: Options) => ({ document: options.text('filename'), tree: checkContext(options) });

/**
 * Returns the usage that --app names.
 *
 * @throws CliFailure when the library has no table of it
 */
export async function chosenUsage(options: Options, fallback: string): Promise<AnyUsage> {
  const auid = options.text('app') ?? fallback;
  const usage = await usageOf(auid);
  if (usage) return usage;
  throw new CliFailure(
    `The library has no table of the application usage '${auid}', so only get, put, delete, insert and replace work on it.`,
  );
}

/**
 * Reads a document.
 *
 * @param remedy - what to do where there is none
 * @throws CliFailure when there is none
 */
export async function readDocument<U extends UsageTable, D extends XcapDocument<U>>(
  run: Run,
  usage: ApplicationUsage<U, D>,
  remedy = 'create one with xcap put or xcap edit',
) {
  const client = await (await run.session()).client();
  try {
    return await client.get(usage, documentCall(run.options));
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const { user, root } = run.account();
    throw new CliFailure(
      `There is no ${usage.auid} document of ${user} at ${root} (404); check the account, or ${remedy}.`,
      EXIT.refused,
      { cause: error },
    );
  }
}

/**
 * Changes a document and saves it, merged with what others wrote in the meantime. With --dry-run, prints the requests
 * instead. A document that does not exist is created.
 *
 * @param change - as for `XcapClient.edit`
 * @returns what the change returned
 */
export async function changeDocument<U extends UsageTable, D extends XcapDocument<U>, T>(
  run: Run,
  usage: ApplicationUsage<U, D>,
  change: (document: D) => T,
): Promise<T> {
  const { options } = run;
  const strategy = strategyOf(options);
  const client = await (await run.session()).client();
  const synced: SyncedDocument<D> = await client.open(usage, { ...documentCall(options), strategy });
  const result = change(synced.document);
  if (options.flag('dry-run')) {
    await printPlan(plannedRequests(synced.plan({ strategy }), run.account().headers), options.flag('json'));
    return result;
  }
  const { saved, etag } = await synced.save({ strategy });
  note(
    saved ? `saved ${synced.url}${etag === undefined ? '' : `  etag: ${etag}`}` : `nothing to change in ${synced.url}`,
  );
  return result;
}

const STRATEGIES: readonly WriteStrategy[] = ['document', 'nodes', 'auto'];

function strategyOf(options: Options): WriteStrategy {
  const text = options.text('strategy') ?? 'document';
  const strategy = STRATEGIES.find((known) => known === text);
  if (strategy) return strategy;
  throw new UsageFailure(`option --strategy: invalid choice: '${text}' (choose from ${STRATEGIES.join(', ')})`);
}

/** Returns a whole or decimal number above 0 of an option. Throws {@link UsageFailure} for anything else. */
export function numberOf(options: Options, name: string, fallback: number): number {
  const text = options.text(name);
  if (text === undefined) return fallback;
  const value = /^(?:\d+(?:\.\d+)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0) return value;
  throw new UsageFailure(`option --${name}: '${text}' is not a number above 0`);
}
