import type { AttributeData, ElementData, ElementInput } from '../documents/data/data-types.ts';
import type { XcapDocument } from '../documents/document.ts';
import type { ApplicationUsage } from '../documents/usage.ts';
import type {
  AnySelector,
  AttributeSelector,
  ElementSelector,
  NamespaceBindingsSelector,
  UntypedSelector,
} from '../selector/builder-types.ts';
import { type XcapUser, xuiOf } from '../selector/document-uri.ts';
import { withoutTrailingSlashes } from '../selector/encode.ts';
import type { UsageTable } from '../selector/usage-table.ts';
import type { ClientContext } from './context.ts';
import { newLearned } from './context.ts';
import { credentialsOf } from './credentials.ts';
import { type Operation, observed } from './diagnostics.ts';
import { type Capabilities, capabilities } from './operations/capabilities.ts';
import { type DeleteResult, deleteResource } from './operations/delete.ts';
import { type DirectoryEntry, directory } from './operations/directory.ts';
import { get } from './operations/get.ts';
import { insert } from './operations/insert.ts';
import { put } from './operations/put.ts';
import type { PutResult } from './operations/put-target.ts';
import { type ReplaceResult, replace } from './operations/replace.ts';
import type { CallOptions, EditOptions, XcapClientOptions } from './options.ts';
import { profileOf } from './profiles/built-in.ts';
import { type ProbeOptions, probe } from './profiles/probe/probe.ts';
import type { ServerProfile } from './profiles/profile.ts';
import {
  type AnyJobs,
  type ProvisionJobs,
  type ProvisionOptions,
  type ProvisionReport,
  provision,
} from './provision/provision.ts';
import type { GetResult } from './request/perform.ts';
import type { EditResult } from './sync/edit.ts';
import type { OpenOptions } from './sync/open.ts';
import type { SyncedDocument } from './sync/synced-document.ts';
import { editDocument, openDocument, watchDocument } from './sync/usage-operations.ts';
import type { WatchedVersion, WatchOptions } from './sync/watch.ts';
import { targetOf } from './target.ts';
import { createTransport } from './transport/transport.ts';

/** Call options of a GET that may find nothing new. */
export type ConditionalOptions = CallOptions & { readonly ifNoneMatch: string };

/** Call options of a GET that always reads. */
export type UnconditionalOptions = CallOptions & { readonly ifNoneMatch?: undefined };

/** A usage whose documents are of class `D`. */
type UsageOf<U extends UsageTable, D extends XcapDocument<U>> = ApplicationUsage<U, D>;

/**
 * Reads and writes XCAP documents and nodes on a server (RFC 4825 section 7). A usage as it is addresses the whole
 * document, a selector a node in it. Anything but success is thrown as an error that says what to do.
 */
export class XcapClient {
  readonly #context: ClientContext;

  /**
   * Makes a client of one server. Nothing is connected yet.
   *
   * @throws InvalidArgumentError when an option can never work
   */
  constructor(options: XcapClientOptions);
  constructor(options: XcapClientOptions | ClientContext) {
    if ('transport' in options) {
      this.#context = options;
      return;
    }
    const user = options.user === undefined ? undefined : xuiOf(options.user);
    const root = withoutTrailingSlashes(options.root);
    const transport = createTransport({
      root,
      credentials: credentialsOf(options, user),
      allowBasic: options.auth?.allowBasic,
      dispatcher: options.dispatcher,
      tls: options.tls,
      timeout: options.timeout,
      maxResponseSize: options.maxResponseSize,
      connections: options.connections,
    });
    const profile = profileOf(options.profile);
    this.#context = { root, user, validate: options.validate ?? false, transport, profile, learned: newLearned() };
  }

  /**
   * Reads a document or node. With `ifNoneMatch` it is `null` when the server has nothing newer.
   *
   * @throws NotFoundError when there is none, or the selector matches several
   */
  get<U extends UsageTable, D extends XcapDocument<U>>(
    usage: UsageOf<U, D>,
    options: ConditionalOptions,
  ): Promise<GetResult<D> | null>;
  get<U extends UsageTable, D extends XcapDocument<U>>(
    usage: UsageOf<U, D>,
    options?: UnconditionalOptions,
  ): Promise<GetResult<D>>;
  get<U extends UsageTable, E extends string>(
    selector: ElementSelector<U, E>,
    options: ConditionalOptions,
  ): Promise<GetResult<ElementData<U, E>> | null>;
  get<U extends UsageTable, E extends string>(
    selector: ElementSelector<U, E>,
    options?: UnconditionalOptions,
  ): Promise<GetResult<ElementData<U, E>>>;
  get<U extends UsageTable, E extends string, A extends string>(
    selector: AttributeSelector<U, E, A>,
    options: ConditionalOptions,
  ): Promise<GetResult<AttributeData<U, E, A>> | null>;
  get<U extends UsageTable, E extends string, A extends string>(
    selector: AttributeSelector<U, E, A>,
    options?: UnconditionalOptions,
  ): Promise<GetResult<AttributeData<U, E, A>>>;
  get<U extends UsageTable>(
    selector: NamespaceBindingsSelector<U>,
    options?: CallOptions,
  ): Promise<GetResult<Readonly<Record<string, string>>>>;
  get(selector: UntypedSelector, options: ConditionalOptions): Promise<GetResult<unknown> | null>;
  get(selector: UntypedSelector, options?: UnconditionalOptions): Promise<GetResult<unknown>>;
  get(selector: AnySelector, options: CallOptions = {}): Promise<unknown> {
    return this.#observed('get', selector, options, () => get(this.#context, selector, options));
  }

  /**
   * Creates or replaces a document or node.
   *
   * @param content - plain data, XML text, or for a usage a document
   * @throws ConflictError when the server refuses it by a rule of RFC 4825, {@link PreconditionFailedError}
   */
  put<U extends UsageTable, D extends XcapDocument<U>>(
    usage: UsageOf<U, D>,
    content: XcapDocument<U> | string | ElementInput<U, U['root']>,
    options?: CallOptions,
  ): Promise<PutResult>;
  put<U extends UsageTable, E extends string>(
    selector: ElementSelector<U, E>,
    content: ElementInput<U, E> | string,
    options?: CallOptions,
  ): Promise<PutResult>;
  put<U extends UsageTable, E extends string, A extends string>(
    selector: AttributeSelector<U, E, A>,
    value: AttributeData<U, E, A>,
    options?: CallOptions,
  ): Promise<PutResult>;
  put(selector: UntypedSelector, content: unknown, options?: CallOptions): Promise<PutResult>;
  put(selector: AnySelector, content: unknown, options: CallOptions = {}): Promise<PutResult> {
    return this.#observed('put', selector, options, () => put(this.#context, selector, content, options));
  }

  /**
   * Deletes a document or node.
   *
   * @throws NotFoundError when there is none, {@link ConflictError} (`cannot-delete`)
   */
  delete(selector: AnySelector, options: CallOptions = {}): Promise<DeleteResult> {
    return this.#observed('delete', selector, options, () => deleteResource(this.#context, selector, options));
  }

  /**
   * Puts what is not there yet, and never overwrites.
   *
   * @throws AlreadyExistsError when it is there
   */
  insert<U extends UsageTable, D extends XcapDocument<U>>(
    usage: UsageOf<U, D>,
    content: XcapDocument<U> | string | ElementInput<U, U['root']>,
    options?: EditOptions,
  ): Promise<PutResult>;
  insert<U extends UsageTable, E extends string>(
    selector: ElementSelector<U, E>,
    content: ElementInput<U, E> | string,
    options?: EditOptions,
  ): Promise<PutResult>;
  insert<U extends UsageTable, E extends string, A extends string>(
    selector: AttributeSelector<U, E, A>,
    value: AttributeData<U, E, A>,
    options?: EditOptions,
  ): Promise<PutResult>;
  insert(selector: UntypedSelector, content: unknown, options?: EditOptions): Promise<PutResult>;
  insert(selector: AnySelector, content: unknown, options: EditOptions = {}): Promise<PutResult> {
    return this.#observed('insert', selector, options, () => insert(this.#context, selector, content, options));
  }

  /**
   * Puts what is there already, and tells what it replaced.
   *
   * @throws NotFoundError when there is nothing to replace
   */
  replace<U extends UsageTable, D extends XcapDocument<U>>(
    usage: UsageOf<U, D>,
    content: XcapDocument<U> | string | ElementInput<U, U['root']>,
    options?: EditOptions,
  ): Promise<ReplaceResult<D>>;
  replace<U extends UsageTable, E extends string>(
    selector: ElementSelector<U, E>,
    content: ElementInput<U, E> | string,
    options?: EditOptions,
  ): Promise<ReplaceResult<ElementData<U, E>>>;
  replace<U extends UsageTable, E extends string, A extends string>(
    selector: AttributeSelector<U, E, A>,
    value: AttributeData<U, E, A>,
    options?: EditOptions,
  ): Promise<ReplaceResult<AttributeData<U, E, A>>>;
  replace(selector: UntypedSelector, content: unknown, options?: EditOptions): Promise<ReplaceResult<unknown>>;
  replace(selector: AnySelector, content: unknown, options: EditOptions = {}): Promise<ReplaceResult<unknown>> {
    return this.#observed('replace', selector, options, () => replace(this.#context, selector, content, options));
  }

  /** The documents that the user has, where the server keeps the OMA xcap-directory. */
  directory(options: CallOptions = {}): Promise<readonly DirectoryEntry[]> {
    return observed('directory', this.#context.root, () => directory(this.#context, options));
  }

  /** What the server supports: its xcap-caps document (RFC 4825 section 12). */
  capabilities(options: CallOptions = {}): Promise<Capabilities> {
    return observed('capabilities', this.#context.root, () => capabilities(this.#context, options));
  }

  /**
   * Edits a document so that no other writer's change gets lost: reads it (or creates it when there is none), runs the
   * callback on it, and writes it back only if nobody wrote in between; otherwise reads again and runs the callback again.
   *
   * @param change - touches the document and nothing else, since it may run more than once
   * @throws EditConflictError when others write in between on every try; whatever the callback throws
   */
  edit<U extends UsageTable, D extends XcapDocument<U>>(
    usage: UsageOf<U, D>,
    change: (document: D) => unknown,
    options: EditOptions = {},
  ): Promise<EditResult<D>> {
    // The usage reads documents of class D; the operation below knows only that they are documents.
    const run = change as (document: XcapDocument) => unknown;
    const done: Promise<EditResult<XcapDocument>> = editDocument(this.#context, usage, run, options);
    return done as Promise<EditResult<XcapDocument<U>>> as Promise<EditResult<D>>;
  }

  /**
   * Opens a document to work on: from the `store` when it is kept there, brought up to date; else from the server. A
   * document that does not exist yet is opened empty.
   *
   * @throws SuspiciousEmptinessError when it is kept in the store, and gone or nearly empty on the server
   */
  open<U extends UsageTable, D extends XcapDocument<U>>(
    usage: UsageOf<U, D>,
    options: OpenOptions = {},
  ): Promise<SyncedDocument<D>> {
    const opened: Promise<SyncedDocument<never>> = openDocument(this.#context, usage, options);
    return opened;
  }

  /**
   * Follows a document: its version now, and every later one that says something else.
   *
   * @example
   * for await (const { value } of client.watch(resourceLists, { interval: 10_000, signal })) show(value);
   *
   * @throws SuspiciousEmptinessError when it is suddenly gone or nearly empty
   */
  watch<U extends UsageTable, D extends XcapDocument<U>>(
    usage: UsageOf<U, D>,
    options: WatchOptions = {},
  ): AsyncGenerator<WatchedVersion<D>, void, undefined> {
    const versions: AsyncGenerator<WatchedVersion<never>, void, undefined> = watchDocument(
      this.#context,
      usage,
      options,
    );
    return versions;
  }

  /**
   * Runs edits for many users over this client's connections, with bounded memory. A failed job stops no other; ended by
   * its `signal`, it still tells what was done and what was not.
   */
  provision<U extends UsageTable, D extends XcapDocument<U>>(
    jobs: ProvisionJobs<U, D>,
    options: ProvisionOptions = {},
  ): Promise<ProvisionReport> {
    // Each job's callback is given the document of its own usage.
    return observed('provision', this.#context.root, () => provision(this.#context, jobs as AnyJobs, options));
  }

  /**
   * Examines what the server does with what the standard promises, in a scratch document that is removed afterwards.
   *
   * @throws AlreadyExistsError when there is a document of that name: nothing is touched then
   */
  probe(options: ProbeOptions = {}): Promise<ServerProfile> {
    return observed('probe', this.#context.root, () => probe(this.#context, options));
  }

  #observed<T>(operation: Operation, selector: AnySelector, options: CallOptions, run: () => Promise<T>): Promise<T> {
    return observed(operation, () => targetOf(this.#context, selector, options).url, run);
  }

  /** A client for another user's tree, over the same connections and with the same credentials. */
  for(user: XcapUser): XcapClient {
    return XcapClient.#over({ ...this.#context, user: xuiOf(user) });
  }

  static #over(context: ClientContext): XcapClient {
    const made: unknown = Reflect.construct(XcapClient, [context]);
    return made as XcapClient; // constructed by this class
  }

  /** Ends the connections after the requests under way, also those of clients made with `for`. */
  close(): Promise<void> {
    return this.#context.transport.close();
  }
}
