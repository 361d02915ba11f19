import { NotFoundError } from '../../documents/errors.ts';
import type { Command } from '../command.ts';
import { CliFailure, EXIT } from '../failure.ts';
import { accountOptions, jsonOption } from '../options/global-options.ts';
import { shown } from '../output/escape.ts';
import { print, printJson, styled } from '../output/terminal.ts';

/** `xcap caps`. */
export const command: Command = {
  name: 'caps',
  synopsis: ['caps [OPTIONS]'],
  description: ['Shows the capabilities of the server: its xcap-caps document (RFC 4825 section 12).'],
  options: [jsonOption, ...accountOptions],
  examples: [
    { line: 'xcap caps', does: 'shows application usages, extensions and namespaces' },
    { line: 'xcap caps --json -a bob', does: 'asks the server of another account, for a program' },
  ],
  mostArguments: 0,
  async run(run) {
    const client = await (await run.session()).client();
    const capabilities = await client.capabilities().catch((error: unknown) => {
      if (!(error instanceof NotFoundError)) throw error;
      throw new CliFailure(`${run.account().root} has no xcap-caps document (404).`, EXIT.refused, { cause: error });
    });
    if (run.options.flag('json')) await printJson(capabilities);
    else
      for (const [title, names] of [
        ['Application usages', capabilities.auids],
        ['Extensions', capabilities.extensions],
        ['Namespaces', capabilities.namespaces],
      ] as const) {
        await print(styled('bold', title));
        for (const name of names) await print(`  ${shown(name)}`);
        if (names.length === 0) await print('  none');
      }
    return EXIT.ok;
  },
};
