import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { simservs, XcapClient } from '../../../src/index.ts';
import type { QUIRK_BUNDLES, QuirkName } from '../../../src/server/index.ts';
import { startServer, type TestServer } from '../support.ts';

const user = 'sip:+15555550100@ims.example.com';
const path = `simservs.ngn.etsi.org/users/${user}/simservs.xml`;
const bindings =
  '?xmlns(ss=http://uri.etsi.org/ngn/params/xml/simservs/xcap)xmlns(cp=urn:ietf:params:xml:ns:common-policy)';
const rule = (id: string) =>
  `${path}/~~/ss:simservs/ss:communication-diversion/cp:ruleset/cp:rule%5B@id=%22${id}%22%5D${bindings}`;
const bareRule = (id: string) => `${path}/~~/simservs/communication-diversion/ruleset/rule%5B@id=%22${id}%22%5D`;
const waiting = `${path}/~~/simservs/communication-waiting`;
const off = '<communication-waiting xmlns="http://uri.etsi.org/ngn/params/xml/simservs/xcap" active="false"/>';
const forwarding = (id: string) =>
  `<cp:rule xmlns:cp="urn:ietf:params:xml:ns:common-policy" xmlns="http://uri.etsi.org/ngn/params/xml/simservs/xcap" id="${id}"><cp:conditions><busy/></cp:conditions><cp:actions><forward-to><target>tel:+15555550108</target></forward-to></cp:actions></cp:rule>`;

const start = (quirks: readonly QuirkName[] | keyof typeof QUIRK_BUNDLES): Promise<TestServer> =>
  startServer({ quirks });

describe('the quirks of Ut servers', () => {
  it('provisioned-subscribers: a user has a valid document in which nothing is forwarded or barred', async () => {
    await using server = await start(['provisioned-subscribers']);
    const { status, body } = await server.get(path);
    expect(status).toBe(200);
    const doc = simservs.parse(body);
    expect(doc.validate()).toEqual([]);
    expect(doc.forwarding()).toHaveLength(5);
    expect(
      [...doc.forwarding(), ...doc.barring('incoming'), ...doc.barring('outgoing')].some(({ active }) => active),
    ).toBe(false);
    expect((await server.get(path.replace('simservs.xml', 'index'))).status).toBe(404);
  });

  it('elements-only: a document and an attribute are 403, an element is written', async () => {
    await using server = await start(['provisioned-subscribers', 'elements-only']);
    const { body } = await server.get(path);
    expect((await server.put(path, body)).status).toBe(403);
    expect((await server.put(`${waiting}/@active`, '"false"')).status).toBe(403);
    expect((await server.put(waiting, off)).status).toBe(200);
    expect(simservs.parse((await server.get(path)).body).callWaiting()).toBe(false);
  });

  it('documents-only: a node is 404, a document is written', async () => {
    await using server = await start(['provisioned-subscribers', 'documents-only']);
    const { body } = await server.get(path);
    expect((await server.get(waiting)).status).toBe(404);
    expect((await server.put(waiting, off)).status).toBe(404);
    expect((await server.put(path, body, { 'content-type': simservs.definition.contentType })).status).toBe(200);
  });

  it('no-delete and no-own-documents: DELETE is 405, xcap-caps is 404', async () => {
    await using server = await start(['no-delete', 'no-own-documents']);
    expect((await server.remove(path)).status).toBe(405);
    expect((await server.get('xcap-caps/global/index')).status).toBe(404);
    expect((await server.get(`org.openmobilealliance.xcap-directory/users/${user}/directory.xml`)).status).toBe(404);
  });

  it('no-etags: no reply has a tag, and a stale If-Match is ignored', async () => {
    await using server = await start(['provisioned-subscribers', 'no-etags']);
    expect((await server.get(path)).etag).toBeUndefined();
    const written = await server.put(waiting, off, { 'if-match': '"other"' });
    expect([written.status, written.etag]).toEqual([200, undefined]);
  });

  it('dictated-ids: a new rule and a new id are 409 with a phrase, a known rule is replaced', async () => {
    await using server = await start(['provisioned-subscribers', 'dictated-ids']);
    const added = await server.put(rule('mine'), forwarding('mine'));
    expect(added.status).toBe(409);
    expect(added.error).toMatchObject({
      condition: 'constraint-failure',
      phrase: 'the network has not provisioned a rule mine of communication-diversion',
    });
    expect((await server.put(rule('call-diversion-busy'), forwarding('call-diversion-busy'))).status).toBe(200);
    const doc = simservs.parse((await server.get(path)).body);
    expect(doc.forwarding()).toHaveLength(5);
    const renamed = String(doc).replace('call-diversion-busy', 'cfb');
    expect((await server.put(path, renamed, { 'content-type': simservs.definition.contentType })).status).toBe(409);
  });

  it('dictated-ids: a service without one of its rules is 409', async () => {
    await using server = await start(['provisioned-subscribers', 'dictated-ids']);
    const service = `${path}/~~/simservs/outgoing-communication-barring`;
    const { body } = await server.get(service);
    const declared = body.replace(
      ' active',
      ` xmlns:cp="urn:ietf:params:xml:ns:common-policy" xmlns:ss="http://uri.etsi.org/ngn/params/xml/simservs/xcap" active`,
    );
    const shorter = declared.replace(/<cp:rule id="call-barring-all-outgoing">.*<\/cp:rule>/, '');
    expect(shorter).not.toBe(declared);
    const refused = await server.put(service, shorter);
    expect([refused.status, refused.error?.phrase]).toEqual([
      409,
      'the network has provisioned the rule call-barring-all-outgoing of outgoing-communication-barring; switch it off instead of removing it',
    ]);
    expect((await server.put(service, declared)).status).toBe(200);
  });

  it('no-namespaces: names without prefixes are understood, prefixes are refused', async () => {
    await using server = await start(['provisioned-subscribers', 'no-namespaces']);
    expect((await server.get(rule('call-diversion-busy'))).status).toBe(404);
    const url = bareRule('call-diversion-busy');
    expect((await server.put(url, forwarding('call-diversion-busy'))).status).toBe(409);
    const bare = forwarding('call-diversion-busy')
      .replaceAll('cp:', '')
      .replace(/ xmlns\S*/g, '');
    expect((await server.put(url, bare)).status).toBe(200);
    const doc = simservs.parse((await server.get(path)).body);
    expect(doc.validate()).toEqual([]);
    expect(doc.forwarding()[1]).toMatchObject({ condition: 'busy', active: true, target: 'tel:+15555550108' });
    expect((await server.get(url)).body).toBe(
      '<cp:rule id="call-diversion-busy"><cp:conditions><ss:busy></ss:busy></cp:conditions><cp:actions><ss:forward-to><ss:target>tel:+15555550108</ss:target></ss:forward-to></cp:actions></cp:rule>',
    );
  });

  it('fixed-content-type: an element has the media type of its document', async () => {
    await using server = await start(['provisioned-subscribers', 'fixed-content-type']);
    const type = 'application/vnd.etsi.simservs+xml';
    expect((await server.get(waiting)).headers['content-type']).toBe(type);
    expect((await server.put(waiting, off, { 'content-type': type })).status).toBe(200);
    expect((await server.put(waiting, off)).status).toBe(200);
  });
});

describe('a server with the quirks of ut', () => {
  const realm = '3GPP-bootstrapping@xcap.ims.mnc001.mcc001.pub.3gppnetwork.org';
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

  it('asks for MD5 with auth-int', async () => {
    await using server = await startServer({ users: { [user]: 'pw' }, realm, quirks: 'ut' });
    const { status, headers } = await server.get(path);
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toMatch(
      /^Digest realm="3GPP-bootstrapping@[^"]+", nonce="[^"]+", .*qop="auth-int"/,
    );
  });

  it('accepts the key of a bootstrapped phone under its B-TID, for one realm of several', async () => {
    const username = 'fve4iTWb1rTb297CzVSrpw==@bsf.ims.mnc001.mcc001.pub.3gppnetwork.org';
    const password = 'base64 of Ks_NAF';
    const users = { [user]: { username, realm, hashes: { MD5: md5(`${username}:${realm}:${password}`) } } };
    const realms = `3GPP-bootstrapping-uicc@xcap.ims.mnc001.mcc001.pub.3gppnetwork.org;${realm}`;
    await using server = await startServer({ users, realm: realms, algorithms: ['MD5'], quirks: 'ut' });
    const asked: string[] = [];
    const phone = new XcapClient({
      root: server.server.root,
      user,
      auth: {
        credentials: (challenge) => {
          asked.push(challenge.realm);
          return { username, password, realm };
        },
      },
    });
    const { value } = await phone.get(simservs);
    expect(value.callWaiting()).toBe(true);
    expect(asked).toEqual([realms]);
    await phone.close();
  });

  it.each(['MD5sess', 'md5-sess', 'MD5_SESS', '"MD5"'])('reads the algorithm %s', async (algorithm) => {
    await using server = await startServer({
      users: { [user]: 'pw' },
      algorithms: ['MD5', 'MD5-sess'],
      quirks: ['decimal-nc', 'provisioned-subscribers'],
    });
    const challenge = String((await server.get(path)).headers['www-authenticate']);
    const nonce = /nonce="([^"]+)"/.exec(challenge)?.[1] ?? '';
    const uri = `/xcap-root/${path}`;
    const counts = Array.from({ length: 12 }, (_, index) => String(index + 1).padStart(8, '0'));
    const statuses: number[] = [];
    for (const nc of counts) {
      const name = '+15555550100';
      const key = md5(`${name}:ims.example.com:pw`);
      const secret = /sess/i.test(algorithm) ? md5(`${key}:${nonce}:c`) : key;
      const response = md5(`${secret}:${nonce}:${nc}:c:auth:${md5(`GET:${uri}`)}`);
      const authorization = `Digest username="${name}", realm="ims.example.com", nonce="${nonce}", uri="${uri}", qop=auth, nc=${nc}, cnonce="c", response="${response}", algorithm=${algorithm}`;
      statuses.push((await server.get(path, { authorization })).status);
    }
    expect(statuses).toEqual(counts.map(() => 200));
  });
});
