/** Edits and saves until it is killed, and prints after each step what is certain now. */
import { writeSync } from 'node:fs';
import { argv } from 'node:process';
import { resourceLists, XcapClient } from '../../dist/index.js';
import { FileStore } from '../../dist/node.js';

const [, , root, user, directory, run, limit] = argv;
const say = (line) => writeSync(1, `${line}\n`);
const friends = resourceLists.list('friends');
const client = new XcapClient({ root, user });
const synced = await client.open(resourceLists, { store: new FileStore(directory) });
await synced.save();
say('opened');
for (let number = 0; number < Number(limit); number++) {
  const uri = `sip:run${run}edit${number}@example.com`;
  await synced.edit((document) => {
    if (document.lists().length === 0) document.addList('friends');
    document.addEntry(friends, { uri });
  });
  say(`kept ${uri}`);
  await synced.save();
  say(`saved ${uri}`);
}
await client.close();
say('finished');
