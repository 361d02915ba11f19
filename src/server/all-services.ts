/** The global index of rls-services (RFC 4826 section 4.4.7): the services of all users. */

import { ConflictError, XcapParseError } from '../documents/errors.ts';
import { rlsServicesTable } from '../documents/usages/rls-services/table.ts';
import { standaloneText } from '../documents/xml/standalone-text.ts';
import type { ServedUsage } from './catalogue.ts';
import type { DocumentPath, Route } from './route.ts';
import { servicesOf } from './service-rules.ts';
import type { ServerStore } from './stores/store.ts';

const { auid: AUID, documentName: INDEX } = rlsServicesTable;
const NAMESPACE = rlsServicesTable.namespaces[''];

/** Whether a route addresses the global index or a node in it. */
export const isServiceIndex = ({ auid, tree, segments }: Route): boolean =>
  auid === AUID && tree === 'global' && segments.length === 1 && segments[0] === INDEX;

interface KnownServices {
  readonly etag: string;
  readonly text: string;
}

/** Generates the index from the documents `index` of all users. Documents that did not change are not read again. */
export class ServiceIndex {
  readonly #store: ServerStore;
  readonly #usage: ServedUsage;
  #known = new Map<DocumentPath, KnownServices>();

  constructor(store: ServerStore, usage: ServedUsage) {
    this.#store = store;
    this.#usage = usage;
  }

  /** Returns the index as it is now. */
  async text(): Promise<string> {
    const known = new Map<DocumentPath, KnownServices>();
    for (const { path, etag } of await this.#store.list({ tree: 'users', auid: AUID })) {
      const [, , , name, ...deeper] = path.split('/');
      if (name !== INDEX || deeper.length > 0) continue;
      const former = this.#known.get(path);
      const services = former?.etag === etag ? former : await this.#read(path);
      if (services) known.set(path, services);
    }
    this.#known = known;
    const content = Array.from(known.values(), ({ text }) => text).join('');
    return `<?xml version="1.0" encoding="UTF-8"?>\n<rls-services xmlns="${NAMESPACE}">\n${content}</rls-services>\n`;
  }

  async #read(path: DocumentPath): Promise<KnownServices | undefined> {
    const stored = await this.#store.load(path);
    if (!stored) return undefined;
    const lines = this.#services(stored.body).map((service) => `  ${service}\n`);
    return { etag: stored.etag, text: lines.join('') };
  }

  #services(body: Buffer): string[] {
    try {
      return servicesOf(this.#usage.parse(body.toString('utf8'))).map((service) => standaloneText(service, NAMESPACE));
    } catch (error) {
      // A damaged document has no services; reading it reports the damage.
      if (error instanceof XcapParseError || error instanceof ConflictError) return [];
      throw error;
    }
  }
}
