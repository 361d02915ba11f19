import { type AnyUsage, defineApplicationUsage } from '../../documents/usage.ts';
import { parseXml } from '../../documents/xml/parse.ts';
import { XcapError } from '../../selector/errors.ts';
import type { UsageTable } from '../../selector/usage-table.ts';
import type { Application } from './applications.ts';

/**
 * Makes a usage of an application whose elements the library does not know: it addresses documents and nodes, and
 * checks nothing.
 *
 * @param xml - a document of the application: its root names the namespace, unless the application does
 */
export function untypedUsage(application: Application, xml: string | undefined): AnyUsage {
  const { auid, contentType, documentName, tree, defaultNamespace } = application;
  const found = rootOf(xml);
  const namespace = defaultNamespace === undefined ? (found?.namespace ?? null) : defaultNamespace;
  const prefixed = found !== undefined && found.namespace !== namespace;
  const root = `${prefixed ? 'root:' : ''}${found?.local ?? 'document'}`;
  const table = {
    auid,
    contentType,
    ...(documentName !== undefined && { documentName }),
    ...(tree !== undefined && { tree }),
    namespaces: {
      ...(namespace !== null && { '': namespace }),
      ...(prefixed && found.namespace !== null && { root: found.namespace }),
    },
    root,
    elements: { [root]: {} },
  } satisfies UsageTable;
  const usage: unknown = defineApplicationUsage(table);
  return usage as AnyUsage; // its names are known at run time only
}

function rootOf(xml: string | undefined): { readonly namespace: string | null; readonly local: string } | undefined {
  if (xml === undefined) return undefined;
  try {
    const root = parseXml(xml).document.documentElement;
    return root ? { namespace: root.namespaceURI || null, local: root.localName ?? '' } : undefined;
  } catch (error) {
    if (error instanceof XcapError) return undefined; // not XML: the server will say so
    throw error;
  }
}
