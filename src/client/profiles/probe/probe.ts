import { resourceLists } from '../../../documents/usages/resource-lists/usage.ts';
import { XcapError } from '../../../selector/errors.ts';
import type { ClientContext } from '../../context.ts';
import { HttpError } from '../../errors.ts';
import type { CallOptions } from '../../options.ts';
import { documentTarget } from '../../target.ts';
import type { Observation, ServerProfile } from '../profile.ts';
import { examineAccess } from './access.ts';
import { examineConditions, examineRefusals } from './conditions.ts';
import { examineLength } from './limits.ts';
import { examineNodes } from './nodes.ts';
import { Scratch } from './scratch.ts';

/** Options of `probe`. */
export interface ProbeOptions extends Pick<CallOptions, 'user' | 'tree' | 'signal' | 'timeout'> {
  /** Name of the scratch document, a resource-lists document that must not exist. Default: `xcap-probe`. */
  readonly document?: string | undefined;
  /** Name of the profile. Default: `probed`. */
  readonly name?: string | undefined;
  /** Number of races of several writers for one entity tag. More find rarer losses. Default: 12. */
  readonly rounds?: number | undefined;
}

/** Milliseconds in which requests of other writers, decided on at the same time, take effect. */
const SETTLE = { least: 20, most: 60 };

/** Examines a server: see `XcapClient.probe`. */
export async function probe(context: ClientContext, options: ProbeOptions): Promise<ServerProfile> {
  const { document = 'xcap-probe', name = 'probed', rounds = 12, ...call } = options;
  const target = documentTarget(context, resourceLists, { ...call, document });
  const scratch = new Scratch(context, target, call);
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
  const { conditions, etags, observed } = await examineConditions(scratch, rounds);
  const refusals = await examineRefusals(scratch);
  const findings = await examineNodes(scratch, refusals.tells);
  const maxTarget = await examineLength(scratch);
  return {
    name,
    conditions,
    etags,
    documents: { write: true, delete: true },
    nodes: findings.nodes,
    reportsErrorStatus: refusals.tells,
    maxTarget,
    settle: conditions.ifMatch === 'atomic' ? { least: 0, most: 0 } : SETTLE,
    observed: { ...access, ...observed, ...refusals.observed, ...findings.observed },
  };
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
