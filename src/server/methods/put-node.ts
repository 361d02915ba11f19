import { evaluate, type Miss, walk } from '../../documents/address/evaluate.ts';
import { closestAncestor } from '../../documents/address/no-parent.ts';
import { parseAttValue } from '../../documents/data/att-value.ts';
import { XcapDocument } from '../../documents/document.ts';
import { type PutOutcome, put } from '../../documents/edit/put.ts';
import { ConflictError } from '../../documents/errors.ts';
import { type DocumentState, selectorFor } from '../../documents/state.ts';
import { insertBefore } from '../../documents/xml/edit.ts';
import { isElement } from '../../documents/xml/spans.ts';
import { MEDIA_TYPES } from '../../http/media-types.ts';
import type { NodeSelector } from '../../selector/ast.ts';
import { scopeOf, selectorFromNode } from '../../selector/builder.ts';
import type { UntypedSelector } from '../../selector/builder-types.ts';
import { nodeUri } from '../../selector/document-uri.ts';
import { refuseByCondition } from '../conditions.ts';
import { checkType, readText } from '../content.ts';
import type { ServerReply } from '../exchange.ts';
import { done } from '../respond.ts';
import { checkSize } from '../size.ts';
import { type Call, homeUrl } from './call.ts';
import { editStored } from './edit.ts';

/**
 * PUT of an element or attribute (RFC 4825 section 8.2). The parent is checked before the body.
 *
 * @throws ConflictError `no-parent`, `not-xml-frag`, `not-xml-att-value`, `not-utf-8`, `cannot-insert`, or the
 *   rule that the document would violate
 */
export async function putNode(call: Call, selector: UntypedSelector): Promise<ServerReply> {
  const { repository, route, usage, request, limits, documentUrl } = call;
  const where = nodeUri(documentUrl, selector);
  const stored = await repository.store.load(route.path);
  if (!stored) {
    const phrase = 'there is no such document; put it first';
    throw new ConflictError('no-parent', where, { phrase, ancestor: homeUrl(call) });
  }
  const { terminal } = selector.node;
  refuseOrphan(XcapDocument.stateOf(repository.parsed(route.path, stored, usage)), call, selector);
  checkType(request, MEDIA_TYPES[terminal ? 'attribute' : 'element']);
  const refused = refuseByCondition(request, stored.etag);
  if (refused) return refused;
  const text = readText(request, where);
  // Each step of the selector is one level of elements.
  const added = checkSize(text, { ...limits, depth: limits.depth - selector.node.steps.length + 1 }, where);
  const body = terminal ? parseAttValue(text, where) : elementBody(text, where);
  let result: PutOutcome = 'replaced';
  const { created, replaced } = call.dialect.movesToEnd;
  const edit = (state: DocumentState): void => {
    result = put(state, selector.node, body);
    if (call.dialect.movesToEnd[result]) moveToEnd(state, selector.node);
  };
  // An attribute may be one too many of its element.
  const scope = { isNoted: !(created || replaced), added: terminal ? undefined : added };
  const written = await editStored(call, stored, edit, scope);
  return done(isCreated(result) ? 201 : 200, written.etag);
}

/** Returns the body of an element: from the `<` of its start tag to the `>` of its end tag (RFC 4825 sections 7.4 and 8.2.2). */
function elementBody(text: string, where: string): string {
  if (!/^[ \t\r\n]|[ \t\r\n]$/.test(text)) return text;
  throw new ConflictError('not-xml-frag', where, { phrase: 'there is white space around the element; remove it' });
}

/** Moves an element to the end of its parent, as servers that ignore positions do. */
function moveToEnd(state: DocumentState, node: NodeSelector): void {
  const found = evaluate(state.dom, node);
  const parent = found.kind === 'element' ? found.element.parentNode : null;
  if (found.kind === 'element' && isElement(parent)) insertBefore(parent, found.element, null);
}

const isCreated = (result: PutOutcome): boolean => result === 'created';

/** Refuses a node without parent, and names the closest ancestor that exists (RFC 4825 section 8.2.1). */
function refuseOrphan(state: DocumentState, { documentUrl }: Call, selector: UntypedSelector): void {
  const { steps, terminal } = selector.node;
  const parents = terminal ? steps : steps.slice(0, -1);
  if (parents.length === 0) return;
  const found = walk(state.dom, parents);
  if (found.kind === 'element') return;
  const ancestor = closestAncestor(selector.node, found);
  const scope = scopeOf(selector) ?? state.scope;
  throw new ConflictError('no-parent', nodeUri(documentUrl, selector), {
    phrase: whyOrphan(found, String(selectorFor(state, selector.node))),
    ancestor: ancestor ? nodeUri(documentUrl, selectorFromNode(ancestor, scope) as UntypedSelector) : documentUrl, // built from data
  });
}

const whyOrphan = ({ kind, step }: Miss, selector: string): string =>
  kind === 'several'
    ? `step ${step + 1} of ${selector} matches several elements`
    : `step ${step + 1} of ${selector} matches no element`;
