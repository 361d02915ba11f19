import { describe, expect, it } from 'vitest';
import { MemoryServerStore } from '../../../src/server/index.ts';
import { asUser } from '../login.ts';
import { startServer } from '../support.ts';
import { BASE, INDEX, OPENXCAP_CASES } from './openxcap-cases.ts';
import { replay } from './replay.ts';

const users = { 'sip:ann@x.example': 'pw', 'sip:bo@x.example': 'pw' };
const ann = { username: 'ann', password: 'pw' };
const lists = { 'content-type': 'application/resource-lists+xml' };

/** Lets requests read in pairs, so that both decide on the same version. */
class MeetingStore extends MemoryServerStore {
  #waiting: (() => void) | undefined;

  override async load(...args: Parameters<MemoryServerStore['load']>) {
    const resource = await super.load(...args);
    const other = this.#waiting;
    this.#waiting = undefined;
    if (other) other();
    else
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    return resource;
  }
}

describe('a server with the quirks of openxcap', () => {
  it.each(OPENXCAP_CASES)('$name', async (observed) => {
    await using server = await startServer({ users, quirks: 'openxcap' });
    expect(await replay(server, [observed], { ...ann, document: INDEX, base: BASE })).toEqual([]);
  });

  it('names itself in every answer', async () => {
    await using server = await startServer({ users, quirks: 'openxcap' });
    for (const path of [INDEX, 'nonsense', 'xcap-caps/global/index'])
      expect((await server.get(path)).headers['server']).toBe('OpenXCAP/3.2.0');
  });

  it('loses the end tag of an element behind a character outside ASCII, and fails to delete the element', async () => {
    await using server = await startServer({ quirks: 'openxcap' });
    await server.put(INDEX, BASE.replace('>Bo<', '>Bö<'), lists);
    const entry = `${INDEX}/~~/resource-lists/list%5B1%5D/entry%5B1%5D`;
    expect((await server.get(entry)).body).toBe('<entry uri="sip:bo@x.example"><display-name>Bö</display-name>');
    expect((await server.remove(entry)).status).toBe(500);
  });

  it('loses the end tag of an element with a prefix', async () => {
    await using server = await startServer({ quirks: 'openxcap' });
    const prefixed = BASE.replaceAll(/<(\/?)(?=[a-z])/g, '<$1p:').replace('xmlns=', 'xmlns:p=');
    await server.put(INDEX, prefixed, lists);
    const answer = await server.get(`${INDEX}/~~/resource-lists/list%5B2%5D`);
    expect(answer.body).toBe('<p:list name="home">');
  });

  it('accepts parallel writes with one tag, and fails the loser of two creations', async () => {
    await using server = await startServer({ quirks: 'openxcap', store: new MeetingStore() });
    const created = await Promise.all(['A', 'B'].map((name) => server.put(INDEX, BASE.replace('Bo', name), lists)));
    expect(created.map(({ status }) => status).sort()).toEqual([201, 500]);
    const etag = created.find(({ status }) => status === 201)?.etag ?? '';
    const conditional = { ...lists, 'if-match': etag };
    const puts = await Promise.all(['C', 'D'].map((name) => server.put(INDEX, BASE.replace('Bo', name), conditional)));
    expect(puts.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('has one document of pres-rules, whatever its name', async () => {
    await using server = await startServer({ quirks: 'openxcap' });
    const rules = '<ruleset xmlns="urn:ietf:params:xml:ns:common-policy"/>';
    await server.put('pres-rules/users/sip:ann@x.example/one', rules);
    expect((await server.get('pres-rules/users/sip:ann@x.example/two')).body).toBe(rules);
  });

  it('refuses the tree of another user, and of an unknown one, with a 401 that has no challenge', async () => {
    await using server = await startServer({ users, quirks: 'openxcap' });
    for (const user of ['bo', 'nobody']) {
      const answer = await asUser(server, ann, 'GET', `resource-lists/users/sip:${user}@x.example/index`);
      expect([answer.status, answer.headers['www-authenticate'], answer.body]).toEqual([
        401,
        undefined,
        '{"detail":"Invalid credentials"}',
      ]);
    }
  });

  it('accepts quotation marks in the request target, and in the digest', async () => {
    await using server = await startServer({ users, quirks: 'openxcap' });
    await asUser(server, ann, 'PUT', INDEX, { headers: lists, body: BASE });
    const answer = await asUser(server, ann, 'GET', `${INDEX}/~~/resource-lists/list[@name="home"]`);
    expect(answer.body).toBe('<list name="home"></list>');
  });
});
