import { resourceLists } from '../../../documents/usages/resource-lists/usage.ts';
import type { ClientContext } from '../../context.ts';
import type { CallOptions } from '../../options.ts';
import { documentTarget } from '../../target.ts';
import type { ServerProfile } from '../profile.ts';
import { examineAccess } from './access.ts';
import { examineConditions, examineRefusals } from './conditions.ts';
import { examineLength } from './limits.ts';
import { examineNodes } from './nodes.ts';
import { Scratch } from './scratch.ts';

/** Options of `probe`. */
export interface ProbeOptions extends Pick<CallOptions, 'user' | 'tree' | 'signal' | 'timeout'> {
  /** Name of the scratch document, a resource-lists document that must not exist. Default `xcap-probe`. */
  readonly document?: string | undefined;
  /** How the profile is to be called. Default `probed`. */
  readonly name?: string | undefined;
  /** How often writers race for one entity tag. More find rarer losses. Default 12. */
  readonly rounds?: number | undefined;
}

/** Until other writers' requests, decided on at the same time, have been carried out. */
const SETTLE = { least: 20, most: 60 };

/** Examines a server: see `XcapClient.probe`. */
export async function probe(context: ClientContext, options: ProbeOptions): Promise<ServerProfile> {
  const { document = 'xcap-probe', name = 'probed', rounds = 12, ...call } = options;
  const target = documentTarget(context, resourceLists, { ...call, document });
  const scratch = new Scratch(context, target, call);
  await scratch.claim();
  const access = await examineAccess(context, target.url, call);
  try {
    const { conditions, etags, observed } = await examineConditions(scratch, rounds);
    const refusals = await examineRefusals(scratch);
    const findings = await examineNodes(scratch, refusals.tells);
    const maxTarget = await examineLength(scratch);
    return {
      name,
      conditions,
      etags,
      nodes: findings.nodes,
      tellsRefusals: refusals.tells,
      maxTarget,
      settle: conditions.ifMatch === 'atomic' ? { least: 0, most: 0 } : SETTLE,
      observed: { ...access, ...observed, ...refusals.observed, ...findings.observed },
    };
  } finally {
    await scratch.remove();
  }
}
