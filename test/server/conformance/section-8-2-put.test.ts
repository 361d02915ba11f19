import { describe, expect } from 'vitest';
import { EXAMPLE, inExample, inLists, it, LISTS, paths, XML } from './fixture.ts';

const entry = (uri: string) => `<entry uri="${uri}"/>`;

describe('RFC 4825 section 8.1: POST', () => {
  it.for(['POST', 'PATCH', 'TRACE'])('%s is 405 with the methods that are allowed', async (method, { server }) => {
    const answer = await server.request(method, paths.lists);
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD, PUT, DELETE, OPTIONS']);
  });

  it('OPTIONS lists the allowed methods', async ({ server }) => {
    const answer = await server.request('OPTIONS', paths.lists);
    expect([answer.status, answer.headers.allow]).toEqual([200, 'GET, HEAD, PUT, DELETE, OPTIONS']);
  });
});

describe('RFC 4825 section 8.2: PUT of a document', () => {
  it('answers 201 to a creation and 200 to a replacement, both with an entity tag', async ({ server }) => {
    const path = 'resource-lists/users/sip:ann@example.com/new';
    const [created, replaced] = [await server.put(path, LISTS), await server.put(path, LISTS)];
    expect([created.status, replaced.status]).toEqual([201, 200]);
    expect([created.etag, replaced.etag]).toEqual([expect.any(String), expect.any(String)]);
  });

  it('has a reply without content', async ({ server }) => {
    const answer = await server.put(paths.lists, LISTS);
    expect([answer.body, answer.headers['content-length']]).toEqual(['', '0']);
  });

  it('stores the document octet for octet', async ({ server }) => {
    const text = '\uFEFF<?xml version="1.0"?>\r\n<!-- é --><a  b=\'1\'\t>\r<![CDATA[x]]>&#x41;</a >\n<?pi?>\n';
    await server.put(paths.example, text, XML);
    expect((await server.get(paths.example)).octets).toEqual(Buffer.from(text, 'utf8'));
  });

  it.for([
    ['not-well-formed', '<resource-lists', {}],
    ['not-well-formed', `${LISTS}<x/>`, {}],
    ['not-utf-8', Buffer.from('<a>\xe9</a>', 'latin1'), {}],
    ['not-utf-8', '<?xml version="1.0" encoding="ISO-8859-1"?><a/>', {}],
    ['not-utf-8', LISTS, { 'content-type': 'application/resource-lists+xml;charset=iso-8859-1' }],
    ['not-utf-8', Buffer.from(`\uFEFF${LISTS}`, 'utf16le'), {}],
    ['constraint-failure', `<!DOCTYPE x>${LISTS.slice(LISTS.indexOf('<resource'))}`, {}],
  ] as const)('is refused with %s: %j', async ([condition, body, headers], { server }) => {
    const answer = await server.put(paths.lists, body, headers);
    expect([answer.status, answer.error?.condition]).toEqual([409, condition]);
    expect((await server.get(paths.lists)).body).toBe(LISTS);
  });

  it.for(['application/xml', 'text/plain', 'application/xcap-el+xml', 'application/rls-services+xml', ''])(
    'the media type %j is 415',
    async (type, { server }) => {
      expect((await server.put(paths.lists, LISTS, { 'content-type': type })).status).toBe(415);
    },
  );

  it('accepts a media type with parameters and in any letter case', async ({ server }) => {
    const headers = { 'content-type': 'Application/Resource-Lists+XML; charset="UTF-8"' };
    expect((await server.put(paths.lists, LISTS, headers)).status).toBe(200);
  });
});

describe('RFC 4825 section 8.2.1: locating the parent', () => {
  it('answers no-parent when the document does not exist', async ({ server }) => {
    const answer = await server.put(inLists('resource-lists/list').replace('index', 'other'), '<list/>');
    expect([answer.status, answer.error?.condition]).toEqual([409, 'no-parent']);
  });

  it('answers no-parent with the URI of the closest ancestor when an element does not exist', async ({ server }) => {
    const { error } = await server.put(inLists('resource-lists/list[@name="a b"]/entry'), entry('sip:x@y'));
    expect(error).toMatchObject({
      condition: 'no-parent',
      ancestor: `${server.server.root}/${paths.lists}/~~/resource-lists`,
    });
  });

  it('the ancestor is percent-encoded and carries the bindings it needs', async ({ server }) => {
    const query = '?xmlns(r=urn:ietf:params:xml:ns:resource-lists)';
    const { error } = await server.put(inLists('*/r:list[@name="friends"]/x/y', query), '<y/>');
    expect(error?.ancestor).toBe(`${server.server.root}/${paths.lists}/~~/*/list%5B@name=%22friends%22%5D`);
    expect((await server.get(error?.ancestor?.slice(server.server.root.length + 1) ?? '')).status).toBe(200);
  });

  it('names the document as ancestor when no element exists', async ({ server }) => {
    const { error } = await server.put(inLists('other/list'), '<list/>');
    expect(error?.ancestor).toBe(`${server.server.root}/${paths.lists}`);
  });

  it('answers no-parent when several elements match the parent', async ({ server }) => {
    expect((await server.put(inExample('root/el1/x'), '<x/>')).error?.condition).toBe('no-parent');
  });

  it('answers no-parent to an attribute of a missing element', async ({ server }) => {
    expect((await server.put(inExample('root/el9/@x'), '"1"')).error?.condition).toBe('no-parent');
  });

  it('checks the parent before the body', async ({ server }) => {
    expect((await server.put(inExample('root/el9/x'), 'nonsense')).error?.condition).toBe('no-parent');
  });
});

describe('RFC 4825 section 8.2.2: verifying the content', () => {
  it.for([
    ['nothing', ''],
    ['text', 'just text'],
    ['two elements', '<a/><a/>'],
    ['an XML declaration', '<?xml version="1.0"?><a/>'],
    ['a comment beside it', '<!-- x --><a/>'],
    ['white space before it', '\n<a/>'],
    ['white space after it', '<a/>\r\n'],
    ['an unclosed element', '<a>'],
    ['an undeclared prefix', '<p:a/>'],
    ['a document type', '<!DOCTYPE a><a/>'],
  ] as const)('%s is not-xml-frag', async ([, body], { server }) => {
    expect((await server.put(inExample('root/a'), body)).error?.condition).toBe('not-xml-frag');
    expect((await server.get(paths.example)).body).toBe(EXAMPLE);
  });

  it.for(['y', '"y', '"a"b"', '"a&b"', '"<"', '"&nbsp;"', ' "a"', '"a"\n', ''])(
    'the attribute body %j is not-xml-att-value',
    async (body, { server }) => {
      expect((await server.put(inExample('root/el2/@att'), body)).error?.condition).toBe('not-xml-att-value');
      expect((await server.get(paths.example)).body).toBe(EXAMPLE);
    },
  );

  it('answers not-utf-8 to octets that are not UTF-8', async ({ server }) => {
    const body = Buffer.from('<a>\xe9</a>', 'latin1');
    expect((await server.put(inExample('root/a'), body)).error?.condition).toBe('not-utf-8');
  });

  it.for([
    ['root/a', 'application/xml'],
    ['root/a', 'application/xcap-att+xml'],
    ['root/el2/@att', 'application/xcap-el+xml'],
    ['root/el2/@att', 'text/plain'],
  ] as const)('%s as %s is 415', async ([selector, type], { server }) => {
    expect((await server.put(inExample(selector), '<a/>', { 'content-type': type })).status).toBe(415);
  });
});

describe('RFC 4825 section 8.2.3: creation', () => {
  const third = '<el1 att="third"/>';
  const behindSecond = EXAMPLE.replace('"second"/>', `"second"/>${third}`);

  it.for([
    ['root/el1[@att="third"]', third, behindSecond],
    ['root/el1[3][@att="third"]', third, behindSecond],
    ['root/*[3][@att="third"]', third, behindSecond],
    ['root/el3', '<el3/>', EXAMPLE.replace('</root>', '<el3/></root>')],
    ['root/el2[@att="2"]', '<el2 att="2"/>', EXAMPLE.replace('<el2 att="first"/>', '$&<el2 att="2"/>')],
    ['root/el2[2][@att="2"]', '<el2 att="2"/>', EXAMPLE.replace('<el2 att="first"/>', '$&<el2 att="2"/>')],
    ['root/*[2][@att="2"]', '<el2 att="2"/>', EXAMPLE.replace('"first"/>', '$&<el2 att="2"/>')],
    ['root/el2[1][@att="2"]', '<el2 att="2"/>', EXAMPLE.replace('<el2', '<el2 att="2"/><el2')],
    ['root/*[1][@att="0"]', '<x att="0"/>', EXAMPLE.replace('<el1', '<x att="0"/><el1')],
    ['root/el3[1]', '<el3/>', EXAMPLE.replace('</root>', '<el3/></root>')],
    ['root/*[4]', '<x/>', EXAMPLE.replace('<el2 att="first"/>', '$&<x/>')],
    ['root/el2/*', '<x/>', EXAMPLE.replace('<el2 att="first"/>', '<el2 att="first"><x/></el2>')],
  ] as const)('PUT of %s puts the element in its place', async ([selector, body, expected], { server }) => {
    const answer = await server.put(inExample(selector), body);
    expect([answer.status, (await server.get(paths.example)).body]).toEqual([201, expected]);
    expect((await server.get(inExample(selector))).body).toBe(body);
  });

  it.for([
    ['too few siblings', 'root/el1[5]', '<el1/>'],
    ['too few siblings of any name', 'root/*[9]', '<x/>'],
    ['another name', 'root/el3', '<el4/>'],
    ['another value', 'root/el3[@att="1"]', '<el3 att="2"/>'],
    ['no such attribute', 'root/el3[@att="1"]', '<el3/>'],
    ['several matches', 'root/el1', '<el1/>'],
    ['a second root element', 'other', '<other/>'],
  ] as const)('%s is cannot-insert: %s', async ([, selector, body], { server }) => {
    const answer = await server.put(inExample(selector), body);
    expect([answer.status, answer.error?.condition]).toEqual([409, 'cannot-insert']);
    expect((await server.get(paths.example)).body).toBe(EXAMPLE);
  });

  it('accepts prefixes that are in scope at the place, and keeps the declarations of the body', async ({ server }) => {
    await server.put(paths.example, '<a xmlns:p="urn:p"/>', XML);
    await server.put(inExample('a/q:b', '?xmlns(q=urn:p)'), '<p:b xmlns:p="urn:p"/>');
    expect((await server.get(paths.example)).body).toBe('<a xmlns:p="urn:p"><p:b xmlns:p="urn:p"/></a>');
  });

  it('does not apply the prefixes of the query to the body', async ({ server }) => {
    const answer = await server.put(inExample('root/q:b', '?xmlns(q=urn:p)'), '<q:b/>');
    expect(answer.error?.condition).toBe('not-xml-frag');
  });

  it('creates an attribute with 201', async ({ server }) => {
    const answer = await server.put(inExample('root/el2/@new'), `'say "hi" &amp; go'`);
    expect([answer.status, (await server.get(inExample('root/el2/@new'))).body]).toEqual([
      201,
      '"say &quot;hi&quot; &amp; go"',
    ]);
  });

  it('refuses to create a namespace declaration as an attribute', async ({ server }) => {
    expect((await server.put(inExample('root/@xmlns'), '"urn:x"')).status).toBe(409);
    expect((await server.get(paths.example)).body).toBe(EXAMPLE);
  });
});

describe('RFC 4825 section 8.2.4: replacement', () => {
  it('replaces the whole element and nothing else', async ({ server }) => {
    const answer = await server.put(inExample('root/el1[2]'), '<el1>x</el1>');
    expect([answer.status, (await server.get(paths.example)).body]).toEqual([
      200,
      EXAMPLE.replace('<el1 att="second"/>', '<el1>x</el1>'),
    ]);
  });

  it('can change the name through a wildcard with a position', async ({ server }) => {
    expect((await server.put(inExample('root/*[2]'), '<x/>')).status).toBe(200);
  });

  it('replaces the root element', async ({ server }) => {
    await server.put(inExample('root'), '<root/>');
    expect((await server.get(paths.example)).body).toBe('<root/>');
  });

  it.for([
    ['root/el1[1]', '<x/>'],
    ['root/el1[@att="first"]', '<el1 att="other"/>'],
    ['root/el1[@att="first"]', '<el1 att="second"/>'],
  ] as const)('%s with %s is cannot-insert', async ([selector, body], { server }) => {
    expect((await server.put(inExample(selector), body)).error?.condition).toBe('cannot-insert');
    expect((await server.get(paths.example)).body).toBe(EXAMPLE);
  });

  it('replaces the text of an attribute with 200', async ({ server }) => {
    const answer = await server.put(inExample('root/el2/@att'), "'x'");
    expect([answer.status, (await server.get(paths.example)).body]).toEqual([
      200,
      EXAMPLE.replace('<el2 att="first"/>', '<el2 att="x"/>'),
    ]);
  });

  it('refuses to change an attribute by which its element is selected', async ({ server }) => {
    const answer = await server.put(inExample('root/el2[@att="first"]/@att'), '"x"');
    expect(answer.error?.condition).toBe('cannot-insert');
  });
});

describe('RFC 4825 section 8.2.5: validation', () => {
  it.for([
    ['another root element', '<x/>', /root|starts with/],
    ['an element that has no place there', LISTS.replace('<entry uri="sip:joe@example.com"/>', '<bad/>'), /bad/],
    ['a missing attribute', LISTS.replace(' uri="sip:joe@example.com"', ''), /entry/],
  ] as const)(
    '%s is schema-validation-error with a phrase that names the place',
    async ([, body, phrase], { server }) => {
      const { error } = await server.put(paths.lists, body);
      expect(error).toMatchObject({ condition: 'schema-validation-error', phrase: expect.stringMatching(phrase) });
      expect((await server.get(paths.lists)).body).toBe(LISTS);
    },
  );

  it('refuses a node edit that violates the schema, and changes nothing', async ({ server }) => {
    const { etag } = await server.get(paths.lists);
    const { error } = await server.put(inLists('resource-lists/list/entry[1]'), '<entry/>');
    const after = await server.get(paths.lists);
    expect([error?.condition, after.body, after.etag]).toEqual(['schema-validation-error', LISTS, etag]);
    expect((await server.get(inLists('resource-lists/list/entry[1]/@uri'))).body).toBe('"sip:bill@example.com"');
  });

  it('accepts elements of other namespaces where the schema allows them', async ({ server }) => {
    const foreign = '<x:note xmlns:x="urn:x" a="1">hi</x:note>';
    const answer = await server.put(inLists('resource-lists/list/x:note', '?xmlns(x=urn:x)'), foreign);
    expect(answer.status).toBe(201);
  });

  it('answers uniqueness-failure with the field to a node with a value that is taken', async ({ server }) => {
    const { error } = await server.put(inLists('resource-lists/list/entry[2]'), entry('sip:bill@example.com'));
    expect(error).toMatchObject({
      condition: 'uniqueness-failure',
      exists: [{ field: 'resource-lists/list%5B@name=%22friends%22%5D/entry%5B2%5D/@uri' }],
    });
    expect((await server.get(paths.lists)).body).toBe(LISTS);
  });

  it('answers uniqueness-failure with free values to a document', async ({ server }) => {
    const twice = LISTS.replace('</list>', '</list><list name="friends"/>');
    const { error } = await server.put(paths.lists, twice);
    expect(error).toMatchObject({ condition: 'uniqueness-failure', exists: [{ altValues: ['friends-2'] }] });
  });

  it('answers constraint-failure to a violated rule beyond the schema', async ({ server }) => {
    const bad = LISTS.replace('</list>', '<entry-ref ref="/absolute"/></list>');
    expect((await server.put(paths.lists, bad)).error?.condition).toBe('constraint-failure');
  });
});

describe('RFC 4825 section 8.2.6: conditional processing', () => {
  it('creates a document with If-None-Match: *, and never replaces one', async ({ server }) => {
    const path = `${paths.lists}-new`;
    const guard = { 'if-none-match': '*' };
    expect((await server.put(path, LISTS, guard)).status).toBe(201);
    expect((await server.put(path, LISTS, guard)).status).toBe(412);
  });

  it.for(['root/el1[1]', 'root/new', 'root/el2/@new'])(
    'If-None-Match: * always fails for %s',
    async (selector, { server }) => {
      const body = selector.includes('@') ? '"1"' : `<${selector.slice(5, 8)}/>`;
      expect((await server.put(inExample(selector), body, { 'if-none-match': '*' })).status).toBe(412);
    },
  );

  it('applies the entity tag of the document to the creation of a node', async ({ server }) => {
    const { etag = '' } = await server.get(paths.example);
    expect((await server.put(inExample('root/new'), '<new/>', { 'if-match': etag })).status).toBe(201);
    expect((await server.put(inExample('root/new'), '<new/>', { 'if-match': etag })).status).toBe(412);
  });

  it('answers 412 to If-Match when the document does not exist', async ({ server }) => {
    expect((await server.put(`${paths.lists}-new`, LISTS, { 'if-match': '*' })).status).toBe(412);
  });
});
