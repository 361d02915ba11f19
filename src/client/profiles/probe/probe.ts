import type { XcapDocument } from '../../../documents/document.ts';
import type { AnyUsage } from '../../../documents/usage.ts';
import { resourceLists } from '../../../documents/usages/resource-lists/usage.ts';
import { XcapError } from '../../../selector/errors.ts';
import type { ClientContext } from '../../context.ts';
import { HttpError } from '../../errors.ts';
import type { CallOptions } from '../../options.ts';
import { documentTarget } from '../../target.ts';
import { SETTLE } from '../built-in.ts';
import type { Observation, ServerProfile } from '../profile.ts';
import { examineAccess } from './access.ts';
import { examineConditions } from './conditions.ts';
import { examineLength } from './limits.ts';
import { ListScratch } from './list-scratch.ts';
import { examineNodes } from './nodes.ts';
import { probeByReading } from './read-only.ts';
import { examineReading } from './reading.ts';
import { examineRefusals } from './refusals.ts';
import { Scratch } from './scratch.ts';

/**
 * Options of `probe`.
 *
 * @example
 * const profile = await client.probe({ usage: resourceLists, document: 'scratch', name: 'ours', rounds: 2, timeout: 5_000 });
 * const safe = await client.probe({ readOnly: true });
 */
export interface ProbeOptions extends Pick<CallOptions, 'user' | 'tree' | 'signal' | 'timeout'> {
  /**
   * Application usage of the examined document, for servers that do not have resource-lists. Elements are only written in
   * documents of resource-lists; for any other usage, the profile has all changes written as whole documents. Default:
   * `resourceLists`.
   */
  readonly usage?: AnyUsage | undefined;
  /**
   * Whether only to read, where scratch documents are not allowed. The examined document must exist, and is not changed. The
   * profile is safe, but what only a write shows is not examined: see `observed`. Default: `false`.
   */
  readonly readOnly?: boolean | undefined;
  /**
   * Name of the examined document. Default: `xcap-probe`, which must not exist; with `readOnly` the name of the usage,
   * mostly `index`.
   */
  readonly document?: string | undefined;
  /** Name of the profile. Default: `probed`. */
  readonly name?: string | undefined;
  /** Number of races of several writers for one entity tag. More find rarer losses. Default: 12. */
  readonly rounds?: number | undefined;
}

/** Examines a server: see `XcapClient.probe`. */
export async function probe(context: ClientContext, options: ProbeOptions): Promise<ServerProfile> {
  const { usage = resourceLists, readOnly = false, document, name = 'probed', rounds = 12, ...call } = options;
  if (readOnly) return probeByReading(context, documentTarget(context, usage, { ...call, document }), name, call);
  const target = documentTarget(context, usage, { ...call, document: document ?? 'xcap-probe' });
  const isOfLists = target.usage.auid === resourceLists.auid;
  const scratch = isOfLists ? new ListScratch(context, target, call) : new Scratch(context, target, call);
  await scratch.claim();
  const access = await examineAccess(context, target.url, call);
  let profile: ServerProfile;
  try {
    profile = await examine(scratch, name, rounds, access);
  } catch (failure) {
    await removeScratch(scratch, ` after the probe had failed (${messageOf(failure)})`);
    throw failure;
  }
  await removeScratch(scratch);
  return profile;
}

async function examine(
  scratch: Scratch,
  name: string,
  rounds: number,
  access: Record<string, Observation>,
): Promise<ServerProfile> {
  const { conditions, etags, rewrites, observed } = await examineConditions(scratch, rounds);
  const refusals = await examineRefusals(scratch);
  const { reportsErrorStatus } = refusals;
  const findings =
    scratch instanceof ListScratch
      ? await examineNodes(scratch, reportsErrorStatus)
      : await examineReading(scratch, await resetToBase(scratch));
  const maxTarget = await examineLength(scratch);
  return {
    name,
    conditions,
    etags,
    documents: { write: true, delete: true },
    nodes: findings.nodes,
    reportsErrorStatus,
    ...(rewrites && { rewrites }),
    maxTarget,
    settle: conditions.ifMatch === 'atomic' ? { least: 0, most: 0 } : SETTLE,
    observed: { ...access, ...observed, ...refusals.observed, ...findings.observed },
  };
}

async function resetToBase(scratch: Scratch): Promise<XcapDocument> {
  const text = scratch.version('base');
  await scratch.reset(text);
  return scratch.parse(text);
}

async function removeScratch(scratch: Scratch, when = ''): Promise<void> {
  try {
    await scratch.remove();
  } catch (cause) {
    throw new HttpError(
      `probe of ${scratch.url}`,
      `the scratch document may have been left behind${when}: ${messageOf(cause)}; check it, and remove it by hand`,
      { cause, answer: cause instanceof XcapError ? cause.answer : undefined },
    );
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
