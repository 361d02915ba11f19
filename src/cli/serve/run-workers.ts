/** Runs a server in several processes until it is asked to end. */

import { EXIT } from '../failure.ts';
import { aborted, interrupted } from '../interrupt.ts';
import type { Options } from '../options/options.ts';
import { checkStorage, openStorage } from './database.ts';
import { Workers } from './workers.ts';

/**
 * Runs a server in workers.
 *
 * @param onStart - called with the root when all of them accept connections
 * @returns the exit status
 */
export async function runWorkers(
  options: Options,
  count: number,
  onStart: (root: string) => Promise<void>,
): Promise<number> {
  const storage = await openStorage(options);
  try {
    await checkStorage(storage);
  } finally {
    await storage.close();
  }
  const signal = interrupted();
  const workers = new Workers();
  const started = await workers.start(count);
  if (typeof started === 'string') {
    const onHangup = (): void => workers.signal('SIGHUP');
    const onReplace = (): void => void workers.replaceAll();
    if (!process.stdout.isTTY) process.on('SIGHUP', onHangup);
    process.on('SIGUSR2', onReplace);
    await onStart(started);
    await aborted(signal);
  }
  await workers.stop();
  return typeof started === 'string' ? EXIT.ok : started.exitCode;
}
