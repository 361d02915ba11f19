// Runs the tests in a page: #{"root":...,"user":...,"password":...}
import { runChecks } from './checks.mjs';

const account = JSON.parse(decodeURIComponent(location.hash.slice(1)));
document.querySelector('pre').textContent = JSON.stringify(await runChecks(account));
