import { describe, expect, it } from 'vitest';
import {
  AuthenticationError,
  ConflictError,
  HttpError,
  InvalidArgumentError,
  NotFoundError,
  simservs,
  utProfile,
  XcapClient,
} from '../../../src/index.ts';
import { sampleText } from '../../documents/usages/simservs/samples.ts';
import { phone, root, user } from './phone.ts';

const provisioned = sampleText('ut-prefixed-provisioned');
const active = provisioned.replace('diversion active="false"', 'diversion active="true"');
const unprefixed = sampleText('ir92-unprefixed');
/** The last name and the id in a path, such as `rule cfb`. */
const named = (path: string): string => {
  const [, name = '', id] = /.*\/(?:\w+:)?([\w-]+)(?:\[@id="([^"]*)"\])?/.exec(path.split('?', 1)[0] ?? '') ?? [];
  return id === undefined ? name : `${name} ${id}`;
};
const error = (phrase: string): string =>
  `<xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error"><constraint-failure phrase="${phrase}"/></xcap-error>`;

describe('several elements', () => {
  it('are put in the order of a phone, each under the tag of the one before', async () => {
    const { client, puts } = phone({ text: unprefixed });
    await client.edit(simservs, (doc) => doc.forward('all', 'tel:+15555550123', { after: 25 }));
    expect(puts().map(({ path }) => named(path))).toEqual([
      'rule cfnrc',
      'rule cfnl',
      'rule cfnr',
      'NoReplyTimer',
      'rule cfb',
      'rule cfu',
    ]);
    expect(puts().map(({ headers }) => headers.get('if-match'))).toEqual([
      '"v1"',
      '"v2"',
      '"v3"',
      '"v4"',
      '"v5"',
      '"v6"',
    ]);
  });

  it('are taken back when one of them is refused', async () => {
    const refusal = new Response(error('no call forwarding on busy'), { status: 409 });
    const { client, puts } = phone({
      text: unprefixed,
      puts: [new Response(), new Response(), refusal, new Response()],
    });
    const edited = client.edit(simservs, (doc) => doc.stopForwarding('all-conditional'));
    await expect(edited).rejects.toThrow(/no call forwarding on busy/);
    await expect(edited).rejects.toThrow(ConflictError);
    const taken = puts().slice(3);
    expect(taken.map(({ body }) => body.includes('rule-deactivated'))).toEqual([false, false]);
    expect(puts().map(({ path }) => path)).toEqual([0, 1, 2, 1, 0].map((index) => puts()[index]?.path));
  });

  it('are reported as half written when the network does not let them be taken back', async () => {
    const refusal = new Response('not here', { status: 403 });
    const { client } = phone({ text: unprefixed, puts: [new Response(), refusal] });
    const edited = client.edit(simservs, (doc) => doc.stopForwarding('all-conditional'));
    await expect(edited).rejects.toThrow(HttpError);
    await expect(edited).rejects.toThrow(/took a part of the change/);
  });
});

describe('an edit of several elements, after the first of which others write', () => {
  const half = simservs.parse(unprefixed);
  half.stopForwarding('busy');
  const whole = half.clone();
  whole.callWaiting(false);
  const editOnce = (client: XcapClient) => {
    let runs = 0;
    return client.edit(simservs, (doc) => {
      if (++runs > 1) throw new Error('the first element is written already');
      doc.stopForwarding('busy');
      doc.callWaiting(false);
    });
  };

  it('is merged and not made again, when a 412 says so', async () => {
    const puts = [
      new Response(null, { headers: { etag: '"v2"' } }),
      new Response(null, { status: 412 }),
      new Response(),
    ];
    const network = phone({ text: unprefixed, puts, after: [String(half)] });
    expect(await editOnce(network.client)).toMatchObject({ changed: true });
    expect(network.puts().map(({ path }) => named(path))).toEqual([
      'conditions',
      'communication-waiting',
      'communication-waiting',
    ]);
  });

  it('is merged and not made again, when a read says so', async () => {
    const network = phone({ text: unprefixed, puts: [new Response()], after: [String(whole)] });
    expect(await editOnce(network.client)).toMatchObject({ changed: true });
    expect(network.puts().map(({ path }) => named(path))).toEqual(['conditions']);
  });

  it('fails as its request failed, when the document cannot be read either', async () => {
    const { client } = phone({ text: unprefixed, puts: ['lost'], after: ['not XML'] });
    await expect(editOnce(client)).rejects.toMatchObject({ code: 'transport', outcome: 'unknown' });
  });
});

describe('a service that is switched off', () => {
  const forward = (doc: ReturnType<typeof simservs.parse>) => doc.forward('busy', 'tel:+15555550123');

  it('is put after the rule, when the document still has it off', async () => {
    const { client, sent } = phone({ text: provisioned });
    await client.edit(simservs, forward);
    expect(sent.map(({ method, path }) => (method === 'GET' ? 'read' : named(path)))).toEqual([
      'read',
      'rule call-diversion-busy',
      'read',
      'communication-diversion',
    ]);
    expect(sent[3]?.body).toMatch(/^<ss:communication-diversion [^>]*active="true">/);
  });

  it('is left alone when the network has switched it on', async () => {
    const { client, sent } = phone({ text: provisioned, after: [active] });
    const { value } = await client.edit(simservs, forward);
    expect(sent.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET']);
    expect(String(value)).toBe(active);
  });
});

describe('an answer', () => {
  const off = (doc: ReturnType<typeof simservs.parse>) => doc.callWaiting(false);
  const stale = new Response(null, { status: 412 });

  it('412 is followed by a read and one more PUT', async () => {
    const { client, sent } = phone({ text: unprefixed, puts: [stale, new Response()] });
    const { changed } = await client.edit(simservs, off);
    expect([changed, ...sent.map(({ method }) => method)]).toEqual([true, 'GET', 'PUT', 'GET', 'PUT']);
  });

  it('412 again is an error', async () => {
    const { client, puts } = phone({ text: unprefixed, puts: [stale] });
    await expect(client.edit(simservs, off)).rejects.toMatchObject({ code: 'precondition-failed', status: 412 });
    expect(puts()).toHaveLength(2);
  });

  it.each([
    ['an xcap-error', error('service not subscribed'), 'application/xcap-error+xml'],
    ['plain text', 'service not subscribed\n', 'text/plain'],
  ])('403 shows the phrase of %s, and nothing is repeated', async (_, body, type) => {
    const { client, puts } = phone({
      text: unprefixed,
      puts: [new Response(body, { status: 403, headers: { 'content-type': type } })],
    });
    const edited = client.edit(simservs, off);
    await expect(edited).rejects.toThrow(AuthenticationError);
    await expect(edited).rejects.toThrow(/403: "service not subscribed"/);
    expect(puts()).toHaveLength(1);
  });

  it('409 shows the phrase', async () => {
    const { client } = phone({ text: unprefixed, puts: [new Response(error('try another'), { status: 409 })] });
    await expect(client.edit(simservs, off)).rejects.toThrow(/try another/);
  });

  it('404 to the read says that nothing is provisioned, whatever may be added', async () => {
    const client = new XcapClient({
      root,
      user,
      profile: 'ut',
      fetch: async () => new Response(null, { status: 404 }),
    });
    const edited = client.edit(simservs, (doc) => doc.callWaiting(true, { addRules: true }));
    await expect(edited).rejects.toThrow(NotFoundError);
    await expect(edited).rejects.toThrow(/has not provisioned supplementary services/);
  });
});

describe('an answer that is lost', () => {
  it('after the network has acted: the change is found, and not sent again', async () => {
    const doc = simservs.parse(unprefixed);
    doc.callWaiting(false);
    const { client, puts } = phone({ text: unprefixed, puts: ['lost'], after: [String(doc)] });
    const { changed, value } = await client.edit(simservs, (edited) => edited.callWaiting(false));
    expect([changed, value.callWaiting(), puts().length]).toEqual([true, false, 1]);
  });

  it('before the network has acted: the change is sent again', async () => {
    const { client, puts } = phone({ text: unprefixed, puts: ['lost', new Response()] });
    await client.edit(simservs, (edited) => edited.callWaiting(false));
    expect(puts()).toHaveLength(2);
  });
});

describe('a service that is new', () => {
  it('is read back, since the network chooses its place', async () => {
    const { client, sent } = phone({ text: unprefixed });
    await client.edit(simservs, (doc) => doc.bar('incoming', 'all', { addRules: true }));
    expect(sent.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET']);
  });
});

describe('a network without entity tags', () => {
  it('gets PUTs without condition', async () => {
    const { client, sent } = phone({ text: unprefixed, etags: false });
    await client.edit(simservs, (doc) => doc.stopForwarding('busy'));
    expect(sent.map(({ method }) => method)).toEqual(['GET', 'PUT']);
    expect(sent[1]?.headers.get('if-match')).toBeNull();
  });

  it('that tags only reads is read before the next element', async () => {
    const { client, sent } = phone({ text: unprefixed, puts: [new Response()] });
    await client.edit(simservs, (doc) => {
      doc.stopForwarding('busy');
      doc.callWaiting(false);
    });
    expect(sent.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET', 'PUT']);
    expect(sent.map(({ headers }) => headers.get('if-match'))).toEqual([null, '"v1"', null, '"v1"']);
  });
});

describe('the ways of networks', () => {
  it('timer: rule puts a new timer into the rule for no-answer', async () => {
    const { client, puts } = phone({ text: active }, { timer: 'rule' });
    await client.edit(simservs, (doc) => doc.forward('no-answer', 'tel:+15555550123', { after: 25 }));
    expect(puts().map(({ body }) => body)).toEqual([
      expect.stringContaining('</ss:target><ss:NoReplyTimer>25</ss:NoReplyTimer></ss:forward-to>'),
    ]);
  });

  it('timer: fixed refuses a change of the timer before anything is sent', async () => {
    const { client, puts } = phone({ text: unprefixed }, { timer: 'fixed' });
    const edited = client.edit(simservs, (doc) => doc.forward('no-answer', 'tel:+15555550123', { after: 25 }));
    await expect(edited).rejects.toThrow(InvalidArgumentError);
    await expect(edited).rejects.toThrow(/keeps the no-reply timer/);
    await client.edit(simservs, (doc) => doc.forward('no-answer', 'tel:+15555550123'));
    expect(puts()).toHaveLength(1);
  });

  it('prefixes: none sends names without prefix in selectors and bodies', async () => {
    const { client, puts } = phone({ text: active }, { prefixes: 'none' });
    await client.edit(simservs, (doc) => doc.bar('outgoing', 'international'));
    expect(puts()[0]).toMatchObject({
      path: '/~~/simservs/outgoing-communication-barring/ruleset/rule[@id="call-barring-outgoing-international"]',
      body: '<rule id="call-barring-outgoing-international"><conditions><international/></conditions><actions><allow>false</allow></actions></rule>',
    });
  });

  it('prefixes: a map sends those, whatever the document has', async () => {
    const ss = 'http://uri.etsi.org/ngn/params/xml/simservs/xcap';
    const { client, puts } = phone(
      { text: unprefixed },
      { prefixes: { ss, p: 'urn:ietf:params:xml:ns:common-policy' } },
    );
    await client.edit(simservs, (doc) => doc.stopForwarding('busy'));
    expect(puts()[0]?.path).toBe(
      `/~~/ss:simservs/ss:communication-diversion/p:ruleset/p:rule[@id="cfb"]/p:conditions?xmlns(ss=${ss})xmlns(p=urn:ietf:params:xml:ns:common-policy)`,
    );
  });

  it('declaresNamespaces: false sends the element as the document has it', async () => {
    const { client, puts } = phone({ text: active }, { declaresNamespaces: false });
    await client.edit(simservs, (doc) => doc.callWaiting(false));
    expect(puts()[0]?.body).toBe('<ss:communication-waiting active="false"/>');
  });

  it('unit: service puts the service for a rule, and barring: conditions the conditions for a barring', async () => {
    const services = phone({ text: active }, { unit: 'service' });
    await services.client.edit(simservs, (doc) => doc.forward('busy', 'tel:+15555550123'));
    expect(services.puts().map(({ path }) => named(path))).toEqual(['communication-diversion']);
    const conditions = phone({ text: active }, { barring: 'conditions' });
    await conditions.client.edit(simservs, (doc) => doc.bar('outgoing', 'international'));
    expect(conditions.puts().map(({ path }) => named(path))).toEqual(['conditions']);
  });

  it('elementType and documentName are sent as the network wants them', async () => {
    const { client, sent } = phone(
      { text: active },
      { elementType: 'application/vnd.etsi.simservs+xml', documentName: 'simservs' },
    );
    await client.edit(simservs, (doc) => doc.callWaiting(false));
    expect(sent[1]?.headers.get('content-type')).toBe('application/vnd.etsi.simservs+xml');
    await client.put(simservs.communicationWaiting(), { active: false });
    expect(sent[2]?.headers.get('content-type')).toBe('application/vnd.etsi.simservs+xml');
    expect(client.profile.ut?.documentName).toBe('simservs');
  });

  it.each([
    [{ timer: 'elsewhere' }, /timer must be "service" or "rule" or "fixed"/],
    [{ timers: 'rule' }, /timers/],
    [{ unit: 'document', timer: 'fixed' }, /timer must be "service" where unit is "document"/],
  ])('%j is no way of a network', (options, message) => {
    expect(() => utProfile(options as Parameters<typeof utProfile>[0])).toThrow(message);
  });
});

describe('a document without namespaces', () => {
  it('is written with the names that it has', async () => {
    const { client, puts } = phone({ text: sampleText('bent-xmlns-empty') });
    await client.edit(simservs, (doc) => doc.setNoReplyTimer(30));
    expect(puts()[0]).toMatchObject({
      path: '/~~/simservs/communication-diversion/NoReplyTimer',
      body: '<NoReplyTimer>30</NoReplyTimer>',
    });
  });
});

describe('open and save', () => {
  it('write the elements of all edits', async () => {
    const { client, puts } = phone({ text: unprefixed });
    const synced = await client.open(simservs);
    synced.document.stopForwarding('busy');
    synced.document.callWaiting(false);
    expect(synced.plan().map(({ url }) => named(decodeURIComponent(url)))).toEqual([
      'conditions',
      'communication-waiting',
    ]);
    expect(await synced.save()).toMatchObject({ saved: true, etag: '"v3"' });
    expect(puts().map(({ path }) => named(path))).toEqual(['conditions', 'communication-waiting']);
    expect(synced.dirty).toBe(false);
  });

  it('refuse what no element can write, and keep it', async () => {
    const { client, puts } = phone({ text: unprefixed });
    const synced = await client.open(simservs);
    synced.document.delete(simservs.communicationWaiting());
    await expect(synced.save()).rejects.toThrow(/removes <communication-waiting>/);
    expect([puts().length, synced.dirty]).toEqual([0, true]);
  });
});
