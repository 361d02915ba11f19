/** `npm run demo`: the main job from end to end, against the embedded server, in a few seconds. */
import { readFile } from 'node:fs/promises';
import { ConflictError, PreconditionFailedError, resourceLists, XcapClient } from 'xcap';
import { createXcapServer } from 'xcap/server';
import { bold, cyan, dim, fact, green, red, say, scene, yellow } from './demo/paint.ts';
import { printTree } from './demo/tree.ts';

const { list } = resourceLists;
const friends = list('friends');
const alice = 'sip:alice@example.com';
const started = performance.now();

const server = await createXcapServer({ users: { [alice]: 'wonderland' }, realm: 'example.com', auth: 'digest' });
const phone = new XcapClient({ root: server.root, user: alice, auth: { password: 'wonderland' } });
const laptop = new XcapClient({ root: server.root, user: alice, auth: { password: 'wonderland' } });

say(bold('xcap: buddy lists of SIP phones, edited with typed selectors and never lost'));
say(dim(`embedded XCAP server at ${server.root}, digest authentication, user ${alice}`));

try {
  const sample = await readFile(new URL('../../examples/samples/resource-lists.xml', import.meta.url), 'utf8');
  await phone.put(resourceLists, sample);

  scene(1, 'A selector is an address that the compiler checks');
  const bill = friends.entry('sip:bill@example.com').displayName();
  fact('you write', cyan("list('friends').entry('sip:bill@example.com').displayName()"));
  fact('people read', String(bill));
  fact('the wire sees', bill.toPath());
  fact('the server says', green(JSON.stringify((await phone.get(bill)).value)));
  fact('a typo', red("list('friends').entri(…)   does not compile"));

  scene(2, "Alice's buddy list, read from the server");
  const { value: doc, etag } = await phone.get(resourceLists);
  printTree(doc);
  fact('entity tag', dim(etag));

  scene(3, 'Add, rename and move a buddy; one PUT with If-Match, all else byte for byte as it was');
  const edited = await phone.edit(resourceLists, (lists) => {
    lists.addEntry(friends, { uri: 'sip:carol@example.com', displayName: 'Carol' });
    lists.renameEntry(friends.entry('sip:ann@example.com'), 'Ann from work');
    lists.moveEntry(friends.entry('sip:ann@example.com'), list('work'));
  });
  say(dim('   what the callback did, as the node operations it comes to:'));
  for (const { method, selector } of edited.document.changes) fact(method, selector);
  fact('sent', `one PUT of the document, If-Match: ${etag}; its entity tag is now ${edited.etag}`);
  printTree(edited.document);

  scene(4, 'Two devices edit at the same moment, and both edits survive');
  await Promise.all([
    phone.edit(
      resourceLists,
      (lists) => void lists.addEntry(friends, { uri: 'sip:dave@example.com', displayName: 'Dave (from the phone)' }),
    ),
    laptop.edit(
      resourceLists,
      (lists) => void lists.addEntry(friends, { uri: 'sip:erin@example.com', displayName: 'Erin (from the laptop)' }),
    ),
  ]);
  const both = (await laptop.get(resourceLists)).value;
  for (const uri of ['sip:dave@example.com', 'sip:erin@example.com']) {
    fact(green('is there'), both.find(uri)[0]?.entry.displayName?.text);
  }

  scene(5, 'A write that comes too late is refused, not lost');
  await phone
    .put(friends.entry('sip:bill@example.com').displayName(), 'Billy', { ifMatch: etag })
    .catch((error: unknown) => {
      if (!(error instanceof PreconditionFailedError)) throw error;
      fact(yellow(`${error.status} ${error.name}`), '');
      say(`   ${dim(error.message.replace(server.root, ''))}`);
    });

  scene(6, 'A bad edit gets the same error here as from the server');
  const twice = friends.entry(1);
  const taken = { uri: 'sip:dave@example.com' };
  const refusals: [string, () => unknown][] = [
    ['locally', () => both.put(twice, taken)],
    ['by the server', () => phone.put(twice, taken)],
  ];
  for (const [where, attempt] of refusals) {
    try {
      await attempt();
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      fact(`refused ${where}`, `${yellow(error.condition)} ${dim(error.exists[0]?.field)}`);
    }
  }

  scene(7, 'Timings on this machine');
  const rounds = 300;
  const from = performance.now();
  for (let round = 0; round < rounds; round++) await phone.get(friends.entry(1));
  fact(
    'typed GET',
    `${((performance.now() - from) / rounds).toFixed(2)} ms each, digest included, one request per read`,
  );
  fact('all of this', `${((performance.now() - started) / 1000).toFixed(1)} s`);
} finally {
  await Promise.all([phone.close(), laptop.close()]);
  await server.close();
}
