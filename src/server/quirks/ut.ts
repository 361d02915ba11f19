/** Quirks of the servers for supplementary services that phones reach over Ut (3GPP TS 24.623). */

import type { Element } from '@xmldom/xmldom';
import { XcapDocument } from '../../documents/document.ts';
import { put } from '../../documents/edit/put.ts';
import { ConflictError } from '../../documents/errors.ts';
import { simservsTable } from '../../documents/usages/simservs/table.ts';
import { attributeValue, descendants, parentElement } from '../../documents/xml/walk.ts';
import { hasEssence } from '../../http/content-type.ts';
import { MEDIA_TYPES } from '../../http/media-types.ts';
import { XcapError } from '../../selector/errors.ts';
import { textReply } from '../exchange.ts';
import type { Call } from '../methods/call.ts';
import type { CallIntercept } from './calls.ts';
import type { QuirkName } from './names.ts';
import { withNamespaces } from './ut-names.ts';
import { PROVISIONED_SIMSERVS } from './ut-subscriber.ts';

const isElement = ({ selector }: Call): boolean => selector !== undefined && selector.node.terminal === undefined;

/** The rules of a document, each by its service and id. */
function rulesIn(document: XcapDocument): ReadonlySet<string> {
  const root = XcapDocument.stateOf(document).dom.documentElement;
  const rules = root ? Array.from(descendants(root)).filter(({ localName }) => localName === 'rule') : [];
  return new Set(rules.map((rule) => `${serviceOf(rule)?.localName} ${attributeValue(rule, null, 'id')}`));
}

function serviceOf(rule: Element): Element | undefined {
  const ruleset = parentElement(rule);
  return ruleset && parentElement(ruleset);
}

/** The document that a PUT would lead to; `undefined` when the PUT fails. */
function documentAfter({ usage, selector, request }: Call, before: string): XcapDocument | undefined {
  const body = request.body.toString('utf8');
  try {
    if (!selector) return usage.parse(body);
    const document = usage.parse(before);
    put(XcapDocument.stateOf(document), selector.node, body);
    return document;
  } catch (error) {
    if (error instanceof XcapError) return undefined;
    throw error;
  }
}

const dictatedIds: CallIntercept = async (call, next) => {
  const { repository, route, usage, request } = call;
  const stored = await repository.store.load(route.path);
  if (request.method !== 'PUT' || !stored) return next(call);
  const text = stored.body.toString('utf8');
  const after = documentAfter(call, text);
  if (!after) return next(call);
  const [known, wanted] = [rulesIn(usage.parse(text)), rulesIn(after)];
  const added = Array.from(wanted).find((rule) => !known.has(rule));
  const removed = Array.from(known).find((rule) => !wanted.has(rule));
  const [service, id] = (added ?? removed ?? '').split(' ');
  if (id === undefined) return next(call);
  const phrase =
    added === undefined
      ? `the network has provisioned the rule ${id} of ${service}; switch it off instead of removing it`
      : `the network has not provisioned a rule ${id} of ${service}`;
  throw new ConflictError('constraint-failure', call.documentUrl, { phrase });
};

const provisionedSubscribers: CallIntercept = async (call, next) => {
  const { route, usage, repository } = call;
  const { auid, documentName } = simservsTable;
  const isTheirs = usage.auid === auid && route.user !== undefined && route.segments.join('/') === documentName;
  if (isTheirs && !(await repository.store.load(route.path)))
    await repository.create(route.path, { body: Buffer.from(PROVISIONED_SIMSERVS, 'utf8') });
  return next(call);
};

const fixedContentType: CallIntercept = async (call, next) => {
  const { request, usage } = call;
  const type = usage.contentType;
  if (!isElement(call) || type === undefined) return next(call);
  const isFixed = request.method === 'PUT' && hasEssence(request.headers['content-type'], type);
  const headers = { ...request.headers, 'content-type': MEDIA_TYPES.element };
  const reply = await next(isFixed ? { ...call, request: { ...request, headers } } : call);
  const { 'content-type': given } = reply.headers;
  return given === MEDIA_TYPES.element ? { ...reply, headers: { ...reply.headers, 'content-type': type } } : reply;
};

/** The quirks of Ut servers that apply to methods, the outermost first. */
export const UT_CALL_QUIRKS: readonly (readonly [QuirkName, CallIntercept])[] = [
  ['provisioned-subscribers', provisionedSubscribers],
  [
    'documents-only',
    async (call, next) => (call.selector ? textReply(404, 'only whole documents are here') : next(call)),
  ],
  [
    'elements-only',
    async (call, next) =>
      call.request.method === 'PUT' && !isElement(call)
        ? textReply(403, 'only elements may be written here')
        : next(call),
  ],
  ['fixed-content-type', fixedContentType],
  ['no-namespaces', async (call, next) => next(await withNamespaces(call))],
  ['dictated-ids', dictatedIds],
];
