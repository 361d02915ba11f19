// Runs a server in a process of its own, so that its memory can be limited and measured. The library is the built one.
// Arguments: the module of the library, and the options of the server as JSON.
import { createInterface } from 'node:readline';

const [, , library, options] = process.argv;
const { createXcapServer } = await import(library);
const server = await createXcapServer(JSON.parse(options));
process.stdout.write(`${server.root}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'stop') break;
  const { maxRSS, userCPUTime } = process.resourceUsage();
  process.stdout.write(`${JSON.stringify({ megabytes: maxRSS / 1024, seconds: userCPUTime / 1e6 })}\n`);
}
process.exit(0);
