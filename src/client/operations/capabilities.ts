import { textOf } from '../../documents/data/read-data.ts';
import { XcapDocument } from '../../documents/document.ts';
import { parseDocument } from '../../documents/usage.ts';
import { xcapCapsTable } from '../../documents/usages/xcap-caps/table.ts';
import { childElements, firstElement } from '../../documents/xml/walk.ts';
import { documentUri } from '../../selector/document-uri.ts';
import type { ClientContext } from '../context.ts';
import type { CallOptions } from '../options.ts';
import { perform } from '../request/perform.ts';
import { readDocument } from '../request/read-document.ts';
import { decodeText } from '../transport/text.ts';

/** Capabilities of a server (RFC 4825 section 12). */
export interface Capabilities {
  readonly auids: readonly string[];
  readonly extensions: readonly string[];
  readonly namespaces: readonly string[];
}

const NAMESPACE = xcapCapsTable.namespaces[''];

/** Reads the capabilities document of the server. */
export async function capabilities(context: ClientContext, options: CallOptions): Promise<Capabilities> {
  const url = documentUri({ root: context.root, usage: 'xcap-caps', tree: 'global' });
  const answer = await perform(context, 'GET', url, { ...options, ifNoneMatch: undefined });
  const document = readDocument(answer, decodeText(answer), (xml) => parseDocument(xml));
  const root = XcapDocument.stateOf(document).dom.documentElement;
  const texts = (container: string, item: string): string[] => {
    const parent = root ? firstElement(root, { namespace: NAMESPACE, local: container }) : undefined;
    return parent
      ? childElements(parent, { namespace: NAMESPACE, local: item }).map((element) => textOf(element).trim())
      : [];
  };
  return {
    auids: texts('auids', 'auid'),
    extensions: texts('extensions', 'extension'),
    namespaces: texts('namespaces', 'namespace'),
  };
}
