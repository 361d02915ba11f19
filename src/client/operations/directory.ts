import { XcapDocument } from '../../documents/document.ts';
import { parseDocument } from '../../documents/usage.ts';
import { xcapDirectory } from '../../documents/usages/xcap-directory/usage.ts';
import { attributeValue, childElements } from '../../documents/xml/walk.ts';
import { quoteEtag } from '../../http/etag.ts';
import type { ClientContext } from '../context.ts';
import type { CallOptions } from '../options.ts';
import { perform } from '../request/perform.ts';
import { readDocument } from '../request/read-document.ts';
import { targetOf } from '../target.ts';
import { decodeText } from '../transport/text.ts';

/** A document of a user on the server. */
export interface DirectoryEntry {
  /** AUID of its application usage. */
  readonly auid: string;
  readonly uri: string;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  /** Size in octets, if the server sends it. */
  readonly size: number | undefined;
}

/** Reads the list of a user's documents (OMA XDM 2.0 core, section 6.7.2.2). Members that the server leaves out are `undefined`. */
export async function directory(context: ClientContext, options: CallOptions): Promise<readonly DirectoryEntry[]> {
  const { url } = targetOf(context, xcapDirectory, options);
  const answer = await perform(context, 'GET', url, { ...options, ifNoneMatch: undefined });
  const document = readDocument(answer, decodeText(answer), (xml) => parseDocument(xml));
  const root = XcapDocument.stateOf(document).dom.documentElement;
  const named = (local: string) => ({ namespace: xcapDirectory.definition.namespaces[''], local });
  const folders = root ? childElements(root, named('folder')) : [];
  return folders.flatMap((folder) =>
    childElements(folder, named('entry')).map((entry) => {
      const value = (name: string): string | undefined => attributeValue(entry, null, name) ?? undefined;
      const etag = value('etag');
      const size = Number(value('size') ?? Number.NaN);
      return {
        auid: attributeValue(folder, null, 'auid') ?? '',
        uri: value('uri') ?? '',
        etag: etag === undefined ? undefined : quoteEtag(etag),
        lastModified: value('last-modified'),
        size: Number.isNaN(size) ? undefined : size,
      };
    }),
  );
}
