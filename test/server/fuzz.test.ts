import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send, startServer, type TestServer } from './support.ts';

const LISTS =
  '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="a"><entry uri="sip:b@x"/></list></resource-lists>';
const failures: unknown[] = [];
let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    permissive: true,
    admins: 'anyone',
    limits: { body: 20_000 },
    onError: (error) => failures.push(error),
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const oneOf = (...texts: string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);
const method = oneOf('GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'POST', 'PATCH', 'PROPFIND');
/** Whatever can stand in a request line: visible ASCII. */
const noise = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 30,
});
const auid = oneOf(
  'resource-lists',
  'pres-rules',
  'rls-services',
  'xcap-caps',
  'org.example.x',
  'pidf-manipulation',
  'org.openmobilealliance.xcap-directory',
  'nope/',
  '%2e',
);
const user = oneOf(
  'users/sip:a@x',
  'users/a@x',
  'users/tel:+1',
  'global',
  'users/',
  'users/%00',
  'nobody',
  'users/sip%3Aa%40x',
);
const name = fc.oneof(oneOf('index', 'a/b', 'a', '%ff', '..', 'directory.xml', 'x%2Fy', '', '%F0%9F%98%80'), noise);
const step = fc.oneof(
  oneOf(
    'resource-lists',
    'list',
    '*',
    '*%5B1%5D',
    '*%5B2%5D',
    'list%5B@name=%22a%22%5D',
    'entry%5B1%5D%5B@uri=%22sip:b@x%22%5D',
    '@name',
    '@uri',
    '@xmlns',
    'namespace::*',
    'p:a',
    '%5B',
    '',
    "a%5B@b='c'%5D",
    '*%5B@a=%22&amp;%22%5D',
  ),
  noise,
);
const query = fc.oneof(
  oneOf('', '?xmlns(p=urn:p)', '?xmlns(p=http://www.w3.org/2000/xmlns/)', '?xmlns(xml=x)', '?', '?%zz'),
  noise.map((text) => `?${text}`),
);
const selector = fc.oneof(
  fc.constant(''),
  fc
    .tuple(fc.array(step, { minLength: 0, maxLength: 5 }), query)
    .map(([steps, tail]) => `/~~/${steps.join('/')}${tail}`),
);
const target = fc.oneof(
  fc.tuple(auid, user, name, selector).map(([a, u, n, s]) => `/xcap-root/${a}/${u}/${n}${s}`),
  selector.map((text) => `/xcap-root/resource-lists/users/sip:a@x/index${text}`),
  noise.map((text) => `/${text}`),
);
const type = oneOf(
  'application/resource-lists+xml',
  'application/xcap-el+xml',
  'application/xcap-att+xml',
  'application/xml',
  'text/plain',
  'application/xml; charset=latin1',
  ';;;',
);
const tag = fc.oneof(oneOf('*', '"x"', 'W/"x"', '', ',', '"'), noise);
const headers = fc.record(
  { 'content-type': type, 'if-match': tag, 'if-none-match': tag, authorization: noise, expect: oneOf('100-continue') },
  { requiredKeys: [] },
);
const content = fc
  .oneof(
    oneOf(
      LISTS,
      '<list/>',
      '<list name="a"/>',
      '<entry uri="sip:c@x"/>',
      '"v"',
      '"a&amp;b"',
      '<a',
      '',
      '<a:b/>',
      '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
      '<x xmlns="urn:y">]]></x>',
      '<a/>',
      '<a><b k="&#x41;"/></a>',
      '<a/><!-- -->',
      'x'.repeat(30_000),
    ),
    fc.string({ unit: 'binary', maxLength: 50 }),
    fc.string({
      unit: oneOf('<', '>', '/', 'a', ':', '=', '"', ' ', '&', ';', '!', '-', '[', ']', '?', '\r', '\n'),
      maxLength: 30,
    }),
  )
  .map((text) => Buffer.from(text, 'utf8'));
const octets = fc.oneof(
  content,
  fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array)),
);

interface Shot {
  readonly verb: string;
  readonly path: string;
  readonly fields: Record<string, string>;
  readonly body: Buffer;
}

/** Requests that fit together, so that much of what follows meets documents to work on. */
const LOOSE = '/xcap-root/org.example.x/users/sip:a@x/index';
const STRICT = '/xcap-root/resource-lists/users/sip:a@x/index';
const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const sane: fc.Arbitrary<Shot> = fc
  .tuple(
    fc.constantFrom(
      [STRICT, 'application/resource-lists+xml', LISTS],
      [LOOSE, 'application/xml', '<a><list name="a"/><b k="1"/></a>'],
      [`${STRICT}/~~/resource-lists/list%5B@name=%22a%22%5D`, 'application/xcap-el+xml', '<list name="a"/>'],
      [`${STRICT}/~~/resource-lists/list/entry%5B1%5D/@uri`, 'application/xcap-att+xml', '"sip:b@x"'],
      [`${LOOSE}/~~/a/b%5B@k=%222%22%5D`, 'application/xcap-el+xml', '<b k="2"/>'],
      [`${LOOSE}/~~/a/b%5B1%5D/@k`, 'application/xcap-att+xml', '"1"'],
    ),
    fc.constantFrom('PUT', 'PUT', 'PUT', 'GET', 'DELETE'),
    seldom(octets),
    seldom(headers),
  )
  .map(([[path = '', contentType = '', text = ''], verb, other, fields]) => ({
    verb,
    path,
    fields: { 'content-type': contentType, ...fields },
    body: other ?? Buffer.from(text),
  }));
const wild: fc.Arbitrary<Shot> = fc
  .tuple(method, target, headers, octets)
  .map(([verb, path, fields, body]) => ({ verb, path, fields, body }));

describe('random requests', () => {
  it('never make the server fail, and an acknowledged PUT can be read', { timeout: 120_000 }, async () => {
    const { origin } = new URL(server.server.root);
    let acknowledged = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(sane, wild), async ({ verb, path, fields, body }) => {
        const hasBody = verb === 'PUT' || verb === 'POST';
        const answer = await send(origin, verb, path, { headers: fields, ...(hasBody && { body }) });
        expect(failures).toEqual([]);
        expect(answer.status).toBeLessThan(500);
        if (verb !== 'PUT' || answer.status > 201) return;
        acknowledged++;
        const read = await send(origin, 'GET', path);
        expect(read.status).toBe(200);
        expect(read.etag).toBe(answer.etag);
        if (!/~~|%7e/i.test(path)) expect(read.octets).toEqual(body);
      }),
      { numRuns: 3000 },
    );
    expect(acknowledged).toBeGreaterThan(200);
  });

  it('leave the server running', async () => {
    expect((await server.get('xcap-caps/global/index')).status).toBe(200);
  });
});

describe('node edits in any order', () => {
  const key = fc.integer({ min: 0, max: 5 });
  const edit = fc.oneof(
    fc.tuple(
      fc.constant('PUT'),
      key.map((k) => `a/b%5B@k=%22${k}%22%5D`),
      key.map((k) => `<b k="${k}"><c/>é</b>`),
    ),
    fc.tuple(
      fc.constant('PUT'),
      key.map((k) => `a/*%5B${k}%5D`),
      key.map((k) => `<b k="${k}"/>`),
    ),
    fc.tuple(
      fc.constant('PUT'),
      key.map((k) => `a/b%5B${k}%5D/@k`),
      key.map((k) => `"${k}&amp;"`),
    ),
    fc.tuple(
      fc.constant('DELETE'),
      key.map((k) => `a/b%5B${k}%5D`),
      fc.constant(''),
    ),
    fc.tuple(
      fc.constant('DELETE'),
      key.map((k) => `a/b%5B@k=%22${k}%22%5D/c`),
      fc.constant(''),
    ),
  );
  const path = 'org.example.y/users/sip:a@x/index';

  it('the cached document equals the stored text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { maxLength: 12 }), async (edits) => {
        await server.put(path, '<a>\n <b k="0"/> <!--x--></a>', { 'content-type': 'application/xml' });
        for (const [verb, selected, body] of edits) {
          if (verb === 'PUT') await server.put(`${path}/~~/${selected}`, body);
          else await server.remove(`${path}/~~/${selected}`);
        }
        const { body } = await server.get(path);
        const fresh = path.replace('index', 'fresh');
        await server.put(fresh, body, { 'content-type': 'application/xml' });
        for (const probe of ['a', 'a/*%5B1%5D', 'a/b%5B2%5D', 'a/b%5B@k=%223%22%5D', 'a/*%5B1%5D/@k']) {
          const [kept, read] = [await server.get(`${path}/~~/${probe}`), await server.get(`${fresh}/~~/${probe}`)];
          expect([kept.status, kept.status === 200 && kept.body]).toEqual([
            read.status,
            read.status === 200 && read.body,
          ]);
        }
      }),
      { numRuns: 60 },
    );
  });
});
