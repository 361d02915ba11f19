// Runs the tests in a runtime with a command line: ROOT USER PASSWORD [fetch]
import { runChecks } from './checks.mjs';

const [root, user, password, transport] = process.argv.slice(2);
const account = { root, user, password, ...(transport === 'fetch' && { fetch: globalThis.fetch }) };
console.log(JSON.stringify(await runChecks(account)));
