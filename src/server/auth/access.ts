import type { BodySender } from '../body.ts';
import type { ServerRequest } from '../exchange.ts';
import { Refusal } from '../refusal.ts';
import type { Route } from '../route.ts';
import { domainOf } from '../xui.ts';
import type { Accounts } from './accounts.ts';
import type { Authenticator, Identity } from './authenticator.ts';
import type { AuthDialect } from './dialect.ts';

/** Who can log in, and what they may do. */
export interface AccessRules {
  /** The users; `undefined` when the server has none, and serves every tree. */
  readonly accounts: Accounts | undefined;
  readonly authenticator: Authenticator;
  readonly realm: string | undefined;
  /** Whether a user may write the global tree; `undefined` is a user who has not logged in. */
  isAdmin(user: string | undefined): boolean;
  /** In anonymous mode all requests for the users tree are allowed. */
  readonly isAnonymous: boolean;
}

/** Authentication and authorization, in the order of RFC 4825 section 8. */
export class Access {
  readonly #rules: AccessRules;

  constructor(rules: AccessRules) {
    this.#rules = rules;
  }

  /** Whether requests need no credentials. */
  get isAnonymous(): boolean {
    return this.#rules.isAnonymous;
  }

  /** Judges the sender of a body that has not been read yet. */
  senderOf(request: ServerRequest, route: Route, dialect: AuthDialect): BodySender {
    return this.#rules.authenticator.senderOf(request, route.user, this.#realm(route), dialect);
  }

  /** @throws Refusal 404 for the tree of an unknown user */
  refuseStranger({ user }: Route, { refusal }: AuthDialect): void {
    const { accounts } = this.#rules;
    if (user === undefined || !accounts || accounts.has(user)) return;
    throw refusal ? Refusal.with(refusal) : new Refusal(404, 'this server does not know the user');
  }

  /** @throws Refusal 401 with a challenge */
  logIn(request: ServerRequest, route: Route, dialect: AuthDialect): Identity {
    if (dialect.isGlobalPublic && route.tree === 'global' && request.method === 'GET') return {};
    const identity = this.#rules.authenticator.check(request, route.user, this.#realm(route), dialect);
    if ('refused' in identity) throw Refusal.with(identity.refused);
    if (request.isBodyDiscarded)
      throw new Refusal(503, 'the body was not read; repeat the request', { 'retry-after': '0' });
    return identity;
  }

  #realm({ user }: Route): string {
    const { realm, accounts } = this.#rules;
    return realm ?? (user === undefined ? undefined : domainOf(user)) ?? accounts?.mainDomain ?? 'xcap';
  }

  /**
   * Applies the default policy of RFC 4825 section 5.7: users read and write their own tree, and read the global tree.
   *
   * @throws Refusal 403
   */
  authorize({ user }: Identity, route: Route, method: string, { refusal }: AuthDialect): void {
    const isReading = method === 'GET' || method === 'HEAD';
    if (this.mayRead(user, route) && (isReading || route.tree === 'users' || this.#rules.isAdmin(user))) return;
    if (refusal) throw Refusal.with(refusal);
    const rule =
      route.tree === 'global' ? 'only administrators may change the global tree' : 'users reach only their own tree';
    throw new Refusal(403, rule);
  }

  /** Whether a user may read the documents of a tree, by the same policy. */
  mayRead(
    user: string | undefined,
    { tree, user: owner }: Pick<Route, 'tree'> & { readonly user?: string | undefined },
  ): boolean {
    return tree === 'global' || this.#rules.isAnonymous || owner === user;
  }

  /** Whether a user can log in. A server without users knows everyone. */
  knows(user: string | undefined): boolean {
    const { accounts, isAnonymous } = this.#rules;
    return accounts && !isAnonymous ? user !== undefined && accounts.has(user) : true;
  }

  /**
   * Only trusted users read the services of all users (RFC 4826 section 4.4.9): administrators, or everyone on a server
   * without authentication.
   *
   * @throws Refusal 403
   */
  authorizeIndex({ user }: Identity): void {
    const { isAnonymous, isAdmin } = this.#rules;
    if (!isAnonymous && !isAdmin(user))
      throw new Refusal(403, 'only administrators may read the services of all users');
  }
}
