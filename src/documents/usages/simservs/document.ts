/** 3GPP TS 24.623: supplementary services, with the verbs of a phone. */

import { refuseUnknownOptions } from '../../../selector/arguments.ts';
import { XcapDocument } from '../../document.ts';
import {
  type BarOptions,
  type Barring,
  type BarringCondition,
  type BarringDirection,
  bar,
  barring,
  unbar,
} from './barring.ts';
import { type Call, type CallDecision, decide } from './decide.ts';
import {
  type Forwarding,
  type ForwardingChoice,
  type ForwardOptions,
  forward,
  forwarding,
  noReplyTimer,
  type StopForwardingOptions,
  setNoReplyTimer,
  stopForwarding,
} from './forwarding.ts';
import { lint, type SimservsLintOptions, type SimservsLintWarning } from './lint.ts';
import type { SimservsEditOptions } from './provisioning.ts';
import {
  type AlertingIdentity,
  activeOf,
  alertingIdentities,
  type IdentityDirection,
  type IdentityRestriction,
  identityRestriction,
  removeAlertingIdentity,
  restrictIdentity,
  type ServiceState,
  services,
  setAlertingIdentity,
  setService,
} from './services.ts';
import type { Simservs } from './table.ts';

/**
 * A simservs document: what a subscriber has set of call forwarding, barring, identity restriction and so on.
 *
 * The verbs find a rule by its conditions and medium, never by its id. They keep ids, prefixes, the form of targets and
 * the place of the timer as the document shows them. A rule that the network has not provisioned is added only with
 * `{ addRules: true }`. A refused call leaves the document as it was.
 *
 * @example
 * doc.forward('no-answer', 'tel:+15555550123', { after: 25 });
 * doc.bar('outgoing', 'international');
 */
export class SimservsDocument extends XcapDocument<Simservs> {
  /**
   * Which services the network has provisioned, and which are switched on.
   *
   * @example
   * doc.services().filter(({ active }) => active).map(({ service }) => service);
   */
  services(): ServiceState[] {
    return services(XcapDocument.stateOf(this));
  }

  /**
   * All forwarding rules in document order.
   *
   * @example
   * doc.forwarding(); // [{ condition: 'busy', active: true, target: 'tel:+15555550101', id: 'cfb' }]
   */
  forwarding(): Forwarding[] {
    return forwarding(XcapDocument.stateOf(this));
  }

  /**
   * Registers a number and switches forwarding on (3GPP TS 24.604). `all-conditional` stands for `not-reachable`,
   * `no-answer`, `busy` and, where it is provisioned, `not-registered`; `all` adds `unconditional`.
   *
   * @param target - a `tel:` or `sip:` URI, or a number; it is written in the form that the document shows
   * @throws NotFoundError when the network has not provisioned the rule and `addRules` is not set
   * @throws InvalidArgumentError for a target that is no number or SIP URI, or a time outside 5 to 180 seconds
   *
   * @example
   * doc.forward('no-answer', 'tel:+15555550123', { after: 25 });
   */
  forward(condition: ForwardingChoice, target: string, options: ForwardOptions = {}): void {
    forward(XcapDocument.stateOf(this), condition, target, options);
  }

  /**
   * Switches forwarding off: the rule gets the condition `rule-deactivated`. It keeps the number unless `erase` is set.
   *
   * @throws NotFoundError when the network has not provisioned the rule
   *
   * @example
   * doc.stopForwarding('busy');
   */
  stopForwarding(condition: ForwardingChoice, options: StopForwardingOptions = {}): void {
    stopForwarding(XcapDocument.stateOf(this), condition, options);
  }

  /**
   * Seconds until an unanswered call is forwarded; `undefined` where the document does not say: servers then wait 20.
   *
   * @example
   * doc.noReplyTimer(); // 20
   */
  noReplyTimer(): number | undefined {
    return noReplyTimer(XcapDocument.stateOf(this));
  }

  /**
   * Sets the time until an unanswered call is forwarded, at the place where the document has it.
   *
   * @example
   * doc.setNoReplyTimer(25);
   *
   * @param seconds - 5 to 180
   * @throws InvalidArgumentError for any other number, {@link NotFoundError} without communication-diversion
   */
  setNoReplyTimer(seconds: number): void {
    setNoReplyTimer(XcapDocument.stateOf(this), seconds);
  }

  /**
   * All barring rules of a direction in document order.
   *
   * @example
   * doc.barring('incoming'); // [{ condition: 'roaming', active: false, allow: false, id: 'call-barring-...' }]
   */
  barring(direction: BarringDirection): Barring[] {
    return barring(XcapDocument.stateOf(this), direction);
  }

  /**
   * Bars calls (3GPP TS 24.611).
   *
   * @throws NotFoundError when the network has not provisioned the rule and `addRules` is not set
   *
   * @example
   * doc.bar('outgoing', 'international');
   */
  bar(direction: BarringDirection, condition: BarringCondition, options: BarOptions = {}): void {
    bar(XcapDocument.stateOf(this), direction, condition, options);
  }

  /**
   * Lifts a barring and keeps its rule: the rule gets the condition `rule-deactivated`.
   *
   * @example
   * doc.unbar('outgoing', 'international');
   *
   * @throws NotFoundError when the network has not provisioned the rule
   */
  unbar(
    direction: BarringDirection,
    condition: BarringCondition,
    options: { readonly media?: string | undefined } = {},
  ): void {
    unbar(XcapDocument.stateOf(this), direction, condition, options);
  }

  /**
   * Whether the user's identity is withheld; `undefined` when the service is not provisioned or switched off.
   *
   * @example
   * doc.identityRestriction('originating'); // { active, behaviour }
   */
  identityRestriction(direction: IdentityDirection): IdentityRestriction | undefined {
    return identityRestriction(XcapDocument.stateOf(this), direction);
  }

  /**
   * Withholds the user's identity, or shows it, and switches the service on (3GPP TS 24.607 and 24.608).
   *
   * @throws NotFoundError when the network has not provisioned the service and `addRules` is not set
   *
   * @example
   * doc.restrictIdentity('originating', 'presentation-restricted');
   */
  restrictIdentity(
    direction: IdentityDirection,
    behaviour: IdentityRestriction,
    options: SimservsEditOptions = {},
  ): void {
    restrictIdentity(XcapDocument.stateOf(this), direction, behaviour, options);
  }

  /**
   * Whether call waiting is on; `undefined` when it is not provisioned.
   *
   * @example
   * doc.callWaiting(false);
   */
  callWaiting(): boolean | undefined;
  /**
   * Switches call waiting on or off (3GPP TS 24.615).
   *
   * @throws NotFoundError when the network has not provisioned it and `addRules` is not set
   */
  callWaiting(active: boolean, options?: SimservsEditOptions): void;
  callWaiting(active?: boolean, options: SimservsEditOptions = {}): boolean | undefined {
    const state = XcapDocument.stateOf(this);
    if (active !== undefined) setService(state, 'communication-waiting', active, options);
    return activeOf(state, 'communication-waiting');
  }

  /**
   * The members of the user's flexible-alerting group (3GPP TS 24.239).
   *
   * @example
   * doc.alertingIdentities().map(({ uri }) => uri);
   */
  alertingIdentities(): AlertingIdentity[] {
    return alertingIdentities(XcapDocument.stateOf(this));
  }

  /**
   * Adds a member to the flexible-alerting group, or switches it on or off.
   *
   * @example
   * doc.setAlertingIdentity('tel:+15555550101');
   *
   * @param options - `active`, default `true`; `addRules`
   * @throws NotFoundError when the network has not provisioned the service and `addRules` is not set
   */
  setAlertingIdentity(
    uri: string,
    options: { readonly active?: boolean | undefined } & SimservsEditOptions = {},
  ): void {
    refuseUnknownOptions(options, { active: true, addRules: true }, 'setAlertingIdentity');
    setAlertingIdentity(XcapDocument.stateOf(this), uri, options.active ?? true, options);
  }

  /**
   * Removes a member from the flexible-alerting group. Throws {@link NotFoundError} when it is none.
   *
   * @example
   * doc.removeAlertingIdentity('tel:+15555550101');
   */
  removeAlertingIdentity(uri: string): void {
    removeAlertingIdentity(XcapDocument.stateOf(this), uri);
  }

  /**
   * What happens to a call by these settings, by which rule, and why the others do not apply. Barring is asked before
   * forwarding; the first forwarding rule that applies decides.
   *
   * @throws InvalidArgumentError for an unknown direction or state, or a party without URI scheme
   *
   * @example
   * doc.decide({ direction: 'incoming', caller: 'sip:bob@example.com', state: 'busy' }).action; // 'forward'
   */
  decide(call: Call): CallDecision {
    return decide(XcapDocument.stateOf(this), call);
  }

  /**
   * Settings that are legal and probably a mistake: forwarding to oneself, rules that can never apply, targets that are no
   * number, timers out of range, ids that stand in two services.
   *
   * @example
   * doc.lint({ user: 'tel:+15555550100' }).map(({ message }) => message);
   *
   * @param options - `user`: the user's own identities; `at`: the moment to look at, default now
   */
  lint(options: SimservsLintOptions = {}): SimservsLintWarning[] {
    return lint(XcapDocument.stateOf(this), options);
  }
}
