import { resourceLists } from 'xcap';
import { dim, fact, green, say, scene } from './paint.ts';
import { friends, type Stage, work } from './stage.ts';
import { printTree } from './tree.ts';

/** Several changes in one write. */
export async function edit({ phone }: Stage, etag: string | undefined): Promise<void> {
  scene(3, 'Add, rename and move a buddy; one PUT with If-Match, all else byte for byte as it was');
  const ann = friends.entry('sip:ann@example.com');
  const edited = await phone.edit(resourceLists, (lists) => {
    lists.addEntry(friends, { uri: 'sip:carol@example.com', displayName: 'Carol' });
    lists.renameEntry(ann, 'Ann from work');
    lists.moveEntry(ann, work);
  });
  say(dim('   what the callback did, as the node operations it comes to:'));
  for (const { method, selector } of edited.value.changes) fact(method, selector);
  fact('sent', `one PUT of the document, If-Match: ${etag}; its entity tag is now ${edited.etag}`);
  printTree(edited.value);
}

/** Two devices, none of which knows of the other. */
export async function race({ phone, laptop }: Stage): Promise<void> {
  scene(4, 'Two devices edit at the same moment, and both edits survive');
  const dave = { uri: 'sip:dave@example.com', displayName: 'Dave (from the phone)' };
  const erin = { uri: 'sip:erin@example.com', displayName: 'Erin (from the laptop)' };
  await Promise.all([
    phone.edit(resourceLists, (lists) => lists.addEntry(friends, dave)),
    laptop.edit(resourceLists, (lists) => lists.addEntry(friends, erin)),
  ]);
  const { value: both } = await laptop.get(resourceLists);
  for (const { uri } of [dave, erin]) fact(green('is there'), both.find(uri)[0]?.entry.displayName?.text);
}
