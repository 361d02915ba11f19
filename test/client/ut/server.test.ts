import { afterEach, describe, expect, it } from 'vitest';
import { type SimservsDocument, simservs, type UtOptions, utProfile, XcapClient } from '../../../src/index.ts';
import { createXcapServer, type QuirkChoice, type QuirkName, type XcapServer } from '../../../src/server/index.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const password = 'secret';

/** A phone of a subscriber on an embedded server. */
async function subscriber(quirks: QuirkChoice, options: UtOptions = {}, user = 'sip:+15555550100@ims.example.com') {
  const server: XcapServer = await createXcapServer({ users: { [user]: password }, quirks });
  server.quirks.add('provisioned-subscribers');
  const phone = new XcapClient({ root: server.root, user, password, profile: utProfile(options) });
  open.push(
    () => phone.close(),
    () => server.close(),
  );
  const read = async (): Promise<SimservsDocument> => (await phone.get(simservs)).value;
  return { server, phone, read };
}

/** What a phone does in a day. */
const edits: readonly ((doc: SimservsDocument) => void)[] = [
  (doc) => doc.forward('all-conditional', 'tel:+15555550123', { after: 25 }),
  (doc) => doc.stopForwarding('busy'),
  (doc) => doc.bar('outgoing', 'international'),
  (doc) => doc.bar('incoming', 'anonymous'),
  (doc) => doc.unbar('outgoing', 'international'),
  (doc) => doc.restrictIdentity('originating', 'presentation-restricted'),
  (doc) => doc.callWaiting(false),
];

describe('the profile ut on a server', () => {
  it.each<{ name: string; quirks: QuirkChoice; options?: UtOptions }>([
    { name: 'without quirks', quirks: [] },
    { name: 'with the bundle', quirks: 'ut' },
    ...(
      [
        'elements-only',
        'no-delete',
        'no-own-documents',
        'no-etags',
        'dictated-ids',
        'fixed-content-type',
        'naf-challenge',
      ] as const
    ).map((quirk: QuirkName) => ({ name: quirk, quirks: [quirk] })),
    { name: 'documents-only', quirks: ['documents-only', 'no-etags', 'no-delete'], options: { unit: 'document' } },
    { name: 'documents-only, with tags', quirks: ['documents-only'], options: { unit: 'document' } },
    { name: 'decimal-nc', quirks: ['decimal-nc'] },
    { name: 'no-namespaces', quirks: ['no-namespaces'], options: { prefixes: 'none' } },
    {
      name: 'fixed-content-type, with that type',
      quirks: 'ut',
      options: { elementType: 'application/vnd.etsi.simservs+xml' },
    },
    { name: 'the bundle, with whole services', quirks: 'ut', options: { unit: 'service' } },
    { name: 'the bundle, without declarations', quirks: 'ut', options: { declaresNamespaces: false } },
  ])('$name: every edit has the effect of the local one', async ({ quirks, options }) => {
    const { phone, read } = await subscriber(quirks, options);
    const local = await read();
    for (const edit of edits) {
      edit(local);
      const { changed, value } = await phone.edit(simservs, edit);
      expect(changed).toBe(true);
      expect(value.equals(local)).toBe(true);
    }
    const served = await read();
    expect(served.equals(local)).toBe(true);
    expect(served.validate()).toEqual([]);
  });

  it.each(['tel:+15555550100', 'sip:+15555550100:1234@ims.example.com'])('serves the user %s', async (user) => {
    const { phone, read } = await subscriber('ut', {}, user);
    await phone.edit(simservs, (doc) => doc.callWaiting(false));
    expect((await read()).callWaiting()).toBe(false);
  });

  it('keeps the edits of two phones that edit at the same time', async () => {
    const { server, phone, read } = await subscriber(['elements-only']);
    const other = new XcapClient({
      root: server.root,
      user: 'sip:+15555550100@ims.example.com',
      password,
      profile: 'ut',
    });
    open.unshift(() => other.close());
    await Promise.all([
      phone.edit(simservs, (doc) => doc.callWaiting(false)),
      other.edit(simservs, (doc) => doc.bar('outgoing', 'all')),
    ]);
    const doc = await read();
    expect([doc.callWaiting(), doc.barring('outgoing')[0]?.active]).toEqual([false, true]);
  });

  it('shows the phrase of a server that dictates the ids', async () => {
    const { phone, read } = await subscriber('ut');
    const before = String(await read());
    const edited = phone.edit(simservs, (doc) => doc.forward('anonymous', 'tel:+15555550123', { addRules: true }));
    await expect(edited).rejects.toThrow(
      /the network has not provisioned a rule call-diversion-anonymous of communication-diversion/,
    );
    expect(String(await read())).toBe(before);
  });

  it('goes on with elements after an attribute was refused, also with the profile auto', async () => {
    const { server, read } = await subscriber('ut');
    const user = 'sip:+15555550100@ims.example.com';
    const phone = new XcapClient({ root: server.root, user, password });
    open.unshift(() => phone.close());
    await phone.put(simservs.communicationWaiting().attr('active'), false);
    expect(phone.profile.nodes).toMatchObject({ write: true, attributes: 'none' });
    await phone.edit(simservs, (doc) => doc.bar('outgoing', 'all'));
    const doc = await read();
    expect([doc.callWaiting(), doc.barring('outgoing')[0]?.active]).toEqual([false, true]);
  });

  it('requests no xcap-caps, no directory and no DELETE', async () => {
    const { server } = await subscriber('ut');
    const paths: string[] = [];
    const phone = new XcapClient({
      root: server.root,
      user: 'sip:+15555550100@ims.example.com',
      password,
      profile: 'ut',
      fetch: (input, init) => {
        paths.push(`${init?.method ?? 'GET'} ${input}`);
        return fetch(input, init);
      },
    });
    for (const edit of edits) await phone.edit(simservs, edit);
    expect(paths.length).toBeGreaterThan(edits.length);
    expect(paths.filter((path) => !/^(GET|PUT) .*simservs\.ngn\.etsi\.org/.test(path))).toEqual([]);
  });
});

describe('field case 15: a server that takes node PUTs and refuses the document', () => {
  it('is written by edit, and by open and save', async () => {
    const { phone, read } = await subscriber(['elements-only']);
    await phone.edit(simservs, (doc) => doc.forward('busy', 'tel:+15555550123'));
    const synced = await phone.open(simservs);
    synced.document.callWaiting(false);
    await synced.save();
    const doc = await read();
    expect([doc.callWaiting(), doc.forwarding()[1]?.active]).toEqual([false, true]);
  });
});
