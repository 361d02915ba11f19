import type { Document, Element } from '@xmldom/xmldom';
import { evaluate } from '../../documents/address/evaluate.ts';
import { textWithin } from '../../documents/diff/body.ts';
import { XcapDocument } from '../../documents/document.ts';
import { put } from '../../documents/edit/put.ts';
import { NotFoundError } from '../../documents/errors.ts';
import { setActive } from '../../documents/usages/simservs/edits.ts';
import { isActive } from '../../documents/usages/simservs/rules.ts';
import { simservsTable } from '../../documents/usages/simservs/table.ts';
import { isTimerChanged, moveNewTimer } from '../../documents/usages/simservs/timer-place.ts';
import { changedUnits, type ServiceUnit } from '../../documents/usages/simservs/units.ts';
import { equalXml } from '../../documents/xml/equal.ts';
import { isElement } from '../../documents/xml/spans.ts';
import type { NodeSelector } from '../../selector/ast.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { ClientContext } from '../context.ts';
import { HttpError, PreconditionFailedError } from '../errors.ts';
import type { UtTraits } from '../profiles/ut-traits.ts';
import { perform } from '../request/perform.ts';
import type { DocumentPlace } from '../target.ts';
import type { Change, WriteOptions, WriteOutcome } from './change.ts';
import { isUncertain, mayBeDone } from './outcome.ts';
import { serviceBody, servicePath, serviceSelector } from './service-request.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';

/** Whether a change is one of supplementary services, on a network that takes their elements. */
export const writesServices = ({ profile }: ClientContext, { mine }: Change): boolean =>
  profile.ut !== undefined &&
  profile.ut.unit !== 'document' &&
  XcapDocument.stateOf(mine).usage?.table.auid === simservsTable.auid;

/** One PUT of an element, and the document that it leads to. */
interface Step {
  readonly selector: NodeSelector;
  readonly url: string;
  readonly body: string;
  /** Text of the document after the PUT. */
  readonly text: string;
}

/**
 * Writes a change of supplementary services as a phone does: one PUT for each element, each under the entity tag of the
 * version before where the server sends one. A service that has to be switched on is put last, and only if the server has
 * not switched it on itself. If the server refuses an element, those before it are taken back.
 *
 * @throws NotFoundError if the network has not provisioned the document, {@link InvalidArgumentError} for a change that
 *   elements cannot write; nothing was sent then
 */
export async function writeServices(
  context: ClientContext,
  place: DocumentPlace,
  change: Change,
  options: WriteOptions,
): Promise<WriteOutcome> {
  const { base } = change;
  if (!base)
    throw new NotFoundError(
      `edit of ${place.url}`,
      'the network has not provisioned supplementary services for this user; check the user, or ask the operator',
    );
  const plan = planServices(context, place, change);
  const run = new Run(context, place, base, options);
  for (const step of plan.steps) {
    const stopped = await run.send(step, change);
    if (stopped) return stopped;
  }
  if (plan.activations.length > 0) return run.activate(plan.activations, change);
  // The network chooses the place of a new service.
  if (plan.creates) await run.read();
  return run.held();
}

/** Plans the requests that write a change of supplementary services. */
function planServices(
  context: ClientContext,
  place: DocumentPlace,
  { base, mine }: Change,
): { readonly steps: readonly Step[]; readonly activations: readonly ServiceUnit[]; readonly creates: boolean } {
  const { ut } = context.profile;
  if (!ut || !base) return { steps: [], activations: [], creates: false };
  placeTimer(ut, place, base.document, mine);
  const found = changedUnits(base.document, mine, ut);
  if ('impossible' in found) {
    throw new InvalidArgumentError(
      `edit of ${place.url}: ${found.impossible}, but the network takes only PUTs of services and what is in them`,
    );
  }
  const working = place.parse(base.text);
  let creates = false;
  const stepOf = ({ element }: ServiceUnit): Step => {
    const selector = serviceSelector(element);
    const bodyIn = (parent: Element | Document): string => textWithin(element, isElement(parent) ? parent : undefined);
    const outcome = put(XcapDocument.stateOf(working), selector, bodyIn, { keepUnique: false });
    creates ||= outcome === 'created';
    return {
      selector,
      url: `${place.url}/~~${servicePath(element, context.profile)}`,
      body: serviceBody(element, context.profile),
      text: working.toString(),
    };
  };
  const { units } = found;
  const steps = units.filter(({ kind }) => kind === 'element').map(stepOf);
  return { steps, activations: units.filter(({ kind }) => kind === 'activation'), creates };
}

/** Returns the requests that a save would send if nobody wrote in between, and the server switched no service on itself. */
export function plannedRequests(context: ClientContext, place: DocumentPlace, change: Change) {
  const { steps, activations } = planServices(context, place, change);
  const { profile } = context;
  const last = activations.map(({ element }) => ({
    url: `${place.url}/~~${servicePath(element, profile)}`,
    body: serviceBody(element, profile),
  }));
  return [...steps, ...last].map(({ url, body }, index) => ({
    method: 'PUT' as const,
    url,
    contentType: profile.ut?.elementType,
    body,
    ...(index === 0 && { ifMatch: change.base?.etag }),
  }));
}

function placeTimer({ timer }: UtTraits, { url }: DocumentPlace, before: XcapDocument, after: XcapDocument): void {
  if (timer === 'rule') moveNewTimer(before, after);
  if (timer === 'fixed' && isTimerChanged(before, after)) {
    throw new InvalidArgumentError(
      `edit of ${url}: the network keeps the no-reply timer (the trait timer of the profile is 'fixed'); leave out after`,
    );
  }
}

/** The requests of one change. */
class Run {
  readonly #context: ClientContext;
  readonly #place: DocumentPlace;
  readonly #options: WriteOptions;
  readonly #done: Step[] = [];
  readonly #before: Snapshot;
  #etag: string | undefined;
  #current: Snapshot | undefined;

  constructor(context: ClientContext, place: DocumentPlace, base: Snapshot, options: WriteOptions) {
    this.#context = context;
    this.#place = place;
    this.#options = options;
    this.#before = base;
    this.#etag = base.etag;
  }

  held(): WriteOutcome {
    return { kind: 'held', etag: this.#etag, current: this.#current };
  }

  /** Sends one PUT. Returns the outcome of the whole change if it ends here. */
  async send(step: Step, change: Change): Promise<WriteOutcome | undefined> {
    const { log, ...options } = this.#options;
    // The answer to the PUT before had no tag: without the new one, this PUT would have no condition.
    if (this.#before.etag !== undefined && this.#etag === undefined && !this.#isAsBefore(step, await this.read()))
      return { kind: 'overtaken', current: this.#current, cause: undefined };
    const ifMatch = this.#etag;
    const write = { text: step.text, condition: { ifMatch } };
    await log?.sending(write, change);
    try {
      const call = { ...options, ifMatch, ifNoneMatch: undefined };
      const contentType = this.#context.profile.ut?.elementType;
      const answer = await perform(this.#context, 'PUT', step.url, call, { body: step.body, contentType });
      log?.answered(write, false);
      this.#done.push(step);
      this.#current = undefined;
      this.#etag = answer.headers['etag'];
      return undefined;
    } catch (error) {
      if (isUncertain(error)) {
        const current = await this.read().catch((cause: unknown) => {
          throw options.signal?.aborted ? cause : error;
        });
        return { kind: 'overtaken', current, cause: error };
      }
      const isStale = error instanceof PreconditionFailedError;
      if (!mayBeDone(this.#context, options, error)) log?.answered(write, true);
      if (isStale && this.#done.length > 0) return { kind: 'overtaken', current: await this.read(), cause: error };
      if (isStale) return { kind: 'stale', cause: error };
      if (!options.signal?.aborted) await this.#takeBack(error);
      throw error;
    }
  }

  /** Puts services that are still switched off. */
  async activate(units: readonly ServiceUnit[], change: Change): Promise<WriteOutcome> {
    for (const { element } of units) {
      const current = await this.read();
      if (!current) return { kind: 'overtaken', current, cause: undefined };
      const mine = current.copy();
      const state = XcapDocument.stateOf(mine);
      const found = evaluate(state.dom, serviceSelector(element));
      if (found.kind !== 'element') return { kind: 'overtaken', current, cause: undefined };
      if (isActive(found.element)) continue;
      setActive(state, found.element, true);
      const stopped = await this.send(this.#stepFor(found.element, mine.toString()), change);
      if (stopped) return stopped;
    }
    return this.held();
  }

  #isAsBefore({ selector }: Step, current: Snapshot | undefined): boolean {
    const [old, now] = [this.#before, current].map(
      (version) => version && evaluate(XcapDocument.stateOf(version.document).dom, selector),
    );
    if (old?.kind !== 'element' || now?.kind !== 'element') return old?.kind === now?.kind;
    return equalXml(old.element, now.element);
  }

  #stepFor(element: Element, text: string): Step {
    const { profile } = this.#context;
    const url = `${this.#place.url}/~~${servicePath(element, profile)}`;
    return { selector: serviceSelector(element), url, body: serviceBody(element, profile), text };
  }

  /** Reads the version that is there now. */
  async read(): Promise<Snapshot | undefined> {
    const { log: _, ...options } = this.#options;
    this.#current = await readSnapshot(this.#context, this.#place, options);
    this.#etag = this.#current?.etag;
    return this.#current;
  }

  /** Puts the elements that were written as they were before. */
  async #takeBack(refusal: unknown): Promise<void> {
    const { log: _, ...options } = this.#options;
    const { dom } = XcapDocument.stateOf(this.#before.document);
    const contentType = this.#context.profile.ut?.elementType;
    for (const { selector } of this.#done.toReversed()) {
      const old = evaluate(dom, selector);
      try {
        if (old.kind !== 'element') throw refusal;
        const { url, body } = this.#stepFor(old.element, '');
        const call = { ...options, ifMatch: this.#etag, ifNoneMatch: undefined };
        const answer = await perform(this.#context, 'PUT', url, call, { body, contentType });
        this.#etag = answer.headers['etag'];
      } catch {
        throw new HttpError(
          `edit of ${this.#place.url}`,
          'the network took a part of the change, refused the rest, and did not let the part be taken back; read the document again',
          { cause: refusal },
        );
      }
    }
  }
}
