import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  InvalidArgumentError,
  isXcapError,
  observe,
  parseDocument,
  presRules,
  resourceLists,
  XcapClient,
  type XcapClientOptions,
} from '../../src/index.ts';
import { type FixtureServer, startHttpServer } from '../support/http-server.ts';

/** Arguments of callers in JavaScript, whose compiler reports nothing. */

/** A value of a wrong type, which only JavaScript lets through. */
const wrong = (value: unknown): never => value as never;

const JUNK: readonly unknown[] = [
  undefined,
  null,
  0,
  -1,
  Number.NaN,
  '',
  'x',
  true,
  Symbol('s'),
  10n,
  [],
  {},
  Object.create(null),
  () => {},
  new Date(0),
  new Map(),
  { auid: 'resource-lists' },
  { auid: 'resource-lists', parse: () => {}, create: () => {} },
  { node: { steps: [] } },
];

let server: FixtureServer;
let client: XcapClient;

beforeAll(async () => {
  server = await startHttpServer((_, response) => void response.writeHead(404).end());
  client = new XcapClient({ root: `${server.origin}/root`, user: 'sip:ann@example.com' });
});
afterAll(async () => {
  await client.close();
  await server[Symbol.asyncDispose]();
});

/** What a call throws or rejects with; `undefined` when it succeeds. */
async function failureOf(call: () => unknown): Promise<unknown> {
  try {
    const result = await call();
    if (typeof result === 'object' && result !== null && Symbol.asyncIterator in result) {
      for await (const _ of result as AsyncIterable<unknown>) break; // a watch
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

const show = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    return typeof value;
  }
};

/** The verbs with valid arguments before the last one, which are the options. */
const VERBS: Readonly<Record<string, readonly unknown[]>> = {
  get: [resourceLists],
  put: [resourceLists, '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>'],
  delete: [resourceLists],
  insert: [resourceLists, '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>'],
  replace: [resourceLists, '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>'],
  directory: [],
  capabilities: [],
  edit: [resourceLists, () => {}],
  open: [resourceLists],
  watch: [resourceLists],
  provision: [[]],
  probe: [],
};

const call = (verb: string, ...given: readonly unknown[]): unknown => {
  const method: unknown = Reflect.get(client, verb);
  if (typeof method !== 'function') expect.unreachable(`no verb ${verb}`);
  return method.apply(client, given);
};

describe.each(Object.entries(VERBS))('client.%s', (verb, valid) => {
  it('refuses an unknown option and names the one that was meant', async () => {
    const requests = server.seen.length;
    for (const [given, meant] of [
      ['timeOut', 'timeout'],
      ['singal', 'signal'],
    ]) {
      const error = await failureOf(() => call(verb, ...valid, { [String(given)]: 5 }));
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect(String(error)).toContain(`client.${verb}: unknown option "${given}"; did you mean "${meant}"?`);
    }
    expect(server.seen).toHaveLength(requests);
  });

  it.each(['timeout', 'signal', 'user', 'headers', 'retries', 'strategy', 'interval', 'concurrency', 'document'])(
    'refuses a wrong kind of %s before any request',
    async (name) => {
      const requests = server.seen.length;
      const error = await failureOf(() => call(verb, ...valid, { [name]: Symbol('s') }));
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect(String(error)).toContain(name);
      expect(server.seen).toHaveLength(requests);
    },
  );

  it.each(JUNK.filter((junk) => junk !== undefined && (typeof junk !== 'object' || junk === null)))(
    'refuses %s as options',
    async (junk) => {
      expect(await failureOf(() => call(verb, ...valid, junk))).toBeInstanceOf(InvalidArgumentError);
    },
  );

  it('throws nothing but XcapErrors, whatever its arguments are', { timeout: 60_000 }, async () => {
    for (let position = 0; position < valid.length; position++) {
      for (const junk of JUNK) {
        const given = valid.map((each, index) => (index === position ? junk : each));
        const error = await failureOf(() => call(verb, ...given));
        expect(error === undefined || isXcapError(error), `${show(junk)} at ${position}: ${String(error)}`).toBe(true);
      }
    }
  });

  it('rejects with the reason of its signal', async () => {
    if (verb === 'provision') return; // It reports what was done and what was not.
    const reason = new RangeError('enough');
    const signal = AbortSignal.abort(reason);
    expect(await failureOf(() => call(verb, ...valid, { signal }))).toBe(reason);
  });
});

describe('client.put', () => {
  it('refuses an etag option, which would overwrite in silence', async () => {
    const error = await failureOf(() => client.put(resourceLists, '<a/>', wrong({ etag: '"1"' })));
    expect(error).toBeInstanceOf(InvalidArgumentError);
  });

  it('takes a document without its usage', async () => {
    await using stored = await startHttpServer((_, response) => void response.writeHead(201, { etag: '"1"' }).end());
    const other = new XcapClient({ root: stored.origin, user: 'sip:ann@example.com' });
    const document = presRules.create();
    expect(await other.put(document, { document: 'other' })).toMatchObject({ created: true, etag: '"1"' });
    expect(stored.seen.at(-1)).toMatchObject({ target: '/pres-rules/users/sip:ann@example.com/other' });
    expect(stored.seen.at(-1)?.body).toBe(document.toString());
    await other.close();
  });

  it('refuses a document that was read without a usage', async () => {
    expect(await failureOf(() => client.put(parseDocument('<a/>')))).toBeInstanceOf(InvalidArgumentError);
  });
});

describe('new XcapClient', () => {
  const valid: XcapClientOptions = { root: 'https://xcap.example.com/root', user: 'sip:ann@example.com' };

  it.each(JUNK.map((junk) => ({ junk, name: show(junk) })))('refuses $name as options', ({ junk }) => {
    expect(() => new XcapClient(wrong(junk))).toThrow(InvalidArgumentError);
  });

  it.each([
    { options: { ...valid, pasword: 'x' }, meant: 'password' },
    { options: { ...valid, auth: { usrname: 'ann', password: 'x' } }, meant: 'username' },
    { options: { ...valid, tls: { cert: 'x', reject_unauthorized: false } }, meant: 'rejectUnauthorized' },
  ])('names $meant for a misspelt option', ({ options, meant }) => {
    expect(() => new XcapClient(wrong(options))).toThrow(`did you mean "${meant}"?`);
  });

  it.each([
    'root',
    'user',
    'auth',
    'password',
    'profile',
    'timeout',
    'maxResponseSize',
    'tls',
    'dispatcher',
    'connections',
    'validate',
  ])('refuses a wrong kind of %s and names it', (name) => {
    for (const junk of [Symbol('s'), null, 10n, Number.NaN]) {
      let error: unknown;
      try {
        new XcapClient(wrong({ ...valid, [name]: junk }));
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect(String(error)).toContain(name);
    }
  });

  it('takes no look-alike of its own context', () => {
    const context = { root: 'https://xcap.example.com', user: undefined, transport: {}, profile: {}, learned: {} };
    expect(() => new XcapClient(wrong(context))).toThrow(/unknown option "transport"/);
  });

  it('does not repeat a password of a wrong kind', () => {
    expect(() => new XcapClient(wrong({ ...valid, auth: { username: 'ann', password: ['hunter2'] } }))).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });

  it.each([{ auth: {} }, { auth: { password: 'a', token: 'b' } }, { auth: { password: 'a' }, password: 'b' }])(
    'refuses credentials that contradict each other: %j',
    (options) => {
      expect(() => new XcapClient({ ...valid, ...options })).toThrow(InvalidArgumentError);
    },
  );

  it('refuses a token over plain HTTP to another host', () => {
    expect(() => new XcapClient({ root: 'http://xcap.example.com', auth: { token: 'a' } })).toThrow(/https/);
  });
});

describe('other entry points', () => {
  it.each(JUNK.map((junk) => ({ junk, name: show(junk) })))('client.for refuses $name', ({ junk }) => {
    if (junk === 'x') return;
    expect(() => client.for(wrong(junk))).toThrow(InvalidArgumentError);
  });

  it.each([null, 5, 'x', { reqest: {} }, { request: 5 }, { request: { begin() {} } }, { retry: 5 }])(
    'observe refuses %j',
    (junk) => {
      expect(() => observe(wrong(junk))).toThrow(InvalidArgumentError);
    },
  );
});
