import type { BodySender } from '../body.ts';
import type { ServerRequest } from '../exchange.ts';
import type { QuirkName } from '../quirks/names.ts';
import { Refusal } from '../refusal.ts';
import type { Route } from '../route.ts';
import { domainOf } from '../xui.ts';
import type { Accounts } from './accounts.ts';
import { type Authenticator, type Identity, MUTE_401 } from './authenticator.ts';

/** Who may log in, and what they may do. */
export interface AccessRules {
  /** The users; `undefined` when everybody is welcome. */
  readonly accounts: Accounts | undefined;
  readonly authenticator: Authenticator;
  readonly realm: string | undefined;
  /** Whether a user (`undefined`: nobody known) may write the global tree. */
  isAdmin(user: string | undefined): boolean;
  /** In anonymous mode everybody may do everything in the users tree. */
  readonly isAnonymous: boolean;
  readonly quirks: ReadonlySet<QuirkName>;
}

/** Authentication and authorization, in the order of RFC 4825 section 8. */
export class Access {
  readonly #rules: AccessRules;

  constructor(rules: AccessRules) {
    this.#rules = rules;
  }

  /** Judges the sender of a body that has not been read yet. */
  senderOf(request: ServerRequest, route: Route): BodySender {
    return this.#rules.authenticator.senderOf(request, route.user, this.#realm(route));
  }

  /** @throws Refusal 404 for a tree whose user is not known here */
  refuseStranger({ user }: Route): void {
    const { accounts } = this.#rules;
    if (user !== undefined && accounts && !accounts.has(user))
      throw new Refusal(404, 'this server does not know the user');
  }

  /** @throws Refusal 401 with a challenge */
  logIn(request: ServerRequest, route: Route): Identity {
    const { authenticator, quirks } = this.#rules;
    if (quirks.has('open-global') && route.tree === 'global' && request.method === 'GET') return {};
    const identity = authenticator.check(request, route.user, this.#realm(route));
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
   * The default policy of RFC 4825 section 5.7: all of the own tree, reading of the global one.
   *
   * @throws Refusal 403
   */
  authorize({ user }: Identity, route: Route, method: string): void {
    const { isAnonymous, isAdmin, quirks } = this.#rules;
    const isReading = method === 'GET' || method === 'HEAD';
    const isAllowed = route.tree === 'global' ? isReading || isAdmin(user) : isAnonymous || route.user === user;
    if (isAllowed) return;
    if (quirks.has('mute-401')) throw Refusal.with(MUTE_401);
    const rule =
      route.tree === 'global' ? 'only administrators may change the global tree' : 'users reach only their own tree';
    throw new Refusal(403, rule);
  }
}
