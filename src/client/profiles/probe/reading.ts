import { readAttValue } from '../../../documents/data/att-value.ts';
import type { XcapDocument } from '../../../documents/document.ts';
import { XcapParseError } from '../../../documents/errors.ts';
import { parseSelector } from '../../../selector/read.ts';
import type { EtagTraits, NodeTraits, Observation } from '../profile.ts';
import { AWKWARD } from './nodes.ts';
import type { Scratch } from './scratch.ts';

/** Findings about requests that read. */
export interface ReadingFindings {
  /** Traits of nodes. Those that need writing to be examined are set to what is safe in any case. */
  readonly nodes: NodeTraits;
  readonly observed: Record<string, Observation>;
}

/** Examines how a document of any usage is read by nodes, without a change to it. */
export async function examineReading(scratch: Scratch, document: XcapDocument): Promise<ReadingFindings> {
  const [root] = document.select('/*');
  const children = document.select('/*/*');
  const [attribute] = document.select('(/* | /*/*)/@*[not(starts-with(name(), "xmlns"))]');
  const name = root?.nodeName.split(':').at(-1);
  const one = root && (await scratch.ask('GET', document.selectorOf(root)));
  const missing = await scratch.ask('GET', scratch.missing('absent'));
  const several = children.length > 1 ? await scratch.ask('GET', parseSelector('/*/*', {})) : undefined;
  const prefixed = parseSelector(`/r:${name}?xmlns(r=${root?.namespaceURI})`, { defaultNamespace: 'urn:xcap-probe' });
  const isRead = one?.ok === true && isSame(scratch, one.text, document);
  const prefixes = root?.namespaceURI ? (await scratch.ask('GET', prefixed)).ok : false;
  const value = attribute && (await scratch.ask('GET', document.selectorOf(attribute)));
  const isValue = value?.ok === true && readAttValue(value.text) === attribute?.nodeValue;
  return {
    nodes: {
      read: isRead && missing.status === 404 && (several?.status ?? 404) === 404,
      write: false,
      delete: false,
      prefixes,
      namespaceBindings: false,
      attributes: 'none',
      unsafeInValues: Object.keys(AWKWARD).join(''),
    },
    observed: {
      'GET of an element': isRead,
      'GET of several elements': several?.status ?? 'not examined',
      'GET of a missing element': missing.status,
      'xmlns() bindings': prefixes,
      'attribute GET': value ? isValue : 'not examined',
      'writing of nodes': 'not examined',
    },
  };
}

function isSame(scratch: Scratch, text: string, document: XcapDocument): boolean {
  try {
    return scratch.parse(text).equals(document);
  } catch (error) {
    if (error instanceof XcapParseError) return false;
    throw error;
  }
}

/** Examines the entity tags of a document without a change to it. */
export async function examineTags(
  scratch: Scratch,
): Promise<{ readonly etags: EtagTraits; readonly observed: Record<string, Observation> }> {
  const { etag } = await scratch.ask('GET');
  const again = await scratch.ask('GET');
  const isNotModified =
    etag !== undefined && (await scratch.ask('GET', undefined, { ifNoneMatch: etag })).status === 304;
  return {
    etags: { strength: strengthOf(etag), onPut: false },
    observed: {
      'entity tag of a GET': etag ?? null,
      'a second GET has the same entity tag': again.etag === etag,
      'If-None-Match answers 304': isNotModified,
    },
  };
}

/** Returns the strength of an entity tag. */
export const strengthOf = (tag: string | undefined): EtagTraits['strength'] =>
  tag === undefined ? 'none' : tag.startsWith('W/') ? 'weak' : 'strong';
