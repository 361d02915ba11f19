import { CliFailure } from '../failure.ts';
import { complain } from '../output/terminal.ts';
import { readInput } from './read.ts';

/** The content of a file or of standard input. */
export interface Input {
  readonly bytes: Buffer;
  /** Name for messages. */
  readonly name: string;
}

/**
 * Reads a file, or standard input if there is none or it is `-`. On a terminal, prints a hint first.
 *
 * @throws CliFailure with the reason
 */
export async function readBody(file: string | undefined, whatFor = 'the body'): Promise<Input> {
  if (file !== undefined && file !== '-') return { bytes: readInput(file, whatFor), name: file };
  if (process.stdin.isTTY) complain(`Reading ${whatFor} from standard input; type CTRL-D when done.`);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  } catch (error) {
    throw new CliFailure('Standard input cannot be read; name a file instead.', undefined, { cause: error });
  }
  return { bytes: Buffer.concat(chunks), name: '<stdin>' };
}
