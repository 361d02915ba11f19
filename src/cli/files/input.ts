import { CliFailure } from '../failure.ts';
import { complain } from '../output/terminal.ts';
import { readInput } from './read.ts';

/** What was read, and what messages call where it came from. */
export interface Input {
  readonly bytes: Buffer;
  readonly name: string;
}

/**
 * Reads a file, or standard input when there is none or it is `-`; on a terminal a hint goes first.
 *
 * @throws CliFailure when it cannot be read
 */
export async function readBody(file: string | undefined, whatFor = 'the body'): Promise<Input> {
  if (file !== undefined && file !== '-') return { bytes: readInput(file, whatFor), name: file };
  if (process.stdin.isTTY) complain(`Reading ${whatFor} from standard input; type CTRL-D when done.`);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  } catch (error) {
    throw new CliFailure('Standard input cannot be read; give the file with -i.', undefined, { cause: error });
  }
  return { bytes: Buffer.concat(chunks), name: '<stdin>' };
}
