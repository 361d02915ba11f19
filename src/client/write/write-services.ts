import { evaluate } from '../../documents/address/evaluate.ts';
import { XcapDocument } from '../../documents/document.ts';
import {
  type ElementChanges,
  type ElementForm,
  type ElementPlan,
  type ElementRequest,
  type ElementStep,
  elementChangesOf,
} from '../../documents/element-changes.ts';
import { NotFoundError } from '../../documents/errors.ts';
import { equalXml } from '../../documents/xml/equal.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import type { ClientContext } from '../context.ts';
import { HttpError, PreconditionFailedError } from '../errors.ts';
import { perform } from '../request/perform.ts';
import type { DocumentPlace } from '../target.ts';
import type { Change, WriteOptions, WriteOutcome } from './change.ts';
import type { WriteCondition } from './condition.ts';
import { isUncertain, mayBeDone } from './outcome.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';

/** How a change of supplementary services is written on a network. */
export interface ServiceWriter {
  readonly changes: ElementChanges;
  readonly form: ElementForm;
  /** Media type of an element. */
  readonly elementType: string;
}

/** Returns how a change is written by elements of services; `undefined` for other usages, and networks that take documents. */
export function serviceWriterOf({ profile }: ClientContext, { mine }: Change): ServiceWriter | undefined {
  const { ut, prefixes } = profile;
  if (!ut || ut.unit === 'document') return undefined;
  const table = XcapDocument.stateOf(mine).usage?.table;
  const changes = table && elementChangesOf(table);
  return changes && { changes, form: { ...ut, prefixes }, elementType: ut.elementType };
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
  writer: ServiceWriter,
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
  const plan = planServices(writer, place, base, change);
  const run = new Run(context, writer, place, base, options);
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
  { changes, form }: ServiceWriter,
  place: DocumentPlace,
  base: Snapshot,
  { mine }: Change,
): ElementPlan {
  const plan = changes.plan(base.document, mine, place.parse(base.text), form);
  if ('impossible' in plan) throw new InvalidArgumentError(`edit of ${place.url}: ${plan.impossible}`);
  return plan;
}

/** Returns the requests that a save would send if nobody wrote in between, and the server switched no service on itself. */
export function plannedServiceRequests(writer: ServiceWriter, place: DocumentPlace, change: Change) {
  const { base } = change;
  if (!base) return [];
  const { steps, activations } = planServices(writer, place, base, change);
  return [...steps, ...activations].map(({ path, body }, index) => ({
    method: 'PUT' as const,
    url: urlOf(place, path),
    contentType: writer.elementType,
    body,
    ...(index === 0 && { ifMatch: base.etag }),
  }));
}

const urlOf = ({ url }: DocumentPlace, path: string): string => `${url}/~~${path}`;

/** The requests of one change. */
class Run {
  readonly #context: ClientContext;
  readonly #writer: ServiceWriter;
  readonly #place: DocumentPlace;
  readonly #options: WriteOptions;
  readonly #done: ElementStep[] = [];
  readonly #before: Snapshot;
  #etag: string | undefined;
  #current: Snapshot | undefined;

  constructor(
    context: ClientContext,
    writer: ServiceWriter,
    place: DocumentPlace,
    base: Snapshot,
    options: WriteOptions,
  ) {
    this.#context = context;
    this.#writer = writer;
    this.#place = place;
    this.#options = options;
    this.#before = base;
    this.#etag = base.etag;
  }

  held(): WriteOutcome {
    return { kind: 'held', etag: this.#etag, current: this.#current };
  }

  /** Sends one PUT. Returns the outcome of the whole change if it ends here. */
  async send(step: ElementStep, change: Change): Promise<WriteOutcome | undefined> {
    const options = this.#options;
    const { log } = options;
    // The answer to the PUT before had no tag: without the new one, this PUT would have no condition.
    if (this.#before.etag !== undefined && this.#etag === undefined && !this.#isAsBefore(step, await this.read()))
      return { kind: 'overtaken', current: this.#current, cause: undefined };
    const ifMatch = this.#etag;
    const write = { text: step.text, condition: { ifMatch } };
    await log?.sending(write, change);
    try {
      const answer = await this.#put(step, { ifMatch });
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
  async activate(requests: readonly ElementRequest[], change: Change): Promise<WriteOutcome> {
    const { changes, form } = this.#writer;
    for (const { selector } of requests) {
      const current = await this.read();
      const step = current && changes.activate(current.copy(), selector, form);
      if (!step || step === 'missing') return { kind: 'overtaken', current, cause: undefined };
      if (step === 'active') continue;
      const stopped = await this.send(step, change);
      if (stopped) return stopped;
    }
    return this.held();
  }

  #isAsBefore({ selector }: ElementStep, current: Snapshot | undefined): boolean {
    const [old, now] = [this.#before, current].map(
      (version) => version && evaluate(XcapDocument.stateOf(version.document).dom, selector),
    );
    if (old?.kind !== 'element' || now?.kind !== 'element') return old?.kind === now?.kind;
    return equalXml(old.element, now.element);
  }

  #put({ path, body }: ElementRequest, condition: WriteCondition) {
    const { elementType: contentType } = this.#writer;
    return perform(this.#context, 'PUT', urlOf(this.#place, path), this.#options, { body, contentType, condition });
  }

  /** Reads the version that is there now. */
  async read(): Promise<Snapshot | undefined> {
    this.#current = await readSnapshot(this.#context, this.#place, this.#options);
    this.#etag = this.#current?.etag;
    return this.#current;
  }

  /** Puts the elements that were written as they were before. */
  async #takeBack(refusal: unknown): Promise<void> {
    const { dom } = XcapDocument.stateOf(this.#before.document);
    const { changes, form } = this.#writer;
    for (const { selector } of this.#done.toReversed()) {
      const old = evaluate(dom, selector);
      try {
        if (old.kind !== 'element') throw refusal;
        const answer = await this.#put(changes.request(old.element, form), { ifMatch: this.#etag });
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
