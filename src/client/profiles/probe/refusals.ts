import { resourceLists } from '../../../documents/usages/resource-lists/usage.ts';
import type { Observation } from '../profile.ts';
import { ListScratch } from './list-scratch.ts';
import type { Scratch } from './scratch.ts';

/** Findings about the answers to requests that a server must refuse. */
export interface RefusalFindings {
  /** Whether the status of each tells the reason. */
  readonly reportsErrorStatus: boolean;
  readonly observed: Record<string, Observation>;
}

/** Examines the answers to requests that a server must refuse (RFC 4825 section 8.2). */
export async function examineRefusals(scratch: Scratch): Promise<RefusalFindings> {
  await scratch.reset(scratch.version('base'));
  const malformed = await scratch.ask('PUT', undefined, { body: scratch.version('malformed').slice(0, -3) });
  const missing = await scratch.ask('DELETE', scratch.missing('absent'));
  const orphan = scratch instanceof ListScratch ? await putOrphan(scratch) : undefined;
  return {
    reportsErrorStatus: malformed.status === 409 && missing.status === 404 && (orphan?.status ?? 409) === 409,
    observed: {
      'malformed document': malformed.status,
      'DELETE of a missing element': missing.status,
      'PUT below a missing parent': orphan?.status ?? 'not examined',
      'refusals carry an xcap-error': /<(?:\w+:)?xcap-error[\s>]/.test(malformed.text + (orphan?.text ?? '')),
    },
  };
}

const putOrphan = (scratch: ListScratch) =>
  scratch.ask('PUT', resourceLists.list('absent').entry('sip:a@example.com'), {
    body: '<entry uri="sip:a@example.com"/>',
  });
