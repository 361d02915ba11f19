/** The deviations of installed servers from RFC 4825, each with a name. */

import { InvalidArgumentError } from '../../selector/errors.ts';

/**
 * Every quirk with its effect. Quirks can be switched on and off one by one, also while a server runs.
 *
 * @example
 * const server = await createXcapServer({ quirks: ['missing-etag'] });
 * console.log(QUIRKS['missing-etag']); // what it does
 */
export const QUIRKS = {
  'one-time-nonces': 'a nonce is valid for one request; a second one is 401 with stale=true',
  'rising-nc': 'the nc of a nonce must increase with every request; an overtaken one is 401 with stale=true',
  'loose-digest': 'nc may repeat, and the uri of the digest is not compared with the request',
  'mute-401': 'a used nonce, a wrong password and another user’s tree are 401 with JSON and without a challenge',
  'plain-challenge': 'one challenge, MD5 without naming it, and without opaque',
  'unquoted-challenge': 'one challenge, MD5, with opaque and qop without quotes',
  'picky-digest':
    'parameters of Authorization must be separated by comma and space and not contain them, and the scheme must be spelled Digest',
  'repeated-nonces': 'challenges within one second carry the same nonce',
  'no-authentication-info': 'replies have no Authentication-Info',
  'raw-quote-401': 'a raw quotation mark in the URI is always 401',
  'head-drops': 'HEAD closes the connection without a reply',
  'chunked-hangs': 'a request with a chunked body is carried out, but gets no reply',
  'large-drops': 'a body above 2,097,151 octets closes the connection without a reply',
  'short-uris': 'a URI of more than 255 octets is 500',
  'few-methods': 'everything but GET, PUT, DELETE (and HEAD, where that does not drop) is 405',
  'no-date': 'replies have no Date',
  'sip-headers': 'replies have the Server and Sia fields of a SIP server',
  'ignores-close': 'Connection: close does not close the connection',
  'created-is-200': 'a PUT that creates is 200',
  'star-conditions': 'If-None-Match: * is ignored, If-Match: * is always 412; "*" in quotes has the meaning of *',
  'fragile-if-match': 'If-Match with a list after a space, W/, or a tag with space or slash is 500',
  'caseless-if-match': 'If-Match compares without regard to case',
  'unconditional-caps': 'xcap-caps ignores preconditions',
  'tagless-304': 'a 304 has no entity tag',
  'missing-etag': 'no reply has an entity tag',
  'identical-put': 'a PUT that changes nothing skips the preconditions, and is 200 with the old tag and the document',
  'conditions-first': 'If-Match on a missing document is 412, a missing node with a matching If-None-Match 304',
  unlocked: 'If-Match is not atomic: parallel PUTs with one tag all succeed',
  unchecked: 'documents are not checked against schema, uniqueness and constraints',
  'any-type': 'the Content-Type of a PUT is ignored',
  'form-type': 'a document without a media type, or with that of an HTML form, is accepted',
  'exact-types': 'a charset parameter in the type of an element is 415',
  'bare-attributes': 'attribute bodies are bare text in requests and replies',
  'silent-errors': '400, 409, 414 and 415, and 404 of methods other than GET, become 500 without a body',
  'empty-errors': 'replies with a status of 400 or more have no body',
  'typed-404': 'a missing document is 404 with the media type of its usage and no body',
  'foreign-anchors': 'an external with an anchor outside of this root is 409 constraint-failure',
  'mixed-errors': '404 as plain text, 412 as HTML, others as JSON; comments in reports',
  'no-ancestor': 'no-parent names no ancestor',
  'double-decoding': 'paths are percent-decoded twice',
  'dropped-bindings': 'the query with xmlns() is dropped',
  'kept-references': 'XML references in predicates are not resolved',
  'fixed-host': 'the Host must be that of the root, otherwise 404',
  'single-pres-rules': 'all file names of pres-rules are one document',
  'declaration-500': 'an XML declaration before an element is 500',
  'several-is-500': 'a selector that matches several nodes is 500',
  'moving-replace': 'a replaced element moves to the end of its parent',
  appending: 'a new element is appended, whatever the position',
  'empty-tag': 'the first child of an empty-element tag is refused with cannot-insert',
  'broken-bindings': 'namespace::* returns text that is not XML; PUT and DELETE of it are 500',
  'open-global': 'the global tree can be read without credentials',
  'auid-after-login': 'an unknown AUID or user is 401 before it is 404',
  'xpath-nodes': 'documents and nodes as Kamailio treats them: XPath, no order, no checks, 500 for every refusal',
  'spliced-nodes':
    'targets, preconditions, documents and nodes as OpenXCAP treats them: edits of text, four formats of errors',
  'raw-digest-uri': 'quotation marks within the quoted values of Authorization need no escape',
  'elements-only': 'a PUT of a document or attribute is 403: only elements are written',
  'documents-only': 'node selectors are 404: only whole documents are read and written',
  'no-delete': 'DELETE is 405',
  'no-own-documents': 'xcap-caps and xcap-directory are 404',
  'no-etags': 'no reply has an entity tag, and preconditions are ignored',
  'dictated-ids': 'a PUT that adds or removes a rule, or changes the id of one, is 409 constraint-failure',
  'no-namespaces': 'selectors and bodies have names without prefixes; a prefix is 404 in a selector, 409 in a body',
  'fixed-content-type': 'elements have the media type of their document in replies, and may have it in requests',
  'decimal-nc': 'nc may count in decimal, and the name of a digest algorithm may be written without its hyphens',
  'naf-challenge': 'one challenge, MD5 with qop="auth-int", as the authentication proxy of a network sends it',
  'published-diffs':
    'subscribers get the changes of 30 seconds in their own tree, whatever they subscribed to: entity tags with absolute URLs, no state at the start, no patches, nothing escaped',
  'provisioned-subscribers':
    'a user without a simservs document has one with every service: all rules exist and are off',
} as const;

/** The name of a quirk. */
export type QuirkName = keyof typeof QUIRKS;

/**
 * The quirks of installed servers.
 *
 * @example
 * const server = await createXcapServer({ quirks: [...QUIRK_BUNDLES.kamailio, 'missing-etag'] });
 */
export const QUIRK_BUNDLES = {
  /** Kamailio 5.6 with its `xcap_server` module. */
  kamailio: [
    'loose-digest',
    'plain-challenge',
    'repeated-nonces',
    'no-authentication-info',
    'raw-quote-401',
    'head-drops',
    'chunked-hangs',
    'large-drops',
    'short-uris',
    'few-methods',
    'no-date',
    'sip-headers',
    'ignores-close',
    'empty-errors',
    'xpath-nodes',
  ],
  /** OpenXCAP 3.2. */
  openxcap: [
    'one-time-nonces',
    'mute-401',
    'unquoted-challenge',
    'picky-digest',
    'no-authentication-info',
    'unlocked',
    'open-global',
    'auid-after-login',
    'spliced-nodes',
    'published-diffs',
  ],
  /** The supplementary services of a mobile network, which phones set over Ut (3GPP TS 24.623). */
  ut: [
    'elements-only',
    'no-delete',
    'no-own-documents',
    'no-etags',
    'dictated-ids',
    'fixed-content-type',
    'decimal-nc',
    'naf-challenge',
    'provisioned-subscribers',
  ],
} as const satisfies Record<string, readonly QuirkName[]>;

/** A bundle, or quirks by name. */
export type QuirkChoice = keyof typeof QUIRK_BUNDLES | readonly QuirkName[];

/**
 * Returns the quirks of a choice.
 *
 * @throws InvalidArgumentError for an unknown name
 */
export function quirksOf(choice: QuirkChoice | undefined): Set<QuirkName> {
  if (choice === undefined) return new Set();
  if (typeof choice === 'string') {
    if (Object.hasOwn(QUIRK_BUNDLES, choice)) return new Set(QUIRK_BUNDLES[choice]);
    const bundles = Object.keys(QUIRK_BUNDLES).join(', ');
    throw new InvalidArgumentError(`quirks: no bundle ${JSON.stringify(choice)}; there are ${bundles}`);
  }
  const unknown = choice.find((name) => !Object.hasOwn(QUIRKS, name));
  if (unknown === undefined) return new Set(choice);
  throw new InvalidArgumentError(`quirks: no quirk ${JSON.stringify(unknown)}; QUIRKS lists them`);
}
