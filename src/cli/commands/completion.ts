import type { Command } from '../command.ts';
import { CliFailure, EXIT } from '../failure.ts';
import { print } from '../output/terminal.ts';

const SCRIPTS: Readonly<Record<string, () => Promise<string>>> = {
  bash: async () => (await import('../completion/bash.ts')).bashCompletion,
  zsh: async () => (await import('../completion/zsh.ts')).zshCompletion,
  fish: async () => (await import('../completion/fish.ts')).fishCompletion,
};

/** `xcap completion SHELL`. */
export const command: Command = {
  name: 'completion',
  synopsis: ['completion bash|zsh|fish'],
  description: [
    'Prints a script that teaches the shell to complete commands, options, application usages, accounts, files, and node selectors, lists and their entries, which are read from the document on the server.',
    'The first lines of the script tell how to install it.',
  ],
  options: [],
  examples: [
    { line: 'eval "$(xcap completion bash)"', does: 'completes in this bash' },
    { line: 'xcap completion fish > xcap.fish', does: 'saves the script for fish' },
  ],
  async run({ args }) {
    const script = SCRIPTS[args[0] ?? ''];
    if (!script || args.length !== 1)
      throw new CliFailure('Please name the shell: xcap completion bash, xcap completion zsh or xcap completion fish.');
    await print((await script()).trimEnd());
    return EXIT.ok;
  },
};
