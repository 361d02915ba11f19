import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../../../../src/documents/errors.ts';
import { flattenList } from '../../../../src/documents/usages/resource-lists/flatten.ts';
import type { FetchDocument } from '../../../../src/documents/usages/resource-lists/references.ts';
import { resourceLists } from '../../../../src/documents/usages/resource-lists/usage.ts';
import { rlsServices } from '../../../../src/documents/usages/rls-services/usage.ts';

const ROOT = 'http://xcap.example.com/root';
const RL = 'urn:ietf:params:xml:ns:resource-lists';
const urlOf = (user: string) => `${ROOT}/resource-lists/users/sip:${user}@example.com/index`;
const listOf = (user: string, name: string) => `${urlOf(user)}/~~/resource-lists/list%5B@name=%22${name}%22%5D`;
const lists = (inner: string) => `<resource-lists xmlns="${RL}">${inner}</resource-lists>`;

/** A small world of documents by URL; notes what was asked for. */
function world(documents: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const fetch: FetchDocument = async (url) => {
    asked.push(url);
    return documents[url];
  };
  return { asked, fetch };
}

const service = (inner: string) => {
  const document = rlsServices.create();
  document.append(rlsServices, `<service uri="sip:s@example.com" xmlns:rl="${RL}">${inner}</service>`);
  return document;
};
const flatten = (inner: string, fetch: FetchDocument, options = {}) =>
  service(inner).flatten('sip:s@example.com', fetch, { root: ROOT, ...options });

describe('RFC 4826 section 4.5: flattening', () => {
  it('collects entries of nested lists once, in the order found', async () => {
    const { fetch } = world({});
    const inner =
      '<list><rl:entry uri="sip:a@x"/><rl:list><rl:entry uri="sip:b@x"/><rl:entry uri="sip:a@x"/></rl:list><rl:entry uri="sip:c@x"/></list>';
    const { entries, problems } = await flatten(inner, fetch);
    expect(entries.map(({ uri }) => uri)).toEqual(['sip:a@x', 'sip:b@x', 'sip:c@x']);
    expect(problems).toEqual([]);
  });

  it('returns the display names and the origins of a URI', async () => {
    const { fetch } = world({
      [urlOf('alice')]: lists(
        '<list name="l"><entry uri="sip:a@x"><display-name xml:lang="en">Ann</display-name></entry></list>',
      ),
    });
    const inner = `<list><rl:entry uri="sip:a@x"><rl:display-name>A.</rl:display-name></rl:entry><rl:external anchor="${listOf('alice', 'l')}"/></list>`;
    const { entries } = await flatten(inner, fetch);
    expect(entries).toHaveLength(1);
    expect(entries[0]?.displayNames).toEqual([{ text: 'A.' }, { text: 'Ann', lang: 'en' }]);
    expect(entries[0]?.origins.map(({ document, selector }) => [document, String(selector)])).toEqual([
      [undefined, `/rls-services/service[@uri="sip:s@example.com"]/list/rl:entry[@uri="sip:a@x"]?xmlns(rl=${RL})`],
      [urlOf('alice'), '/resource-lists/list[@name="l"]/entry[@uri="sip:a@x"]'],
    ]);
  });

  it('follows resource-list, entry-ref and external into the documents of other users, fetching each once', async () => {
    const ref = `resource-lists/users/sip:bob@example.com/index/~~/resource-lists/list%5B1%5D/entry%5B@uri=%22sip:b@x%22%5D`;
    const { fetch, asked } = world({
      [urlOf('alice')]: lists(
        `<list name="l"><entry uri="sip:a@x"/><entry-ref ref="${ref}"/><external anchor="${listOf('bob', 'm')}"/></list>`,
      ),
      [urlOf('bob')]: lists('<list name="m"><entry uri="sip:b@x"/><entry uri="sip:c@x"/></list>'),
    });
    const { entries, problems } = await flatten(`<resource-list>${listOf('alice', 'l')}</resource-list>`, fetch);
    expect(entries.map(({ uri }) => uri)).toEqual(['sip:a@x', 'sip:b@x', 'sip:c@x']);
    expect(problems).toEqual([]);
    expect(asked).toEqual([urlOf('alice'), urlOf('bob')]);
  });

  it('accepts an external that is relative to the XCAP root', async () => {
    const { fetch } = world({ [urlOf('bob')]: lists('<list name="m"><entry uri="sip:b@x"/></list>') });
    const anchor = listOf('bob', 'm').slice(ROOT.length + 1);
    const { entries } = await flatten(`<list><rl:external anchor="${anchor}"/></list>`, fetch);
    expect(entries.map(({ uri }) => uri)).toEqual(['sip:b@x']);
  });

  it('resolves entry-refs of a list on another server against the root of that server', async () => {
    const other = 'https://other.example/xcap';
    const { fetch, asked } = world({
      [`${other}/resource-lists/users/u/index`]: lists(
        '<list name="l"><entry-ref ref="resource-lists/users/v/index/~~/resource-lists/list/entry"/></list>',
      ),
      [`${other}/resource-lists/users/v/index`]: lists('<list><entry uri="sip:v@x"/></list>'),
    });
    const { entries } = await flatten(
      `<resource-list>${other}/resource-lists/users/u/index/~~/resource-lists/list%5B@name=%22l%22%5D</resource-list>`,
      fetch,
    );
    expect(entries.map(({ uri }) => uri)).toEqual(['sip:v@x']);
    expect(asked).toHaveLength(2);
  });

  it('accepts documents as well as text', async () => {
    const document = resourceLists.parse(lists('<list name="l"><entry uri="sip:a@x"/></list>'));
    const { entries } = await flatten(`<resource-list>${listOf('alice', 'l')}</resource-list>`, () => document);
    expect(entries).toHaveLength(1);
  });

  it('works for a list of a resource-lists document, whose own URL is not fetched', async () => {
    const document = resourceLists.parse(
      lists(
        `<list name="a"><external anchor="${listOf('me', 'b')}"/></list><list name="b"><entry uri="sip:b@x"/></list>`,
      ),
    );
    const { fetch, asked } = world({});
    const options = { documentUrl: urlOf('me') };
    const { entries } = await flattenList(document, resourceLists.list('a'), fetch, options);
    expect(entries.map(({ uri }) => uri)).toEqual(['sip:b@x']);
    expect(asked).toEqual([]);
  });
});

describe('RFC 4826 section 4.5: references that cannot be followed are reported', () => {
  const rest = '<rl:entry uri="sip:rest@x"/>';
  const alice = (inner: string) => world({ [urlOf('alice')]: lists(inner) });
  const external = (anchor: string) => `<list><rl:external anchor="${anchor}"/>${rest}</list>`;

  it.each([
    ['not-found', listOf('nobody', 'l')],
    ['not-found', listOf('alice', 'gone')],
    ['not-found', `${urlOf('alice')}/~~/resource-lists/list`],
    ['bad-reference', urlOf('alice')],
    ['bad-reference', `${listOf('alice', 'l')}/entry`],
    ['bad-reference', `${listOf('alice', 'l')}/@name`],
    ['bad-reference', 'http://elsewhere.example/'],
    ['bad-reference', 'ftp://elsewhere.example/resource-lists/users/a/b'],
    ['bad-reference', `${urlOf('alice')}/~~/resource-lists/list%5B`],
    ['bad-reference', ''],
  ])('%s: %s', async (kind, anchor) => {
    const { fetch } = alice('<list name="l"><entry uri="sip:a@x"/></list><list name="m"/>');
    const { entries, problems } = await flatten(external(anchor), fetch);
    expect(problems).toMatchObject([{ kind, reference: anchor }]);
    expect(entries.map(({ uri }) => uri)).toEqual(['sip:rest@x']);
  });

  it('unreadable: text that is not a resource-lists document', async () => {
    const { problems } = await flatten(external(listOf('alice', 'l')), () => '<html>');
    expect(problems).toMatchObject([{ kind: 'unreadable' }]);
  });

  it('unreachable: a fetch that fails, with its cause', async () => {
    const cause = new RangeError('no route');
    const fetch = () => Promise.reject(cause);
    const { entries, problems } = await flatten(external(listOf('alice', 'l')), fetch);
    expect(problems).toMatchObject([{ kind: 'unreachable', cause }]);
    expect(entries).toHaveLength(1);
  });

  it('cycle: lists that refer to each other', async () => {
    const { fetch } = alice(
      `<list name="a"><entry uri="sip:a@x"/><external anchor="${listOf('alice', 'b')}"/></list>` +
        `<list name="b"><entry uri="sip:b@x"/><external anchor="${listOf('alice', 'a')}"/></list>`,
    );
    const { entries, problems } = await flatten(external(listOf('alice', 'a')), fetch);
    expect(entries.map(({ uri }) => uri)).toEqual(['sip:a@x', 'sip:b@x', 'sip:rest@x']);
    expect(problems).toMatchObject([{ kind: 'cycle', reference: listOf('alice', 'a') }]);
  });

  it('no cycle: two references to the same list', async () => {
    const { fetch } = alice('<list name="a"><entry uri="sip:a@x"/></list>');
    const twice = `<rl:external anchor="${listOf('alice', 'a')}"/>`;
    const { entries, problems } = await flatten(`<list><rl:list>${twice}</rl:list>${twice}</list>`, fetch);
    expect(problems).toEqual([]);
    expect(entries.map(({ origins }) => origins.length)).toEqual([1]);
  });

  it('too-deep: lists that are nested 500 deep', async () => {
    const deep = `${'<rl:list>'.repeat(500)}<rl:entry uri="sip:deep@x"/>${'</rl:list>'.repeat(500)}`;
    const { entries, problems } = await flatten(`<list>${deep}${rest}</list>`, world({}).fetch);
    expect(problems).toMatchObject([{ kind: 'too-deep' }]);
    expect(entries.map(({ uri }) => uri)).toEqual(['sip:rest@x']);
  });

  it('too-many: more documents than the limit', async () => {
    const anchors = ['a', 'b', 'c'].map((user) => `<rl:external anchor="${listOf(user, 'l')}"/>`).join('');
    const { fetch, asked } = world({});
    const { problems } = await flatten(`<list>${anchors}</list>`, fetch, { maxDocuments: 2 });
    expect(problems.map(({ kind }) => kind)).toEqual(['not-found', 'not-found', 'too-many']);
    expect(asked).toHaveLength(2);
  });

  it('relative references without a root', async () => {
    const document = service(
      '<list><rl:entry-ref ref="resource-lists/users/a/index/~~/resource-lists/list/entry"/></list>',
    );
    const { problems } = await document.flatten('sip:s@example.com', world({}).fetch);
    expect(problems).toMatchObject([{ kind: 'bad-reference', message: expect.stringContaining('root') }]);
  });

  it('throws NotFoundError for a missing service', async () => {
    await expect(service('<list/>').flatten('sip:nobody@x', world({}).fetch)).rejects.toThrow(NotFoundError);
  });

  it('rejects when it is aborted', async () => {
    const signal = AbortSignal.abort(new RangeError('stop'));
    await expect(flatten(external(listOf('alice', 'l')), world({}).fetch, { signal })).rejects.toThrow('stop');
  });
});

describe('nested lists 1,000 deep', () => {
  const depth = 1000;
  const text = lists('<list>'.repeat(depth) + '</list>'.repeat(depth));

  it('are rejected with their position above the limit', () => {
    expect(() => resourceLists.parse(text)).toThrow(/line 1, column \d+/);
  });

  it('are read and validated below the limit', () => {
    const document = resourceLists.parse(text, { maxDepth: depth + 1 });
    expect(document.validate()).toEqual([]);
    expect(document.lists()).toHaveLength(1);
  });
});
