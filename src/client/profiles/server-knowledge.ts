import type { NodeOperation } from '../../documents/state.ts';
import { SETTLE, serverProfiles } from './built-in.ts';
import type { DocumentTraits, NodeTraits, ServerProfile } from './profile.ts';

/** Servers that name themselves in the `Server` field of their answers: the start of the field, in lower case. */
const NAMES = [
  ['kamailio', serverProfiles.kamailio],
  ['openxcap', serverProfiles.openxcap],
] as const;

/** Number of refusals of a current entity tag after which the server is taken to refuse all of them. */
const REFUSALS_TO_BELIEVE = 4;

/** Number of node GETs with a 404 that the document confirmed, after which a 404 is believed. */
const MISSES_TO_BELIEVE = 3;

/** Number of node requests of one kind of which one is verified, after the first was. */
const NODES_PER_SAMPLE = 16;

/** Number of characters of a `Server` field that are compared. */
const LONGEST_NAME = 64;

/** Returns the profile of the server that an answer names in its `Server` field, if there is one. */
export function namedServer(headers: Readonly<Record<string, string>>): ServerProfile | undefined {
  const field = (headers['server'] ?? '').slice(0, LONGEST_NAME).trim().toLowerCase();
  return NAMES.find(([name]) => field.startsWith(name))?.[1];
}

/** Traits that were learned in use; they win over those of the profile that a server is recognised by. */
interface Learned {
  ifMatch?: 'refused';
  /** No answer has had an entity tag. */
  noTags?: boolean;
  rewrites?: boolean;
  documents?: Partial<DocumentTraits> | undefined;
  nodes?: Partial<NodeTraits> | undefined;
}

/**
 * Knowledge of a client about its server. With the profile `auto`, the server is recognised by its answers, and
 * traits are added as they show. Any other profile stays as it is given. Clients made with `for` share it.
 */
export class ServerKnowledge {
  /** The profile without what was learned. */
  #known: ServerProfile;
  #learned: Learned = {};
  #profile: ServerProfile;
  #isUnknown: boolean;
  #acceptsTags = false;
  #sendsTags = false;
  #refusals = 0;
  #misses = 0;
  #keepsDocuments = false;
  /** A save by nodes did not give the document that it should have: nodes are not tried again. */
  distrustsNodes = false;
  /** Numbers of requests since the last that was verified, by kinds of node requests. */
  readonly #unverified = new Map<string, number>();

  /** @param profile - `undefined`: `auto` */
  constructor(profile: ServerProfile | undefined) {
    this.#known = profile ?? { ...serverProfiles.rfc4825, name: 'auto' };
    this.#profile = this.#known;
    this.isAutomatic = profile === undefined;
    this.#isUnknown = this.isAutomatic;
  }

  /** Whether the profile is learned in use. */
  readonly isAutomatic: boolean;

  /** Properties of the server that the client may rely on now. */
  get profile(): ServerProfile {
    return this.#profile;
  }

  /** Whether no answer has been seen that could name the server. */
  get isUnknown(): boolean {
    return this.#isUnknown;
  }

  /** Takes note of an answer. The first name that is known counts: a server behind a proxy may name itself now and then. */
  noteAnswer(headers: Readonly<Record<string, string>>): void {
    this.#isUnknown = false;
    if (!this.isAutomatic) return;
    if (headers['etag'] !== undefined) this.#noteTag();
    if (this.#known.name !== 'auto') return;
    const known = namedServer(headers);
    if (known) this.#update({}, known);
  }

  #noteTag(): void {
    this.#sendsTags = true;
    if (this.#learned.noTags) this.#update({ noTags: false });
  }

  /** Takes note that a document was read several times without an entity tag: a server that never sent one sends none. */
  noteMissingTag(): void {
    if (!this.#sendsTags) this.#update({ noTags: true });
  }

  /** Takes note that a write under an entity tag was accepted: such a server does not refuse its own tags. */
  noteAcceptedTag(): void {
    this.#acceptsTags = true;
  }

  /**
   * Takes note that a write was refused under an entity tag that the document still has. After several refusals, and if no
   * tag was ever accepted, the client checks conditions itself. One refusal proves nothing: it may come from a proxy, or
   * from another writer who took the change back.
   */
  noteRefusedTag(): void {
    if (!this.#acceptsTags && ++this.#refusals >= REFUSALS_TO_BELIEVE) this.#update({ ifMatch: 'refused' });
  }

  /** Takes note of whether a document is read back as it was put. */
  noteRewriting(rewrites: boolean): void {
    this.#update({ rewrites });
  }

  /** Takes note that the PUT of a document was refused, and the same was written as a node. */
  noteRefusedDocument(): void {
    this.#update({ documents: { ...this.#learned.documents, write: false } });
  }

  /** Takes note that a request on a node was refused, and the same was done on the document. */
  noteRefusedNode(method: 'GET' | 'PUT' | 'DELETE'): void {
    const trait = method === 'GET' ? { read: false } : method === 'PUT' ? { write: false } : { delete: false };
    this.#update({ nodes: { ...this.#learned.nodes, ...trait } });
  }

  /** Takes note that the PUT of an attribute was refused, and the same was done on the document. Elements may be taken. */
  noteRefusedAttribute(): void {
    this.#update({ nodes: { ...this.#learned.nodes, attributes: 'none' } });
  }

  /**
   * Forgets which requests were refused: now the other way is refused, too, so the server may have changed.
   *
   * @returns whether there was anything to forget
   */
  forgetRefusals(): boolean {
    const { documents, nodes } = this.#learned;
    if (!documents && !nodes) return false;
    this.#learned = { ...this.#learned, documents: undefined, nodes: undefined };
    this.#update({});
    return true;
  }

  /** Takes note that a node was read, or that one is missing in the document, too: such a 404 can be believed. */
  noteBelievable(is: 'read' | 'missing'): void {
    this.#misses = is === 'read' ? MISSES_TO_BELIEVE : this.#misses + 1;
  }

  /** Whether a 404 of a node may mean that the server knows no nodes at all. */
  get doubtsMissingNodes(): boolean {
    return this.isAutomatic && this.#misses < MISSES_TO_BELIEVE;
  }

  /** Takes note that a node request led to the document that it should. */
  noteVerifiedNode(operation: NodeOperation): void {
    this.#unverified.set(kindOf(operation), 0);
  }

  /** Returns whether a node request that was accepted needs no verification: one of its kind was verified, and this one is no sample. */
  takesNode(operation: NodeOperation): boolean {
    const kind = kindOf(operation);
    const count = (this.#unverified.get(kind) ?? NODES_PER_SAMPLE) + 1;
    if (count >= NODES_PER_SAMPLE) return false;
    this.#unverified.set(kind, count);
    return true;
  }

  /** Takes note that a PUT did not overwrite a document that was there. */
  noteKeptDocument(): void {
    this.#keepsDocuments = true;
  }

  /** Whether nothing has shown yet that the server minds `If-None-Match: *`. */
  get mayOverwrite(): boolean {
    return this.isAutomatic && !this.#keepsDocuments;
  }

  #update(learned: Learned, known = this.#known): void {
    if (!this.isAutomatic) return;
    this.#known = known;
    this.#learned = { ...this.#learned, ...learned };
    this.#profile = withLearned(known, this.#learned);
  }
}

/** A server may take PUTs and not DELETEs, or elements and not attributes. */
const kindOf = ({ method, selector }: NodeOperation): string =>
  `${method} ${selector.node.terminal?.kind ?? 'element'}`;

function withLearned(known: ServerProfile, learned: Learned): ServerProfile {
  const { ifMatch = known.conditions.ifMatch, noTags = false, rewrites = known.rewrites } = learned;
  const isGuarded = ifMatch === known.conditions.ifMatch && !noTags;
  return {
    ...known,
    conditions: { ...known.conditions, ifMatch },
    etags: noTags ? { strength: 'none', onPut: false } : known.etags,
    documents: { ...known.documents, ...learned.documents },
    nodes: { ...known.nodes, ...learned.nodes },
    settle: isGuarded ? known.settle : SETTLE,
    ...(rewrites !== undefined && { rewrites }),
  };
}
