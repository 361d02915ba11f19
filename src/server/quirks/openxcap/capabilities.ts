/** The documents that OpenXCAP generates. */

import { XcapDocument } from '../../../documents/document.ts';
import { parseDocument } from '../../../documents/usage.ts';
import { MEDIA_TYPES } from '../../../http/media-types.ts';
import type { ServerReply, ServerRequest } from '../../exchange.ts';
import type { Route } from '../../route.ts';
import { badNode } from './documents.ts';
import { FAILED, success, text404 } from './replies.ts';
import { matchingElements, parseNodePath } from './selector.ts';
import { shownPath } from './target.ts';
import { elementText } from './text.ts';

const NAMESPACE = 'urn:ietf:params:xml:ns:xcap-caps';
const APPLICATIONS = [
  ['org.openxcap.dialog-rules', 'http://openxcap.org/ns/dialog-rules'],
  ['pidf-manipulation', 'urn:ietf:params:xml:ns:pidf'],
  ['pres-rules', 'urn:ietf:params:xml:ns:pres-rules'],
  ['org.openmobilealliance.pres-rules', 'urn:ietf:params:xml:ns:pres-rules'],
  ['org.openxcap.purge', 'http://openxcap.org/ns/purge'],
  ['resource-lists', 'urn:ietf:params:xml:ns:resource-lists'],
  ['rls-services', 'urn:ietf:params:xml:ns:rls-services'],
  ['test-app', 'test-app'],
  ['org.openxcap.watchers', 'http://openxcap.org/ns/watchers'],
  ['xcap-caps', NAMESPACE],
  ['org.openmobilealliance.xcap-directory', 'urn:oma:xml:xdm:xcap-directory'],
  ['org.openmobilealliance.pres-content', 'urn:oma:xml:prs:pres-content'],
] as const;

const CAPABILITIES = `<?xml version='1.0' encoding='UTF-8'?>
<xcap-caps xmlns="${NAMESPACE}">
  <auids>
${APPLICATIONS.map(([auid]) => `    <auid>${auid}</auid>\n`).join('')}  </auids>
  <extensions/>
  <namespaces>
${APPLICATIONS.map(([, namespace]) => `    <namespace>${namespace}</namespace>\n`).join('')}  </namespaces>
</xcap-caps>
`;

/** Answers a request for xcap-caps. The directory fails. Conditions are ignored. */
export async function onGenerated({ method }: ServerRequest, route: Route): Promise<ServerReply> {
  if (route.auid !== 'xcap-caps') return FAILED;
  if (route.tree !== 'global') return text404('Application xcap-caps does not implement users context');
  if (method === 'PUT') return text404('This application does not support PUT method');
  if (method === 'DELETE') return FAILED;
  const etag = '"capabilities"';
  if (route.node === undefined) return success(200, 'application/xcap-caps+xml', etag, CAPABILITIES);
  const path = parseNodePath(route.node, { defaultNamespace: NAMESPACE });
  if (!path) return badNode(route.node);
  const [element] = matchingElements(XcapDocument.stateOf(parseDocument(CAPABILITIES)).dom, path.steps);
  if (element) return success(200, MEDIA_TYPES.element, etag, elementText(CAPABILITIES, element));
  return text404(`The requested element ${route.node} was not found in the document ${shownPath(route.path)}`);
}
