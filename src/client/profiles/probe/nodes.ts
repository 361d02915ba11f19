import { readAttValue } from '../../../documents/data/att-value.ts';
import { resourceLists } from '../../../documents/usages/resource-lists/usage.ts';
import { scanStartTag, valueIn } from '../../../documents/xml/start-tag.ts';
import { parseSelector } from '../../../selector/read.ts';
import type { NodeTraits, Observation } from '../profile.ts';
import type { ListScratch } from './list-scratch.ts';
import type { Scratch } from './scratch.ts';

/** Findings about requests on nodes. */
export interface NodeFindings {
  readonly nodes: NodeTraits;
  readonly observed: Record<string, Observation>;
}

const list = resourceLists.list('probe');
const entry = (uri: string): string => `<entry uri="${uri}"/>`;
const THREE = entry('a') + entry('b') + entry('c');

/** Characters that some servers do not support in attribute predicates: as text, and as XML. */
export const AWKWARD: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '/': '/',
  '%': '%',
  '?': '?',
  '#': '#',
};

/** Examines requests on nodes (RFC 4825 sections 7.4 to 7.10 and 8.2). */
export async function examineNodes(scratch: ListScratch, reportsErrorStatus: boolean): Promise<NodeFindings> {
  const observed: Record<string, Observation> = {};
  const note = (what: string, is: boolean): boolean => {
    observed[what] = is;
    return is;
  };
  const after = async (setUp: string, act: () => Promise<unknown>): Promise<string> => {
    await scratch.reset(scratch.version('nodes', setUp));
    await act();
    return (await scratch.entries()).join(',');
  };
  const put = (selector: Parameters<Scratch['ask']>[1], body: string) => () => scratch.ask('PUT', selector, { body });

  await scratch.reset(scratch.version('nodes', THREE));
  const one = await scratch.ask('GET', list.entry('b'));
  const reads = note('GET of an element', one.ok && one.text.includes('"b"'));
  const several = await scratch.ask('GET', list.entry());
  observed['GET of several elements'] = several.status;
  observed['GET of a missing element'] = (await scratch.ask('GET', list.entry('z'))).status;

  const inserts = note(
    'insert at a position',
    (await after(THREE, put(list.entry({ at: 2, uri: 'n' }), entry('n')))) === 'a,n,b,c',
  );
  const named = '<entry uri="b"><display-name>B</display-name></entry>';
  const replaces = note('replace in place', (await after(THREE, put(list.entry('b'), named))) === 'a,b B,c');
  const refusesOther = note(
    'an element that its selector does not match is refused',
    (await after(THREE, put(list.entry('n'), entry('m')))) === 'a,b,c',
  );
  const refusesShift = note(
    'a deletion that another element would then match is refused',
    (await after(THREE, () => scratch.ask('DELETE', list.entry(1)))) === 'a,b,c',
  );
  const refusesSeveral = note(
    'a deletion of several elements is refused',
    (await after(THREE, () => scratch.ask('DELETE', list.entry()))) === 'a,b,c',
  );
  const deletes = note(
    'deletion of an element',
    (await after(THREE, () => scratch.ask('DELETE', list.entry('b')))) === 'a,c',
  );
  await scratch.reset(scratch.document('<list name="probe"/>'));
  await scratch.ask('PUT', list.entry('a'), { body: entry('a') });
  const fillsEmpty = note('insert into an empty-element tag', (await scratch.entries()).join() === 'a');

  const prefixed = parseSelector(
    '/r:resource-lists/r:list[@name="probe"]?xmlns(r=urn:ietf:params:xml:ns:resource-lists)',
    { defaultNamespace: 'urn:xcap-probe' },
  );
  await scratch.reset(scratch.version('nodes', THREE));
  const prefixes = note('xmlns() bindings', (await scratch.ask('GET', prefixed)).ok);

  const attributes = await examineAttributes(scratch, observed);
  const unsafeInValues = await examineValues(scratch);
  observed['unsafe in attribute tests'] = unsafeInValues;
  const writes =
    inserts && replaces && refusesOther && refusesShift && refusesSeveral && fillsEmpty && reportsErrorStatus;
  // OpenXCAP fails on this request, and is recognised by refusals that do not say why.
  const bindings = writes && prefixes && (await examineBindings(scratch));
  observed['namespace::*'] = writes && prefixes ? bindings : 'not asked';
  return {
    nodes: {
      read: reads && several.status === 404,
      write: writes,
      delete: deletes,
      prefixes,
      namespaceBindings: bindings,
      attributes,
      unsafeInValues,
    },
    observed,
  };
}

async function examineAttributes(
  scratch: ListScratch,
  observed: Record<string, Observation>,
): Promise<NodeTraits['attributes']> {
  const uri = list.entry(1).attr('uri');
  const results: Record<string, boolean> = {};
  for (const [way, body] of [
    ['quoted', '"new"'],
    ['bare', 'new'],
  ] as const) {
    await scratch.reset(scratch.version('nodes', THREE));
    await scratch.ask('PUT', uri, { body });
    results[way] = (await scratch.entries()).join() === 'new,b,c';
  }
  await scratch.reset(scratch.version('nodes', THREE));
  const read = await scratch.ask('GET', uri);
  const reads = read.ok && readAttValue(read.text) === 'a';
  await scratch.reset(scratch.version('nodes', THREE));
  await scratch.ask('DELETE', resourceLists.list(1).attr('name'));
  const left = await scratch.ask('GET');
  const deletes = left.ok && !left.text.includes('name="probe"');
  observed['attribute PUT'] = results['quoted'] ? 'quoted' : results['bare'] ? 'bare' : 'none';
  observed['attribute GET'] = reads;
  observed['attribute DELETE'] = deletes;
  if (!reads || !deletes) return 'none';
  return results['quoted'] ? 'quoted' : results['bare'] ? 'bare' : 'none';
}

/** Tries each character in an attribute predicate, in a GET and in the PUT of a new element. */
async function examineValues(scratch: ListScratch): Promise<string> {
  let unsafe = '';
  for (const [char, xml] of Object.entries(AWKWARD)) {
    const value = `v${char}20v`;
    const element = `<list name="v${xml}20v"></list>`;
    await scratch.reset(scratch.document(element));
    const read = await scratch.ask('GET', resourceLists.list(value));
    await scratch.reset(scratch.document());
    await scratch.ask('PUT', resourceLists.list(value), { body: element });
    const document = await scratch.read();
    // One list is the mark of the scratch document.
    const names = document?.select('//@name').map(({ nodeValue }) => nodeValue) ?? [];
    if (!(read.ok && names.length === 2 && names.includes(value))) unsafe += char;
  }
  return unsafe;
}

async function examineBindings(scratch: ListScratch): Promise<boolean> {
  await scratch.reset(scratch.version('nodes'));
  const { ok, text } = await scratch.ask('GET', list.namespaceBindings());
  const tag = text.trimStart();
  return (
    ok &&
    tag.startsWith('<list') &&
    scanStartTag(tag).some(
      (found) => found.name === 'xmlns' && valueIn(tag, found) === resourceLists.definition.namespaces[''],
    )
  );
}
