import type { SelectorPrefixes } from '../../selector/prefixes.ts';
import type { UtTraits } from './ut-traits.ts';

/**
 * What a server does with what RFC 4825 promises, as plain data: `client.probe()` finds it out, JSON keeps it, and the
 * `profile` option of a client keeps the client to what is safe there.
 */
export interface ServerProfile {
  /** How messages and logs call it. */
  readonly name: string;
  readonly conditions: ConditionTraits;
  readonly etags: EtagTraits;
  readonly documents: DocumentTraits;
  readonly nodes: NodeTraits;
  /** Whether refusals come with the status the standard gives them. `false`: as 500, so that the client looks for itself. */
  readonly reportsErrorStatus: boolean;
  /**
   * Whether the server stores a form of its own of what is put, so that a save has to read it back. Default: unknown; then
   * a save finds out.
   */
  readonly rewrites?: boolean | undefined;
  /** The longest request target in octets, as sent, with its query; `null` when there is no limit worth minding. */
  readonly maxTarget: number | null;
  /** Milliseconds until a write that others may overwrite is read back: a random time between the two. */
  readonly settle: { readonly least: number; readonly most: number };
  /**
   * Prefixes of names in selectors: `none`, or a namespace for each. `served`: those of the document that was read, where
   * there is one. Default: those of the usage.
   */
  readonly prefixes?: SelectorPrefixes | 'served' | undefined;
  /** How changes of supplementary services are written (3GPP TS 24.623). Default: like those of any other document. */
  readonly ut?: UtTraits | undefined;
  /** What the probe saw, by name of the observation; the client does not go by it. */
  readonly observed?: Readonly<Record<string, Observation>> | undefined;
}

/** One thing a probe saw. */
export type Observation = string | number | boolean | null;

/** How far conditional requests can be relied on (RFC 4825 sections 7.11 and 8.2.6). */
export interface ConditionTraits {
  /**
   * `atomic`: of several writers with one entity tag one succeeds. `racy`: stale tags are refused, but writers at the
   * same time may all succeed. `ignored`: stale tags are not refused. `refused`: also the
   * current tag is refused, so that none is sent.
   */
  readonly ifMatch: 'atomic' | 'racy' | 'ignored' | 'refused';
  /**
   * What keeps a PUT from overwriting a document: `If-None-Match: *` (`star`), the same in quotes (`quoted-star`, which
   * some servers take instead), or nothing.
   */
  readonly create: 'star' | 'quoted-star' | 'none';
  /** Whether a PUT of what is there already is answered without a look at its conditions. */
  readonly skippedForIdenticalBody: boolean;
}

/** The entity tags that a server sends (RFC 4825 section 7.11). */
export interface EtagTraits {
  readonly strength: 'strong' | 'weak' | 'none';
  /** Whether the answer to a PUT carries the new tag. */
  readonly onPut: boolean;
}

/** The requests on whole documents that a server accepts. Anything else is done on nodes, where that has the same result. */
export interface DocumentTraits {
  /**
   * PUT of a whole document. `false`, as with many servers of 3GPP Ut: each change is written as one PUT of the smallest
   * element that holds all of it, and no document can be created.
   */
  readonly write: boolean;
  /** DELETE of a whole document. */
  readonly delete: boolean;
}

/** What can be done with a node directly. Anything else is done on the whole document, with the same result. */
export interface NodeTraits {
  /** GET of a node answers one node or 404. */
  readonly read: boolean;
  /** PUT and DELETE of elements keep places, order and the rules of RFC 4825 section 8.2, and refuse with a 409 that names the reason. */
  readonly write: boolean;
  /** DELETE of a node. `false`: the document, or else the parent element, is put without it. */
  readonly delete: boolean;
  /** `xmlns()` bindings in the query are understood (RFC 4825 section 6.4). */
  readonly prefixes: boolean;
  /** `namespace::*` may be asked for (RFC 4825 section 7.10). One server in the field dies of it. */
  readonly namespaceBindings: boolean;
  /** How the body of an attribute PUT is written: with its quotes as the standard says, or bare. `none`: not at all. */
  readonly attributes: 'quoted' | 'bare' | 'none';
  /** Characters that attribute tests must not hold, since the server reads them as something else. */
  readonly unsafeInValues: string;
}
