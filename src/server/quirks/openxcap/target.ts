/** Request targets as OpenXCAP reads them: decoded twice, without query, with the selector anywhere behind `~~`. */

import { encodeSegment } from '../../../selector/encode.ts';
import type { ServerReply } from '../../exchange.ts';
import { Refusal } from '../../refusal.ts';
import type { DocumentPath, Route } from '../../route.ts';
import { escapeFileName } from '../../stores/file-names.ts';
import { canonicalXui } from '../../xui.ts';
import { json, text404 } from './replies.ts';

/** Longest file name of a store, with room for a suffix. */
const LONGEST_NAME = 240;

const ROOT_PAGE: ServerReply = {
  status: 404,
  headers: { 'content-type': 'text/html' },
  body: '<html><body><h1><html><head><title>Not Found</title></head><body><h1>Not Found</h1>XCAP server does not serve anything directly under XCAP Root URL. You have to be more specific.<br><br><address><a href="http://www.openxcap.org">OpenXCAP/3.2.0</address></body></html></h1></body></html>',
};

/**
 * Reads a request target. `node` of the route is the selector in its readable form, with a leading slash.
 *
 * @throws Refusal 404
 */
export function parseOpenxcapTarget(target: string, rootPath: string): Route {
  const path = decodeTwice(target);
  if (path !== rootPath && !path.startsWith(`${rootPath}/`)) {
    throw Refusal.with(text404(`XCAP root not found for URI: ${path}`));
  }
  const below = path.slice(rootPath.length).replace(/^\//, '');
  if (below === '') throw Refusal.with(ROOT_PAGE);
  const separator = below.indexOf('~~');
  const document = (separator < 0 ? below : below.slice(0, separator)).replace(/\/$/, '');
  const node = separator < 0 ? undefined : below.slice(separator + 2);
  return {
    ...parseDocumentSelector(document),
    ...(node !== undefined && { node: node.startsWith('/') ? node : `/${node}` }),
  };
}

function parseDocumentSelector(selector: string): Route {
  const [auid = '', tree = '', ...rest] = selector.split('/');
  const wrongTree = contextError(selector);
  if (wrongTree || (tree !== 'users' && tree !== 'global')) throw Refusal.with(wrongTree ?? ROOT_PAGE);
  const user = tree === 'users' ? canonicalXui(rest.shift() ?? '') : undefined;
  if (rest.length === 0)
    throw Refusal.with(json(404, [`Document selector does not contain document's path: '${selector}'`]));
  // All documents of this application are one.
  const segments = auid === 'pres-rules' ? ['index'] : rest;
  const kept = [auid, tree, ...(user === undefined ? [] : [user]), ...segments];
  if (kept.some(isImpossible)) throw Refusal.with(text404('Not found'));
  return { auid, tree, segments, path: kept.map(encodeSegment).join('/'), ...(user !== undefined && { user }) };
}

/** The refusal of a document selector with another tree than users and global. */
export function contextError(selector: string): ServerReply | undefined {
  const [, tree = ''] = selector.split('/');
  if (tree === 'users' || tree === 'global') return undefined;
  const detail = `Document selector context must be either 'users' or 'global', not '${tree}': '${selector}'`;
  return json(404, [detail]);
}

/** A path as OpenXCAP shows it in a reply about a node. */
export const shownPath = (path: DocumentPath): string => `/${decodeURIComponent(path)}/`;

function decodeTwice(target: string): string {
  const [path = ''] = target.split('?', 1);
  try {
    // A question mark that appears when the path is decoded for the first time ends it.
    const [once = ''] = decodeURIComponent(path).split('?', 1);
    return decodeURIComponent(once);
  } catch (error) {
    if (error instanceof URIError) throw Refusal.with(text404('Not found'));
    throw error;
  }
}

const isImpossible = (segment: string): boolean =>
  segment === '' ||
  segment === '.' ||
  segment === '..' ||
  segment.includes('\0') ||
  escapeFileName(segment).length > LONGEST_NAME;
