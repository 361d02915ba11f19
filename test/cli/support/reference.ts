import { catalogue } from '../../../src/cli/catalogue.ts';
import { classicHelp, commandHelp, overview } from '../../../src/cli/help.ts';

const block = (text: string): string => `\`\`\`text\n${text}\n\`\`\``;

/** The reference page of the command line, made from the help. `UPDATE_DOCS=1` in the tests writes it. */
export async function referencePage(): Promise<string> {
  const commands = await Promise.all(
    catalogue.map(
      async (entry) => `## xcap ${entry.name}\n\n${block(commandHelp('xcap', await entry.load(), entry.summary))}`,
    ),
  );
  return `${[
    '# The command line',
    'The output of `--help` for every command. `xcapclient` replaces the program of that name in python-xcaplib. `xcap` is the same program with more commands.',
    '## xcap',
    block(overview()),
    '## xcapclient',
    block(classicHelp('xcapclient')),
    ...commands,
  ].join('\n\n')}\n`;
}
