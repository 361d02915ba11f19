import type { UntypedSelector } from '../../selector/builder-types.ts';
import type { ServedUsage } from '../catalogue.ts';
import type { ServerRequest } from '../exchange.ts';
import type { ServerLimits } from '../limits.ts';
import type { Repository } from '../repository.ts';
import type { Route } from '../route.ts';

/** What a server may be told to do worse than the standard, so that clients can be tried against it. */
export interface Laxity {
  /** Documents and edits are not checked against schema, uniqueness and constraints. */
  readonly unchecked?: boolean | undefined;
}

/** A request that was routed and authorised: what the methods work on. */
export interface Call {
  readonly request: ServerRequest;
  readonly route: Route;
  readonly usage: ServedUsage;
  /** The node selector; absent for a whole document. */
  readonly selector?: UntypedSelector | undefined;
  /** The absolute URI of the document. */
  readonly documentUrl: string;
  readonly repository: Repository;
  readonly limits: ServerLimits;
  readonly laxity: Laxity;
}
