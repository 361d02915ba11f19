import { describe, expect, it } from 'vitest';
import { resourceLists, XcapClient } from '../../../src/index.ts';
import { friends } from '../../support/fixtures.ts';
import { startHttpServer } from '../../support/http-server.ts';

const NAMESPACE = 'urn:ietf:params:xml:ns:resource-lists';

describe('the body of an element', () => {
  it('that has its own prefix and unprefixed children is read with the declarations of the document', async () => {
    const element = '<rl:list name="friends"><entry uri="sip:a@example.com"/></rl:list>';
    const document = `<rl:resource-lists xmlns:rl="${NAMESPACE}" xmlns="${NAMESPACE}">${element}</rl:resource-lists>`;
    await using server = await startHttpServer(({ target }, response) => {
      response.writeHead(200, { etag: '"1"' }).end(target.includes('~~') ? element : document);
    });
    const client = new XcapClient({ root: server.origin, user: 'sip:alice@example.com' });
    const { value } = await client.get(friends);
    expect(value).toEqual({ name: 'friends', entry: [{ uri: 'sip:a@example.com' }] });
    expect(resourceLists.parse(document).get(friends)).toEqual(value);
    await client.close();
  });
});
