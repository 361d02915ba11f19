/** Prints one line for each request and each retry. */
import { observe, resourceLists, XcapClient } from 'xcap';
import { createXcapServer } from 'xcap/server';

const user = 'sip:alice@example.com';
const server = await createXcapServer({ users: { [user]: 'wonderland' } });
const client = new XcapClient({ root: server.root, user, auth: { password: 'wonderland' } });

const stop = observe({
  request: {
    end({ method, url, resent, result, error, started }) {
      const outcome = result?.status ?? (error instanceof Error ? error.name : 'no answer');
      const why = resent === undefined ? '' : ` (${resent})`;
      console.log(
        `${method} ${new URL(url).pathname} ${outcome}${why} in ${(performance.now() - started).toFixed(1)} ms`,
      );
    },
  },
  retry({ reason, attempt, delay }) {
    console.log(`  ${reason}: try ${attempt + 1} in ${delay.toFixed(0)} ms`);
  },
});

// The server is too busy for the first GET, and its answer to the first PUT gets lost.
server.faults.add({ method: 'GET', status: 503, times: 1 });
server.faults.add({ method: 'PUT', silence: 'after', times: 1 });
await client.edit(resourceLists, (doc) => void doc.addList('friends'));

stop();
await client.close();
await server.close();
