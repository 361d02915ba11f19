import type { XcapDocument } from '../documents/document.ts';
import type { ApplicationUsage } from '../documents/usage.ts';
import type { AnySelector, NotText, TypeErrorMessage } from '../selector/builder-types.ts';
import { type XcapUser, xuiOf } from '../selector/document-uri.ts';
import type { UsageTable } from '../selector/usage-table.ts';
import { checkCallOptions, type VerbWithOptions } from './check-options.ts';
import type { ClientContext } from './context.ts';
import { createContext } from './create-context.ts';
import { type ClientOperation, observed } from './diagnostics.ts';
import { ChangeFeed, type FeedOptions } from './feed/feed.ts';
import type { FeedAddress } from './feed/subscription.ts';
import { type Capabilities, capabilities } from './operations/capabilities.ts';
import { type DeleteResult, deleteResource } from './operations/delete.ts';
import { type DirectoryEntry, directory } from './operations/directory.ts';
import { get } from './operations/get.ts';
import { insert } from './operations/insert.ts';
import { put } from './operations/put.ts';
import type { PutResult } from './operations/put-target.ts';
import { type ReplaceResult, replace } from './operations/replace.ts';
import type { CallOptions, EditOptions, XcapClientOptions } from './options.ts';
import { type ProbeOptions, probe } from './profiles/probe/probe.ts';
import type { ServerProfile } from './profiles/profile.ts';
import type { AnyJobs } from './provision/job.ts';
import { type ProvisionJobs, type ProvisionOptions, type ProvisionReport, provision } from './provision/provision.ts';
import { putArguments } from './put-arguments.ts';
import type { GetResult } from './request/perform.ts';
import type { AnyDocument, ResourceContent, ResourceValue } from './resource-types.ts';
import type { EditResult } from './sync/edit.ts';
import type { OpenOptions } from './sync/open.ts';
import type { SyncedDocument } from './sync/synced-document.ts';
import { editDocument, openDocument, watchDocument } from './sync/usage-operations.ts';
import type { WatchedVersion, WatchOptions } from './sync/watch.ts';
import { targetOf } from './target.ts';

/** A usage whose documents are of class `D`. */
type UsageOf<U extends UsageTable, D extends XcapDocument<U>> = ApplicationUsage<U, D>;

/**
 * Reads and writes XCAP documents and nodes on a server (RFC 4825 section 7). A usage as it is addresses the whole
 * document, a selector a node in it. Anything but success is thrown as an error that says what to do.
 *
 * @example
 * const client = new XcapClient({ root: 'https://xcap.example.com/xcap-root', user: 'sip:alice@example.com', password });
 * await client.put(resourceLists, resourceLists.create());
 * await client.close();
 */
export class XcapClient {
  readonly #context: ClientContext;

  /**
   * Makes a client of one server. Nothing is connected yet.
   *
   * @throws InvalidArgumentError when an option can never work
   */
  constructor(options: XcapClientOptions) {
    this.#context = derived.get(options) ?? createContext(options);
  }

  /**
   * Reads a document or node. With `ifNoneMatch` it is `null` when the server has nothing newer.
   *
   * @example
   * const { value, etag } = await client.get(friends.entry('sip:bob@example.com')); // { uri, displayName? }
   *
   * @throws NotFoundError when there is none, or the selector matches several
   */
  get<S extends AnySelector | TypeErrorMessage<NotText>, Tag extends string | undefined = undefined>(
    selector: S,
    options: CallOptions & { readonly ifNoneMatch?: Tag } = {},
  ): Promise<GetResult<ResourceValue<S>> | (Tag extends string ? null : never)> {
    const address = addressOf(selector);
    const read: Promise<unknown> = this.#run('get', address, options, () => get(this.#context, address, options));
    // The operation reads what the selector addresses, and returns null with ifNoneMatch only.
    return read as Promise<GetResult<ResourceValue<S>> | (Tag extends string ? null : never)>;
  }

  /**
   * Creates or replaces a document or node. The content is plain data, XML text, or for a usage a document.
   *
   * @example
   * await client.put(friends.entry('sip:dave@example.com'), { uri: 'sip:dave@example.com' });
   *
   * @throws ConflictError when the server refuses it by a rule of RFC 4825, {@link PreconditionFailedError}
   */
  async put<S extends AnySelector | AnyDocument | TypeErrorMessage<NotText>>(
    selector: S,
    ...rest: [S] extends [AnySelector] ? [content: ResourceContent<S>, options?: CallOptions] : [options?: CallOptions]
  ): Promise<PutResult> {
    const [first, second]: readonly unknown[] = rest;
    const [address, content, options] = putArguments(selector, first, second);
    return this.#run('put', address, options, () => put(this.#context, address, content, options));
  }

  /**
   * Deletes a document or node.
   *
   * @example
   * await client.delete(friends.entry('sip:bob@example.com'));
   *
   * @throws NotFoundError when there is none, {@link ConflictError} (`cannot-delete`)
   */
  delete(selector: AnySelector, options: CallOptions = {}): Promise<DeleteResult> {
    return this.#run('delete', selector, options, () => deleteResource(this.#context, selector, options));
  }

  /**
   * Puts what is not there yet, and never overwrites.
   *
   * @example
   * await client.insert(resourceLists.list('colleagues'), { name: 'colleagues' });
   *
   * @throws AlreadyExistsError when it is there
   */
  insert<S extends AnySelector | TypeErrorMessage<NotText>>(
    selector: S,
    content: ResourceContent<S>,
    options: EditOptions = {},
  ): Promise<PutResult> {
    const address = addressOf(selector);
    return this.#run('insert', address, options, () => insert(this.#context, address, content, options));
  }

  /**
   * Puts what is there already, and tells what it replaced.
   *
   * @example
   * const { previous } = await client.replace(friends, { name: 'friends', displayName: 'Friends' });
   *
   * @throws NotFoundError when there is nothing to replace
   */
  replace<S extends AnySelector | TypeErrorMessage<NotText>>(
    selector: S,
    content: ResourceContent<S>,
    options: EditOptions = {},
  ): Promise<ReplaceResult<ResourceValue<S>>> {
    const address = addressOf(selector);
    const replaced: Promise<ReplaceResult<unknown>> = this.#run('replace', address, options, () =>
      replace(this.#context, address, content, options),
    );
    return replaced as Promise<ReplaceResult<ResourceValue<S>>>; // the operation reads what the selector addresses
  }

  /**
   * Lists the documents of the user, on servers that keep the OMA xcap-directory.
   *
   * @example
   * for (const { auid, uri } of await client.directory()) console.log(auid, uri);
   */
  directory(options: CallOptions = {}): Promise<readonly DirectoryEntry[]> {
    return this.#runOnRoot('directory', options, () => directory(this.#context, options));
  }

  /**
   * Reads what the server supports: its xcap-caps document (RFC 4825 section 12).
   *
   * @example
   * const { auids } = await client.capabilities();
   */
  capabilities(options: CallOptions = {}): Promise<Capabilities> {
    return this.#runOnRoot('capabilities', options, () => capabilities(this.#context, options));
  }

  /**
   * Edits a document so that no other writer's change gets lost: reads it (or creates it when there is none), runs the
   * callback on it, and writes it back only if nobody wrote in between; otherwise reads again and runs the callback again.
   *
   * @example
   * await client.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: 'sip:dave@example.com' }));
   *
   * @param change - touches the document and nothing else, since it may run more than once
   * @throws EditConflictError when others write in between on every try; whatever the callback throws
   */
  async edit<U extends UsageTable, D extends XcapDocument<U>>(
    usage: UsageOf<U, D>,
    change: (document: D) => unknown,
    options: EditOptions = {},
  ): Promise<EditResult<D>> {
    checkCallOptions('edit', options);
    // The usage reads documents of class D; the operation below knows only that they are documents.
    const run = change as (document: XcapDocument) => unknown;
    const done: Promise<EditResult<XcapDocument>> = editDocument(this.#context, usage, run, options);
    return done as Promise<EditResult<XcapDocument<U>>> as Promise<EditResult<D>>;
  }

  /**
   * Opens a document to work on: from the `store` when it is kept there, brought up to date; else from the server. A
   * document that does not exist yet is opened empty.
   *
   * @example
   * const synced = await client.open(resourceLists, { store: new MemoryStore() });
   * synced.document.addList('colleagues');
   * await synced.save();
   *
   * @throws SuspiciousEmptinessError when it is kept in the store, and gone or nearly empty on the server
   */
  async open<U extends UsageTable, D extends XcapDocument<U>>(
    usage: UsageOf<U, D>,
    options: OpenOptions = {},
  ): Promise<SyncedDocument<D>> {
    checkCallOptions('open', options);
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
    checkCallOptions('watch', options);
    const versions: AsyncGenerator<WatchedVersion<never>, void, undefined> = watchDocument(
      this.#context,
      usage,
      options,
    );
    return versions;
  }

  /**
   * Makes a feed of changes that arrive by SIP (RFC 5875): it says what to SUBSCRIBE with, takes the bodies of NOTIFY
   * requests, and keeps documents up to date that are opened or watched with it. Nothing is sent yet.
   *
   * @example
   * const feed = client.feed([resourceLists, { collection: presRules }], { patches: 'aggregate' });
   *
   * @param addresses - usages, selectors of elements and attributes, other documents, and collections
   * @throws InvalidArgumentError for an address that names no resource below the XCAP root
   */
  feed(addresses: readonly FeedAddress[], options: FeedOptions = {}): ChangeFeed {
    return new ChangeFeed(this.#context, addresses, options);
  }

  /**
   * Runs edits for many users over this client's connections, with bounded memory. A failed job stops no other; ended by
   * its `signal`, it still tells what was done and what was not.
   *
   * @example
   * const users = ['sip:alice@example.com', 'sip:bob@example.com'];
   * const change = (doc: ResourceListsDocument) => doc.addList('support');
   * const { done, failed } = await client.provision(users.map((user) => ({ user, usage: resourceLists, change })));
   */
  provision<U extends UsageTable, D extends XcapDocument<U>>(
    jobs: ProvisionJobs<U, D>,
    options: ProvisionOptions = {},
  ): Promise<ProvisionReport> {
    // Each job's callback is given the document of its own usage.
    return this.#runOnRoot('provision', options, () => provision(this.#context, jobs as AnyJobs, options));
  }

  /**
   * Examines what the server does with what the standard promises, in a scratch document that is removed afterwards, or
   * with `readOnly` in a document that is there and stays as it is.
   *
   * @example
   * const profile = await client.probe();
   *
   * @throws AlreadyExistsError when there is a document of that name: nothing is touched then
   * @throws HttpError when the scratch document cannot be written
   */
  probe(options: ProbeOptions = {}): Promise<ServerProfile> {
    return this.#runOnRoot('probe', options, () => probe(this.#context, options));
  }

  async #run<T>(
    verb: ClientOperation & VerbWithOptions,
    selector: AnySelector,
    options: CallOptions,
    run: () => Promise<T>,
  ): Promise<T> {
    checkCallOptions(verb, options);
    return observed(verb, () => targetOf(this.#context, selector, options).url, run);
  }

  async #runOnRoot<T>(verb: ClientOperation & VerbWithOptions, options: object, run: () => Promise<T>): Promise<T> {
    checkCallOptions(verb, options);
    return observed(verb, this.#context.root, run);
  }

  /**
   * Properties of the server as far as they are known; with the profile `auto` they grow in use. Plain data: keep it as
   * JSON, and give it to the next client as its `profile`.
   */
  get profile(): ServerProfile {
    return this.#context.profile;
  }

  /**
   * A client for another user's tree, over the same connections and with the same credentials.
   *
   * @example
   * const { value } = await client.for('sip:bob@example.com').get(resourceLists);
   */
  for(user: XcapUser): XcapClient {
    const options: XcapClientOptions = { root: this.#context.root };
    derived.set(options, this.#context.for(xuiOf(user)));
    return new XcapClient(options);
  }

  /**
   * Ends the connections after the requests under way, also those of clients made with `for`.
   *
   * @example
   * await client.close();
   */
  close(): Promise<void> {
    return this.#context.transport.close();
  }
}

/** Contexts of clients that share another one's connections. No caller can make such options. */
const derived = new WeakMap<XcapClientOptions, ClientContext>();

// No value has the type of the message. The operation checks what it is given.
const addressOf = (selector: AnySelector | TypeErrorMessage<NotText>): AnySelector => selector as AnySelector;
