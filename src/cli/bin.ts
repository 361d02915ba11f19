#!/usr/bin/env node
/** `xcap` and `xcapclient`. Each command loads only the modules it needs. */

import module from 'node:module';
import { basename } from 'node:path';
import v8 from 'node:v8';

const argv = process.argv.slice(2);
const program = basename(process.argv[1] ?? '').startsWith('xcapclient') ? 'xcapclient' : 'xcap';
// The command line may contain a password, which every user of the machine can read in the list of processes.
process.title = program;

if (argv.length === 1 && argv[0] === '--version') {
  const { VERSION } = await import('../platform/version.ts');
  console.log(VERSION);
} else if (argv.includes('--print-completions')) {
  speedUp();
  const { printCompletions } = await import('./completion/complete.ts');
  await printCompletions(program, argv);
} else {
  speedUp();
  const { runProgram } = await import('./program.ts');
  process.exitCode = await runProgram(program, argv);
}

/** Sets options of V8 and Node that shorten the run of a short command. */
function speedUp(): void {
  // Node waits at its end until V8 has optimized the HTTP parser of undici, which takes longer than a request.
  v8.setFlagsFromString('--liftoff-only');
  // Keeps compiled code from one call to the next (Node 22.8 and newer).
  if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') module.enableCompileCache();
}
