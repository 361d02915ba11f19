/** A first buddy list for thousands of users: some requests fail, nothing stops the rest, a second run does what is left. */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resourceLists, XcapClient } from 'xcap';
import { FileJournal } from 'xcap/node';
import { createXcapServer } from 'xcap/server';

const USERS = 2000;
const server = await createXcapServer(); // without authentication
const client = new XcapClient({ root: server.root });
const file = join(tmpdir(), `xcap-provisioning-${process.pid}.jsonl`);
const journal = new FileJournal(file);

/** Made one by one, as they are needed: there may be millions. */
function* jobs() {
  for (let number = 1; number <= USERS; number++) {
    yield {
      // Names the job in the journal: it says what the job does to the document.
      id: 'support contact',
      usage: resourceLists,
      user: `sip:user${number}@example.com`,
      change(doc: ReturnType<typeof resourceLists.create>) {
        // It may run again, and should then find its work done.
        if (!doc.get(resourceLists.list('support'))) doc.addList({ name: 'support', displayName: 'Support' });
        const help = resourceLists.list('support').entry('sip:help@example.com');
        if (!doc.get(help)) doc.addEntry(resourceLists.list('support'), { uri: 'sip:help@example.com' });
      },
    };
  }
}

const remove = server.faults.add({ method: 'PUT', target: 'user13', status: 403 });
const first = await client.provision(jobs(), { concurrency: 16, journal });
console.log(`first run: ${first.done} done, ${first.failed} failed`);
for (const { user, error } of first.results.filter(({ status }) => status === 'failed').slice(0, 2)) {
  console.log(`  ${user}: ${error instanceof Error ? error.message : error}`);
}

remove();
const second = await client.provision(jobs(), { concurrency: 16, journal });
console.log(`second run: ${second.done} done, ${second.skipped} done before, ${second.failed} failed`);

rmSync(file);
await client.close();
await server.close();
