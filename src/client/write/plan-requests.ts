import type { ClientContext } from '../context.ts';
import type { WriteStrategy } from '../options.ts';
import { nodePayload } from '../request/node-body.ts';
import { type DocumentPlace, nodeUrl } from '../target.ts';
import type { Change } from './change.ts';
import { chooseNodes } from './choose-nodes.ts';
import { conditionOver } from './condition.ts';
import { planElements } from './plan-elements.ts';
import { plannedServiceRequests, serviceWriterOf } from './write-services.ts';

/** One request that a save would send. */
export interface PlannedRequest {
  readonly method: 'PUT' | 'DELETE';
  readonly url: string;
  readonly contentType?: string | undefined;
  readonly body?: string | undefined;
  /** Condition of the request. Later requests of one plan are sent with the entity tag that the one before returns. */
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

/** Returns the requests that a save would send if nobody wrote in between. */
export function planRequests(
  strategy: WriteStrategy,
  context: ClientContext,
  place: DocumentPlace,
  change: Change,
): readonly PlannedRequest[] {
  const writer = serviceWriterOf(context, change);
  if (writer) return plannedServiceRequests(writer, place, change);
  const { profile } = context;
  const { url, contentType } = place;
  const [element] = profile.documents.write ? [] : planElements(context, place, change);
  const nodes = element ? [element] : chooseNodes(strategy, context, place, change);
  if (!nodes) {
    const body = change.mine.toString();
    return [{ method: 'PUT', url, contentType, body, ...conditionOver(profile, url, change.base) }];
  }
  return nodes.map(({ method, selector, body }, index) => ({
    method,
    url: nodeUrl(context, place, selector),
    ...(index === 0 && { ifMatch: change.base?.etag }),
    ...nodePayload(profile, selector, body),
  }));
}
