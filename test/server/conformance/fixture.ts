import { it as base } from 'vitest';
import { type Sent, startServer, type TestServer } from '../support.ts';

/** The document of RFC 4825 section 8.2.3's own example, in an application usage without schema. */
export const EXAMPLE = `<root>
 <el1 att="first"/>
 <el1 att="second"/>
 <!-- comment -->
 <el2 att="first"/>
</root>`;

/** A buddy list. */
export const LISTS = `<?xml version="1.0" encoding="UTF-8"?>
<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">
  <list name="friends">
    <entry uri="sip:bill@example.com"><display-name>Bill</display-name></entry>
    <entry uri="sip:joe@example.com"/>
  </list>
</resource-lists>
`;

/** Where the documents are, relative to the root. */
export const paths = {
  lists: 'resource-lists/users/sip:ann@example.com/index',
  example: 'org.example.test/users/sip:ann@example.com/index',
};

/** A node selector percent-encoded, behind its document. */
export const at = (document: string, selector: string, query = ''): string =>
  `${document}/~~/${selector
    .split('/')
    .map((step) => encodeURIComponent(step).replace(/%3A/g, ':'))
    .join('/')}${query}`;

/** Percent-encodes a selector whose values hold no slash, and addresses the example document with it. */
export const inExample = (selector: string, query = ''): string => at(paths.example, selector, query);

/** The same for the buddy list. */
export const inLists = (selector: string, query = ''): string => at(paths.lists, selector, query);

/** A server that holds both documents, fresh for each test. */
export const it = base.extend<{ server: TestServer }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names of what a fixture needs from this pattern
  server: async ({}, use) => {
    await using server = await startServer({ permissive: true });
    await server.put(paths.lists, LISTS);
    await server.put(paths.example, EXAMPLE, XML);
    await use(server);
  },
});

/** The media type of documents of an AUID that is not known. */
export const XML: Sent['headers'] = { 'content-type': 'application/xml' };
