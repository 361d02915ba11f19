import { describe, expect, expectTypeOf } from 'vitest';
import type { XcapClient } from '../../src/client/client.ts';
import { parseDocument } from '../../src/documents/usage.ts';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { parseSelector } from '../../src/selector/read.ts';
import { buddies, friends, it } from '../support/fixtures.ts';

const bob = friends.entry('sip:bob@example.com');
const BOB = { uri: 'sip:bob@example.com', displayName: 'Bob' };

describe('RFC 4825 section 7.3: get', () => {
  it('returns a document of its class, with the entity tag', async ({ alice }) => {
    const { etag } = await alice.put(resourceLists, buddies('sip:bob@example.com'));
    const read = await alice.get(resourceLists);
    expect(read.etag).toBe(etag);
    expect(read.etag).toMatch(/^".+"$/);
    expect(read.value.entries(friends)).toEqual([{ uri: 'sip:bob@example.com' }]);
    expect(read.text).toBe(buddies('sip:bob@example.com'));
  });

  it('returns an element as typed data', async ({ alice }) => {
    await alice.put(resourceLists, buddies());
    await alice.put(bob, BOB);
    const { value } = await alice.get(bob);
    expectTypeOf(value.uri).toEqualTypeOf<string>();
    expect(value).toEqual({ uri: 'sip:bob@example.com', displayName: { text: 'Bob' } });
  });

  it('returns an attribute as its value', async ({ alice }) => {
    await alice.put(resourceLists, buddies());
    expect(await alice.get(friends.attr('name'))).toMatchObject({ value: 'friends' });
  });

  it('returns namespace bindings as an object by prefix', async ({ alice }) => {
    await alice.put(resourceLists, buddies().replace('<list', '<list xmlns:x="urn:x"'));
    const { value } = await alice.get(friends.namespaceBindings());
    expect(value).toEqual({ '': 'urn:ietf:params:xml:ns:resource-lists', x: 'urn:x' });
  });

  it('reads a node with prefixes that an ancestor declares', async ({ alice }) => {
    const text = buddies()
      .replace('<resource-lists', '<resource-lists xmlns:x="urn:x"')
      .replace('<list name="friends">', '<list name="friends"><entry uri="sip:bob@example.com" x:tag="1"/>');
    await alice.put(resourceLists, text);
    expect(await alice.get(bob)).toMatchObject({ value: { uri: 'sip:bob@example.com' } });
  });

  it('returns null if the document is not modified', async ({ alice }) => {
    const { etag = '' } = await alice.put(resourceLists, buddies());
    expect(await alice.get(resourceLists, { ifNoneMatch: etag })).toBeNull();
    expect(await alice.get(friends, { ifNoneMatch: etag })).toBeNull();
    expect(await alice.get(resourceLists, { ifNoneMatch: '"another"' })).toMatchObject({ etag });
  });

  it('throws NotFoundError for what does not exist', async ({ alice }) => {
    await expect(alice.get(resourceLists)).rejects.toMatchObject({ code: 'not-found', status: 404 });
    await alice.put(resourceLists, buddies());
    await expect(alice.get(bob)).rejects.toMatchObject({ code: 'not-found', status: 404 });
  });
});

describe('RFC 4825 section 7.1: put', () => {
  it('writes the same from data, text and documents', async ({ alice }) => {
    const document = resourceLists.create();
    document.addList({ name: 'friends', entry: [BOB] });
    for (const content of [document, document.toString(), { list: [{ name: 'friends', entry: [BOB] }] }]) {
      await alice.put(resourceLists, content);
      const { value } = await alice.get(resourceLists);
      expect(value.equals(document)).toBe(true);
    }
  });

  it('reports whether the document was created', async ({ alice }) => {
    expect(await alice.put(resourceLists, buddies())).toMatchObject({ created: true });
    expect(await alice.put(resourceLists, buddies())).toMatchObject({ created: false });
  });

  it('quotes an unquoted entity tag', async ({ alice }) => {
    const { etag = '' } = await alice.put(resourceLists, buddies());
    await expect(alice.put(resourceLists, buddies(), { ifMatch: 'stale' })).rejects.toMatchObject({ status: 412 });
    await alice.put(resourceLists, buddies(), { ifMatch: etag.slice(1, -1) });
  });

  it('puts an attribute with quotes, and keeps special characters', async ({ alice }) => {
    await alice.put(resourceLists, buddies());
    const name = `a "b" 'c' <d> & é`;
    await alice.put(resourceLists.list(1).attr('name'), name);
    expect(await alice.get(resourceLists.list(1).attr('name'))).toMatchObject({ value: name });
    expect(await alice.get(resourceLists.list(name))).toMatchObject({ value: { name } });
  });

  it('reports which rule of section 8.2 the server applied', async ({ alice }) => {
    await expect(alice.put(bob, BOB)).rejects.toMatchObject({ code: 'conflict', condition: 'no-parent' });
    await alice.put(resourceLists, buddies());
    const wrong = alice.put(bob, { uri: 'sip:carol@example.com' });
    await expect(wrong).rejects.toMatchObject({ code: 'conflict', condition: 'cannot-insert', status: 409 });
  });

  it('refuses data that the usage does not define before sending it', async ({ alice }) => {
    // @ts-expect-error: an entry has no such attribute
    await expect(alice.put(bob, { uri: 'sip:bob@example.com', nope: 1 })).rejects.toMatchObject({ code: 'validation' });
  });

  it('refuses to put namespace bindings', async ({ alice }) => {
    const bindings: unknown = friends.namespaceBindings();
    await expect(alice.put(bindings as never, 'x' as never)).rejects.toMatchObject({ code: 'method-not-allowed' });
  });
});

describe('RFC 4825 section 7.2: delete', () => {
  it('deletes a node, and returns the new entity tag of the document', async ({ alice }) => {
    const { etag } = await alice.put(resourceLists, buddies('sip:bob@example.com'));
    const done = await alice.delete(bob);
    expect(done.etag).toMatch(/^".+"$/);
    expect(done.etag).not.toBe(etag);
    await expect(alice.delete(bob)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('deletes a document', async ({ alice }) => {
    await alice.put(resourceLists, buddies());
    await alice.delete(resourceLists);
    await expect(alice.delete(resourceLists)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('deletes nothing under an outdated entity tag', async ({ alice }) => {
    await alice.put(resourceLists, buddies('sip:bob@example.com'));
    await expect(alice.delete(bob, { ifMatch: '"stale"' })).rejects.toMatchObject({ code: 'precondition-failed' });
    await alice.get(bob);
  });
});

describe('insert and replace', () => {
  it('insert creates what is absent and never overwrites', async ({ alice }) => {
    await alice.insert(resourceLists, buddies());
    await expect(alice.insert(resourceLists, buddies())).rejects.toMatchObject({ code: 'already-exists' });
    expect(await alice.insert(bob, BOB)).toMatchObject({ created: true });
    await expect(alice.insert(bob, BOB)).rejects.toMatchObject({ code: 'already-exists' });
  });

  it('lets one of many succeed that insert the same node', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies());
    const results = await Promise.allSettled(
      Array.from({ length: 6 }, (_, index) => server.client().insert(bob, { ...BOB, displayName: `Bob ${index}` })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'already-exists' });
    }
  });

  it('replace returns the former value, and never creates', async ({ alice }) => {
    await alice.put(resourceLists, buddies());
    await expect(alice.replace(bob, BOB)).rejects.toMatchObject({ code: 'not-found' });
    await alice.insert(bob, BOB);
    const done = await alice.replace(bob, { ...BOB, displayName: 'Robert' });
    expect(done).toMatchObject({ created: false, previous: { displayName: { text: 'Bob' } } });
    expect(await alice.get(bob.displayName())).toMatchObject({ value: { text: 'Robert' } });
  });
});

describe('the other verbs', () => {
  it('capabilities returns what the server supports', async ({ alice }) => {
    const { auids, namespaces } = await alice.capabilities();
    expect(auids).toContain('resource-lists');
    expect(namespaces).toContain('urn:ietf:params:xml:ns:resource-lists');
  });

  it('a client for another user reads that tree, with the same credentials', async ({ alice }) => {
    const other = alice.for('bob@example.com');
    await expect(other.get(resourceLists)).rejects.toMatchObject({ code: 'authentication', status: 403 });
  });

  it('accepts an untyped selector, as parsed from text', async ({ alice }) => {
    await alice.put(resourceLists, buddies('sip:bob@example.com'));
    const entry = parseSelector('/resource-lists/*[1]/entry[1]', resourceLists);
    expect(await alice.get(entry)).toMatchObject({ value: { uri: 'sip:bob@example.com' } });
  });

  it('sends nothing after close', async ({ alice }) => {
    await alice.close();
    await expect(alice.get(resourceLists)).rejects.toMatchObject({ code: 'transport', outcome: 'not-sent' });
  });

  it('rejects with the reason of the signal', async ({ alice }) => {
    const reason = { why: 'enough' };
    await expect(alice.get(resourceLists, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(alice.edit(resourceLists, () => {}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

type Call = (client: XcapClient) => Promise<unknown>;

/** Every verb that asks a server for something. */
const VERBS: Readonly<Record<string, Call>> = {
  'get of a document': (client) => client.get(resourceLists),
  'get of an element': (client) => client.get(bob),
  'get of an attribute': (client) => client.get(bob.attr('uri')),
  'get of namespace bindings': (client) => client.get(bob.namespaceBindings()),
  'put of a document': (client) => client.put(resourceLists, buddies()),
  'put of an element': (client) => client.put(bob, BOB),
  'put of an attribute': (client) => client.put(bob.attr('uri'), 'sip:bob@example.com'),
  'delete of a document': (client) => client.delete(resourceLists),
  'delete of a node': (client) => client.delete(bob),
  'insert of a document': (client) => client.insert(resourceLists, buddies()),
  'insert of a node': (client) => client.insert(bob, BOB),
  'replace of a document': (client) => client.replace(resourceLists, buddies()),
  'replace of a node': (client) => client.replace(bob, BOB),
  edit: (client) => client.edit(resourceLists, (doc) => doc.addList('more')),
  open: (client) => client.open(resourceLists),
  watch: (client) => client.watch(resourceLists).next(),
  capabilities: (client) => client.capabilities(),
  directory: (client) => client.directory(),
  probe: (client) => client.probe(),
  'edit of another user': (client) => client.for('sip:bob@example.com').edit(resourceLists, () => {}),
};

describe('authentication', () => {
  it.for(Object.keys(VERBS))('rejects every verb if the password is wrong: %s', async (name, { server, alice }) => {
    await alice.put(resourceLists, buddies('sip:bob@example.com'));
    const { text } = await alice.get(resourceLists);
    const mallory = server.client({ password: 'wrong' });
    await expect(VERBS[name]?.(mallory)).rejects.toMatchObject({ code: 'authentication' });
    expect((await alice.get(resourceLists)).text).toBe(text);
  });

  it.for(Object.keys(VERBS))('rejects every verb without a password: %s', async (name, { server }) => {
    const nobody = server.client({ password: undefined });
    await expect(VERBS[name]?.(nobody)).rejects.toMatchObject({ code: 'authentication', status: 401 });
  });

  it('provision reports a wrong password for each job', async ({ server }) => {
    const mallory = server.client({ password: 'wrong' });
    const report = await mallory.provision([{ usage: resourceLists, change: (doc) => doc.addList('x') }]);
    expect(report).toMatchObject({ failed: 1, results: [{ status: 'failed', error: { code: 'authentication' } }] });
  });
});

describe('content for an element without a table row', () => {
  it('puts XML text with prefixes of the document as it is', async ({ alice }) => {
    await alice.put(resourceLists, buddies());
    const tag = friends.child({ namespace: 'urn:x', name: 'tag' });
    await alice.put(tag, '<x:tag xmlns:x="urn:x">hi</x:tag>');
    const { text } = await alice.get(tag);
    expect(parseDocument(text).toString()).toContain('>hi</x:tag>');
  });
});
