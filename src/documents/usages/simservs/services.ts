/** 3GPP TS 24.607, 24.608, 24.615 and 24.239: services without rules. */

import type { Element } from '@xmldom/xmldom';
import { describeValue } from '../../../selector/arguments.ts';
import { InvalidArgumentError } from '../../../selector/errors.ts';
import { textOf } from '../../data/read-data.ts';
import { transaction } from '../../edit/transaction.ts';
import { NotFoundError } from '../../errors.ts';
import type { DocumentState } from '../../state.ts';
import { sameUri } from '../common/compare-uris.ts';
import { add, remove, setActive, setText } from './edits.ts';
import { provisionedService, type SimservsEditOptions } from './provisioning.ts';
import { childNamed, childrenNamed, isActive, SERVICES, type ServiceName, serviceElement } from './rules.ts';

/** A service as an overview shows it. */
export interface ServiceState {
  readonly service: ServiceName;
  /** Whether the network has provisioned it: a missing element means no. */
  readonly provisioned: boolean;
  /** Whether it is switched on; `false` when it is not provisioned. */
  readonly active: boolean;
}

/** All services that a user can set. */
export const services = (state: DocumentState): ServiceState[] =>
  SERVICES.map((service) => {
    const element = serviceElement(state, service);
    return { service, provisioned: element !== undefined, active: element !== undefined && isActive(element) };
  });

/** Whether a service is switched on; `undefined` when the network has not provisioned it. */
export function activeOf(state: DocumentState, name: ServiceName): boolean | undefined {
  const service = serviceElement(state, name);
  return service && isActive(service);
}

/** Switches a service without settings on or off. */
export function setService(
  state: DocumentState,
  name: ServiceName,
  active: unknown,
  options: SimservsEditOptions,
): void {
  if (typeof active !== 'boolean')
    throw new InvalidArgumentError(`${name} is switched with true or false, not with ${describeValue(active)}`);
  transaction(state, () => setActive(state, provisionedService(state, name, options), active));
}

/** Whose identity is restricted: the caller's own on outgoing calls, or the called user's own on incoming ones. */
export type IdentityDirection = 'originating' | 'terminating';

/** Whether the identity is withheld unless a call says otherwise. */
export type IdentityRestriction = 'presentation-restricted' | 'presentation-not-restricted';

const BEHAVIOUR = 'default-behaviour';

function restrictionService(direction: unknown): ServiceName {
  if (direction === 'originating' || direction === 'terminating')
    return `${direction}-identity-presentation-restriction`;
  throw new InvalidArgumentError(
    `an identity is restricted for 'originating' or 'terminating' calls, not ${describeValue(direction)}`,
  );
}

/** What happens to the user's identity; `undefined` when the service is not provisioned or switched off. */
export function identityRestriction(
  state: DocumentState,
  direction: IdentityDirection,
): IdentityRestriction | undefined {
  const service = serviceElement(state, restrictionService(direction));
  if (!service || !isActive(service)) return undefined;
  const behaviour = childNamed(service, BEHAVIOUR);
  return behaviour && textOf(behaviour).trim() === 'presentation-not-restricted'
    ? 'presentation-not-restricted'
    : 'presentation-restricted';
}

/** Withholds the user's identity, or shows it: see `SimservsDocument.restrictIdentity`. */
export function restrictIdentity(
  state: DocumentState,
  direction: IdentityDirection,
  behaviour: IdentityRestriction,
  options: SimservsEditOptions,
): void {
  const name = restrictionService(direction);
  const wanted: unknown = behaviour;
  if (wanted !== 'presentation-restricted' && wanted !== 'presentation-not-restricted')
    throw new InvalidArgumentError(
      `${describeValue(wanted)} is no default behaviour: give 'presentation-restricted' or 'presentation-not-restricted'`,
    );
  transaction(state, () => {
    const service = provisionedService(state, name, options);
    const element = childNamed(service, BEHAVIOUR);
    if (!element) add(state, service, service, { local: BEHAVIOUR, content: wanted });
    else if (textOf(element).trim() !== wanted) setText(state, element, wanted);
    setActive(state, service, true);
  });
}

/** A member of a flexible-alerting group (3GPP TS 24.239). */
export interface AlertingIdentity {
  /** A SIP or tel URI. */
  readonly uri: string;
  readonly active: boolean;
}

const ALERTING = 'flexible-alerting-specific';

const identitiesIn = (service: Element | undefined): Element[] => (service ? childrenNamed(service, 'identity') : []);

/** The members of the user's flexible-alerting group. */
export const alertingIdentities = (state: DocumentState): AlertingIdentity[] =>
  identitiesIn(serviceElement(state, ALERTING)).map((identity) => ({
    uri: textOf(identity).trim(),
    active: isActive(identity),
  }));

const isIdentity =
  (uri: string) =>
  (identity: Element): boolean =>
    sameUri(textOf(identity).trim(), uri);

function checkedIdentity(uri: unknown): string {
  if (typeof uri === 'string' && /^[a-z][a-z0-9+.-]*:[^\s<>"]+$/i.test(uri)) return uri;
  throw new InvalidArgumentError(
    `${describeValue(uri)} is no identity: give a URI with its scheme, such as sip:bob@example.com or tel:+15555550123`,
  );
}

/** Adds a member, or switches it on or off. */
export function setAlertingIdentity(
  state: DocumentState,
  uri: string,
  active: boolean,
  options: SimservsEditOptions,
): void {
  const checked = checkedIdentity(uri);
  transaction(state, () => {
    const service = provisionedService(state, ALERTING, options);
    const existing = identitiesIn(service).find(isIdentity(checked));
    if (existing) setActive(state, existing, active);
    else
      add(state, service, service, {
        local: 'identity',
        ...(!active && { attributes: { active: 'false' } }),
        content: checked,
      });
  });
}

/**
 * Removes a member.
 *
 * @throws NotFoundError when it is none
 */
export function removeAlertingIdentity(state: DocumentState, uri: string): void {
  const checked = checkedIdentity(uri);
  transaction(state, () => {
    const existing = identitiesIn(provisionedService(state, ALERTING, {})).filter(isIdentity(checked));
    if (existing.length === 0) throw new NotFoundError(checked, 'it is no member of the flexible-alerting group');
    for (const identity of existing) remove(state, identity);
  });
}
