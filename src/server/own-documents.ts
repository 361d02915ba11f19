/** The documents that the server generates: xcap-caps (RFC 4825 section 12) and OMA's xcap-directory. */

import { createHash } from 'node:crypto';
import type { XcapDocument } from '../documents/document.ts';
import { parseDocument } from '../documents/usage.ts';
import { xcapCapsTable } from '../documents/usages/xcap-caps/table.ts';
import { xcapDirectoryTable } from '../documents/usages/xcap-directory/table.ts';
import { escapeAttribute, escapeText } from '../documents/xml/escape.ts';
import type { ServiceIndex } from './all-services.ts';
import type { Catalogue, ServedUsage } from './catalogue.ts';
import type { Route } from './route.ts';
import type { ServerStore } from './stores/store.ts';

const CAPS = xcapCapsTable.auid;
const CAPS_NAMESPACE = xcapCapsTable.namespaces[''];
const DIRECTORY = xcapDirectoryTable.auid;
const DIRECTORY_NAMESPACE = xcapDirectoryTable.namespaces[''];

/** A document that is generated for one request. It is read-only. */
export interface OwnDocument {
  readonly contentType: string;
  readonly context: ServedUsage['context'];
  readonly text: string;
  readonly etag: string;
  parse(): XcapDocument;
}

/** Generates the global index of services. */
export const servicesDocument = async (index: ServiceIndex, usage: ServedUsage): Promise<OwnDocument> => {
  const text = await index.text();
  const { contentType, context } = usage;
  const parse = () => usage.parse(text);
  return { contentType: contentType ?? 'application/xml', context, text, etag: etagOf(text), parse };
};

/** Whether the server generates the documents of an AUID. */
export const isOwn = (auid: string): boolean => auid === CAPS || auid === DIRECTORY;

/** Generates the document that a route addresses; `undefined` when there is none. */
export async function ownDocument(
  { auid, tree, user, segments }: Route,
  catalogue: Catalogue,
  store: ServerStore,
  root: string,
): Promise<OwnDocument | undefined> {
  const [name] = segments;
  if (segments.length !== 1) return undefined;
  if (auid === CAPS) {
    return tree === 'global' && name === xcapCapsTable.documentName
      ? made(capabilities(catalogue), xcapCapsTable.contentType, CAPS_NAMESPACE)
      : undefined;
  }
  if (name !== xcapDirectoryTable.documentName) return undefined;
  const entries = await store.list({ tree, user });
  return made(directory(entries, root), xcapDirectoryTable.contentType, DIRECTORY_NAMESPACE);
}

function made(text: string, contentType: string, defaultNamespace: string): OwnDocument {
  const context = { defaultNamespace };
  return { contentType, context, text, etag: etagOf(text), parse: () => parseDocument(text, context) };
}

const etagOf = (text: string): string => `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;

function capabilities(catalogue: Catalogue): string {
  const auids = new Set([...catalogue.auids, CAPS, DIRECTORY]);
  const namespaces = new Set([...catalogue.namespaces, CAPS_NAMESPACE, DIRECTORY_NAMESPACE]);
  const list = (element: string, values: Iterable<string>) =>
    Array.from(values, (value) => `    <${element}>${escapeText(value)}</${element}>\n`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>
<xcap-caps xmlns="${CAPS_NAMESPACE}">
  <auids>
${list('auid', auids)}  </auids>
  <extensions/>
  <namespaces>
${list('namespace', namespaces)}  </namespaces>
</xcap-caps>
`;
}

function directory(entries: Awaited<ReturnType<ServerStore['list']>>, root: string): string {
  const folders = new Map<string, string[]>();
  for (const { path, etag, modified, size } of entries) {
    const auid = decodeURIComponent(path.slice(0, path.indexOf('/')));
    const attributes = {
      uri: `${root}/${path}`,
      etag,
      'last-modified': modified.toISOString(),
      size: String(size),
    };
    const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`);
    const lines = folders.get(auid) ?? [];
    folders.set(auid, lines);
    lines.push(`    <entry${written.join('')}/>\n`);
  }
  const content = Array.from(folders).map(
    ([auid, lines]) => `  <folder auid="${escapeAttribute(auid)}">\n${lines.join('')}  </folder>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<xcap-directory xmlns="${DIRECTORY_NAMESPACE}">\n${content.join('')}</xcap-directory>\n`;
}
