import { decodePercent } from '../../selector/encode.ts';
import type { Catalogue } from '../catalogue.ts';
import { isOwn, ownDocument } from '../own-documents.ts';
import type { Repository } from '../repository.ts';
import { type DocumentPath, parseRoute } from '../route.ts';
import type { StoredResource } from '../stores/store.ts';

/** The server of generated documents. */
interface GeneratingServer {
  readonly root: string;
  readonly catalogue: Catalogue;
  readonly repository: Repository;
}

/** Whether the server generates a document for each GET: xcap-caps, or an xcap-directory. */
export const isGenerated = (path: DocumentPath): boolean => isOwn(decodePercent(path.split('/', 1)[0] ?? ''));

/** Generates a document as GET does; `undefined` if there is none. */
export async function generatedResource(
  path: DocumentPath,
  { root, catalogue, repository }: GeneratingServer,
): Promise<StoredResource | undefined> {
  const own = await ownDocument(parseRoute(`/${path}`, ''), catalogue, repository.store, root);
  return own && { body: Buffer.from(own.text), etag: own.etag, modified: new Date() };
}

/** Whether a generated document may change when another is written: the directory lists the documents of its tree. */
export function dependsOn(generated: DocumentPath, written: DocumentPath): boolean {
  const [, tree, user] = generated.split('/');
  const [, writtenTree, writtenUser] = written.split('/');
  return isGenerated(generated) && tree === writtenTree && (tree === 'global' || user === writtenUser);
}
