import { readFile } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import { catalogue } from '../../src/cli/catalogue.ts';
import { commandHelp } from '../../src/cli/help.ts';
import { presRules } from '../../src/documents/usages/pres-rules/usage.ts';
import { rlsServices } from '../../src/documents/usages/rls-services/usage.ts';
import { simservs } from '../../src/documents/usages/simservs/usage.ts';
import { sampleText } from '../documents/usages/simservs/samples.ts';
import { referencePage } from './support/reference.ts';
import { FRIENDS, it } from './support/world.ts';

const commands = await Promise.all(catalogue.map(async (entry) => ({ entry, command: await entry.load() })));

const EDITED = FRIENDS.replace('Bob<', 'Robert<');
const RULES = `<ruleset xmlns="urn:ietf:params:xml:ns:common-policy"></ruleset>`;
/** A service with a list of Alice's. */
const servicesOn = (root: string): string =>
  `<rls-services xmlns="urn:ietf:params:xml:ns:rls-services"><service uri="sip:team@example.com"><resource-list>${root}/resource-lists/users/sip:alice@example.com/index/~~/resource-lists/list%5B@name=%22l1%22%5D</resource-list><packages><package>presence</package></packages></service></rls-services>`;
const SUBSCRIBER = sampleText('ut-prefixed-provisioned');

describe.concurrent('the help of each command', () => {
  it.for(commands)('$entry.name has everything a manual page has, with two examples at least', ({ entry, command }) => {
    const help = commandHelp('xcap', command, entry.summary);
    for (const title of ['NAME', 'SYNOPSIS', 'DESCRIPTION', 'OPTIONS', 'EXAMPLES'])
      expect(help).toMatch(new RegExp(`^${title}$`, 'm'));
    expect(command.examples.length).toBeGreaterThanOrEqual(2);
    for (const { line } of command.examples) expect(help).toContain(`  ${line}\n`);
  });

  it.for(['xcap lists --help', 'xcap help lists'])('is printed by %s', async (line, { world }) => {
    const found = commands.find(({ entry }) => entry.name === 'lists');
    expect(await world.sh(line)).toEqual({
      status: 0,
      stdout: `${found && commandHelp('xcap', found.command, found.entry.summary)}\n`,
      stderr: '',
    });
  });

  const examples = commands.flatMap(({ command }) => command.examples);
  it.for(examples)('$line', async ({ line }, { world }) => {
    await Promise.all([
      world.write('new.xml', EDITED),
      world.write('contacts.csv', 'list,uri,name\nfriends,sip:new@example.com,New\n'),
      world.write('contacts.vcf', 'BEGIN:VCARD\nVERSION:4.0\nFN:New\nIMPP:sip:new@example.com\nEND:VCARD\n'),
      world.write('jobs.jsonl', '{"add":"team"}\n{"allow":"bob@example.com"}\n'),
      world.write('rules.xml', RULES),
      world.write('services.xml', servicesOn(world.root)),
      world.write('notify-1.xml', '<xcap-diff xmlns="urn:ietf:params:xml:ns:xcap-diff" xcap-root="https://x/"/>'),
    ]);
    if (/rules|services|cp|-a bob/.test(line))
      await world.store([presRules, RULES], [rlsServices, servicesOn(world.root)]);
    if (line.startsWith('xcap ut')) await world.store([simservs, SUBSCRIBER]);
    // On a busy machine, a program may need more than three seconds to start.
    const patient = line.replace('--signal=INT 3 ', '--signal=INT 30 ');
    const { status, stdout, stderr } = await world.sh(patient, { EDITOR: 'sed -i s/Bob/Robert/' });
    expect(status, stderr + stdout).toBe(0);
  });
});

it('the overview names every command', async ({ world }) => {
  const { status, stdout } = await world.sh('xcap --help');
  expect(status).toBe(0);
  for (const { name, summary } of catalogue) expect(stdout).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'));
});

it('docs/cli.md says what --help says', async () => {
  const page = await referencePage();
  if (process.env['UPDATE_DOCS']) await (await import('node:fs/promises')).writeFile('docs/cli.md', page);
  expect(await readFile('docs/cli.md', 'utf8')).toBe(page);
});

it('--version is that of the package', async ({ world }) => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8'));
  expect((await world.sh('xcap --version')).stdout).toBe(`${version}\n`);
});
