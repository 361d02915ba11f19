import type { UntypedSelector } from '../../selector/builder-types.ts';
import type { ServedUsage } from '../catalogue.ts';
import type { ServerRequest } from '../exchange.ts';
import type { ServerLimits } from '../limits.ts';
import type { UserQuota } from '../operation/user-limits.ts';
import type { Repository } from '../repository.ts';
import type { Route } from '../route.ts';
import { dividePath } from '../stores/store.ts';
import type { WriteDialect } from './dialect.ts';

/** A request that was routed and authorized, with everything that a method needs. */
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
  readonly quota: UserQuota;
  /** Whether the first document in a folder creates the folder. */
  readonly createsFolders: boolean;
  readonly dialect: WriteDialect;
}

/** The URI of the folder that always exists: the home of a user, or the global tree. */
export function homeUrl({ documentUrl, route }: Call): string {
  const root = documentUrl.slice(0, documentUrl.length - route.path.length);
  return `${root}${dividePath(route.path).home}/`;
}
