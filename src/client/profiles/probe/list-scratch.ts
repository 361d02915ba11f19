import { XcapDocument } from '../../../documents/document.ts';
import { resourceLists } from '../../../documents/usages/resource-lists/usage.ts';
import type { AnySelector } from '../../../selector/builder-types.ts';
import { Scratch } from './scratch.ts';

/** A scratch document of resource-lists, with what the examination of nodes needs. */
export class ListScratch extends Scratch {
  /** Returns a document with these lists, and the mark after them. */
  document(lists = ''): string {
    return `<?xml version="1.0" encoding="UTF-8"?>\n<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">${lists}<list name="${this.mark}"/></resource-lists>\n`;
  }

  /** Returns a document with one list, `probe`: its display name tells one version from another. */
  override version(displayName: string, entries = ''): string {
    return this.document(`<list name="probe"><display-name>${displayName}</display-name>${entries}</list>`);
  }

  override missing(name: string): AnySelector {
    return resourceLists.list(name);
  }

  /** Returns the URIs of the entries, in order, each with its display name. */
  async entries(): Promise<string[]> {
    const document = await this.read();
    const dom = document && XcapDocument.stateOf(document).dom;
    return Array.from(dom?.getElementsByTagName('entry') ?? []).map((entry) =>
      [entry.getAttribute('uri') ?? '', entry.textContent?.trim() ?? ''].filter(Boolean).join(' '),
    );
  }
}
