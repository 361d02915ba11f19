import { writeFileSync } from 'node:fs';
import type { ServerProfile } from '../../client/profiles/profile.ts';
import type { Command, Run } from '../command.ts';
import { describeError } from '../describe-error.ts';
import { CliFailure, EXIT } from '../failure.ts';
import { fileTrouble } from '../files/read.ts';
import { accountOptions, extraOptions, jsonOption } from '../options/global-options.ts';
import { note, print, shown, styled } from '../output/terminal.ts';

/** `xcap doctor`. */
export const command: Command = {
  name: 'doctor',
  synopsis: ['doctor [OPTIONS]'],
  description: [
    'Examines the server: whether it can be reached, what it says it can do, and what it really does with conditional requests, entity tags and nodes, in a scratch document that is removed afterwards.',
    'What was found out can be saved and given to other commands with --profile, so that they keep to what is safe there.',
  ],
  options: [extraOptions.save, jsonOption, ...accountOptions],
  examples: [
    { line: 'xcap doctor', does: 'prints a report' },
    { line: 'xcap doctor --save server.json', does: 'saves what was found out' },
  ],
  async run(run) {
    if (run.args.length > 0) throw new CliFailure('doctor takes no arguments; choose the account with -a.');
    const client = await (await run.session()).client();
    const caps = await client.capabilities().then(
      (found) => `${found.auids.length} application usages: ${found.auids.join(', ')}`,
      (error: unknown) => `not to be had: ${describeError(error, run.program).message}`,
    );
    const profile = await client.probe();
    if (run.options.flag('json')) await print(JSON.stringify(profile, null, 2));
    else await report(run, caps, profile);
    save(run.options.text('save'), profile);
    return EXIT.ok;
  },
};

function save(file: string | undefined, profile: ServerProfile): void {
  if (file === undefined) return;
  try {
    writeFileSync(file, `${JSON.stringify(profile, null, 2)}\n`);
  } catch (error) {
    throw new CliFailure(
      `${file} cannot be written (${fileTrouble(error)}); name another file with --save.`,
      undefined,
      { cause: error },
    );
  }
  note(`saved to ${file}; use it with --profile ${file}`);
}

async function report(run: Run, caps: string, profile: ServerProfile): Promise<void> {
  const { conditions, etags, nodes, tellsRefusals, maxTarget } = profile;
  const lines: readonly (readonly [boolean, string])[] = [
    [true, `${run.account().root} answers as ${profile.name}`],
    [!caps.startsWith('not'), `capabilities: ${caps}`],
    [conditions.ifMatch === 'atomic', IF_MATCH[conditions.ifMatch]],
    [
      conditions.create !== 'none',
      conditions.create === 'none'
        ? 'nothing keeps a PUT from overwriting a document that is there'
        : 'If-None-Match keeps a PUT from overwriting',
    ],
    [
      !conditions.skippedForIdenticalBody,
      conditions.skippedForIdenticalBody
        ? 'a PUT of what is there already is answered without its conditions'
        : 'conditions hold for every PUT',
    ],
    [
      etags.strength === 'strong' && etags.onPut,
      `entity tags: ${etags.strength}${etags.onPut ? '' : ', and none in the answer to a PUT'}`,
    ],
    [nodes.read, nodes.read ? 'nodes can be read' : 'nodes cannot be read reliably'],
    [nodes.write, nodes.write ? 'elements can be written where they belong' : 'elements cannot be written reliably'],
    [
      nodes.prefixes,
      nodes.prefixes ? 'prefixes in selectors are understood' : 'prefixes in selectors are not understood',
    ],
    [
      nodes.attributes === 'quoted',
      `attribute values are written ${nodes.attributes === 'none' ? 'not at all' : nodes.attributes}`,
    ],
    [tellsRefusals, tellsRefusals ? 'refusals have their proper status' : 'refusals are told as 500'],
    [
      maxTarget === null,
      maxTarget === null ? 'long addresses are taken' : `addresses longer than ${maxTarget} octets are not taken`,
    ],
  ];
  for (const [good, text] of lines)
    await print(`${good ? styled('green', 'ok  ') : styled('yellow', 'mind')}  ${shown(text)}`);
  const bent = lines.filter(([good]) => !good).length;
  await print(
    bent === 0
      ? 'Everything works as the standard says.'
      : 'Give the other commands --profile with the saved report (--save FILE), and they work around all of this.',
  );
}

const IF_MATCH = {
  atomic: 'If-Match holds: of several writers with one entity tag one succeeds',
  racy: 'If-Match is not atomic: of several writers at the same time more than one may succeed',
  ignored: 'If-Match is ignored: edits of others can be overwritten',
} as const;
