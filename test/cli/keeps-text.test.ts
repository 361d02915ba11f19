import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { presRules } from '../../src/documents/usages/pres-rules/usage.ts';
import { FRIENDS, has, it, type World } from './support/world.ts';

/** The lists on the server. */
const saved = (world: World): Promise<string> => world.stored();
/** The file that a message names. */
const keptIn = (stderr: string): string => /your text is in (\S+\.xml)\./.exec(stderr)?.[1] ?? '';

describe.concurrent('edit keeps the text', () => {
  it('with --dry-run, in a private file that --resume sends later', async ({ world }) => {
    const { status, stdout, stderr } = await world.sh('xcap edit --dry-run', { EDITOR: 'sed -i s/Bob/Robert/' });
    const file = keptIn(stderr);
    expect(status).toBe(0);
    expect(stdout).toContain('PUT ');
    expect(await readFile(file, 'utf8')).toContain('Robert');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(file, '..'))).mode & 0o777).toBe(0o700);
    expect(await saved(world)).toBe(FRIENDS);
    const resumed = await world.sh(`xcap edit --resume ${file}`, { EDITOR: 'true' });
    expect(resumed.status, resumed.stderr).toBe(0);
    expect(await saved(world)).toBe(FRIENDS.replace('Bob<', 'Robert<'));
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('when the editor fails, and names the file', async ({ world }) => {
    await world.write('editor', '#!/bin/sh\nsed -i s/Bob/Robert/ "$1"; exit 3\n');
    const { status, stderr } = await world.sh('chmod +x editor; xcap edit', { EDITOR: './editor' });
    expect(status).toBe(1);
    expect(await readFile(keptIn(stderr), 'utf8')).toContain('Robert');
  });

  it('that was refused; --resume corrects it and merges what others wrote since', async ({ world }) => {
    const refused = await world.sh('xcap edit', {
      EDITOR: `sed -i -e s/Bob/Robert/ -e s/uri=.sip:dave/ur=\\"sip:dave/`,
    });
    expect(refused.status).toBe(1);
    const file = keptIn(refused.stderr);
    await world.sh('xcap lists add -q friends other@example.com');
    const { status, stderr } = await world.sh(`xcap edit --resume ${file}`, { EDITOR: 'sed -i s/ur=/uri=/' });
    expect(status, stderr).toBe(0);
    expect(await saved(world)).toMatch(/Robert[\s\S]*other@example\.com/);
  });

  it('of both sides of a conflict: the editor opens again with both versions, and the decision is saved', async ({
    world,
  }) => {
    await world.write(
      'editor',
      `#!/bin/sh
if grep -q '<<<<<<< yours' "$1"; then
  cp "$1" marked
  sed -i -e '/^<<<<<<< yours$/d' -e '/^=======$/,/^>>>>>>> others$/d' "$1"
else
  xcap lists rename -q friends bob@example.com Theirs; xcap lists add -q friends other@example.com
  sed -i s/Bob/Mine/ "$1"
fi
`,
    );
    const { status, stderr } = await world.sh('chmod +x editor; xcap edit', { EDITOR: './editor' });
    expect(status, stderr).toBe(0);
    expect(await saved(world)).toMatch(/>Mine<[\s\S]*other@example\.com/);
    const marked = await readFile(join(world.folder, 'marked'), 'utf8');
    expect(marked).toMatch(/^<<<<<<< yours\n.*>Mine<.*\n=======\n.*>Theirs<.*\n>>>>>>> others$/m);
  });

  it('of a conflict that is not decided', async ({ world }) => {
    await world.write(
      'editor',
      '#!/bin/sh\nxcap lists rename -q friends bob@example.com Theirs\nsed -i s/Bob/Mine/ "$1"\n',
    );
    const { status, stderr } = await world.sh('chmod +x editor; xcap edit', { EDITOR: './editor' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/you have .*Mine.*others have .*Theirs/);
    expect(await readFile(keptIn(stderr), 'utf8')).toContain('Mine');
    expect(await saved(world)).toContain('Theirs');
    const again = await world.sh(`xcap edit --resume ${keptIn(stderr)}`, { EDITOR: 'true' });
    expect(again).toMatchObject({ status: 1, stderr: expect.stringContaining('still has conflict markers') });
  });
});

describe.concurrent('-o', () => {
  it('of xcap get is written only when the request succeeds', async ({ world }) => {
    await world.write('kept', 'as it was');
    const { status, stderr } = await world.sh('xcap get -o kept /resource-lists/list[9]');
    expect(status).toBe(3);
    expect(stderr).toContain('404 Not Found');
    expect(await readFile(join(world.folder, 'kept'), 'utf8')).toBe('as it was');
  });

  it('replaces a file as a whole and keeps its permissions', async ({ world }) => {
    await world.write('kept', 'as it was');
    const { status } = await world.sh(
      'chmod 640 kept; xcap get -q -o kept --app resource-lists && xcap export -q -o new',
    );
    expect(status).toBe(0);
    expect(await readFile(join(world.folder, 'kept'), 'utf8')).toBe(FRIENDS);
    expect((await stat(join(world.folder, 'kept'))).mode & 0o777).toBe(0o640);
    expect((await readdir(world.folder)).sort()).toEqual(['friends.xml', 'kept', 'new']);
  });

  it('of a folder that cannot be written is one sentence, and nothing is lost', async ({ world }) => {
    await mkdir(join(world.folder, 'dir'));
    for (const file of ['dir', 'no/such/file', '/dev/full']) {
      const { status, stderr } = await world.sh(`xcap export -o ${file}`);
      expect(stderr).toMatch(
        /^\S+ cannot be written \((?:it is a directory|no such file|the disk is full)\); name another file with -o\.\n$/,
      );
      expect(status).toBe(1);
    }
  });
});

describe.concurrent('a full disk', () => {
  it('behind standard output is one sentence and status 1', async ({ world }) => {
    const { status, stderr } = await world.sh('xcap lists > /dev/full');
    expect(stderr).toBe('The output cannot be written (the disk is full).\n');
    expect(status).toBe(1);
  });
});

describe.concurrent('exit statuses', () => {
  it.for([
    ['xcap validate bad.xml', 1],
    ['xcap diff friends.xml bad.xml --exit-code', 1],
    ['xcap diff friends.xml bad.xml', 0],
    ['xcap diff friends.xml friends.xml --exit-code', 0],
    ['xcap diff friends.xml bad.xml --json --exit-code', 1],
    ['xcap rules lint', 1],
    ['xcap get /resource-lists/list[9]', 3],
    ['xcap lists', 0],
  ] as const)('%s ends with %s, in a pipe that is closed at once, too', async ([line, expected], { world }) => {
    await world.write('bad.xml', FRIENDS.replace('uri="sip:dave', 'ur="sip:dave'));
    await world.store([
      presRules,
      '<ruleset xmlns="urn:ietf:params:xml:ns:common-policy"><rule id="x"><conditions/></rule></ruleset>',
    ]);
    expect((await world.sh(line)).status).toBe(expected);
    expect((await world.sh(`set -o pipefail; ${line} 2>&1 | true; echo \${PIPESTATUS[0]}`)).stdout).toBe(
      `${expected}\n`,
    );
  });
});

describe.concurrent('diff', () => {
  it('shows the old and the new value', async ({ world }) => {
    await world.write(
      'new.xml',
      FRIENDS.replace('Bob<', 'Robert<').replace('<list name="close friends">', '<list name="close friends" x="1">'),
    );
    expect((await world.sh('xcap diff friends.xml new.xml')).stdout).toMatch(/^~ .*display-name {2}Bob -> Robert$/m);
    await world.write('less.xml', FRIENDS.replace(/<entry uri="sip:dave.*?\/>/, ''));
    expect((await world.sh('xcap diff friends.xml less.xml')).stdout).toMatch(
      /^- .* {2}<entry uri="sip:dave@example.com"\/>$/m,
    );
  });
});

describe.concurrent('provision', () => {
  it('summarizes thousands of bad lines, and has a sample line in its help', async ({ world }) => {
    await world.write('jobs.jsonl', '{"adds":"x"}\n'.repeat(2000));
    const { status, stderr } = await world.sh('xcap provision jobs.jsonl');
    expect(stderr.split('\n')).toHaveLength(23);
    expect(stderr).toContain('and 1980 more lines like these\nNothing was sent: 2000 lines are wrong');
    expect(status).toBe(1);
    const help = (await world.sh('xcap provision --help')).stdout.replace(/\s+/g, ' ');
    const sample = /\{"user".*?\}/.exec(help)?.[0] ?? '';
    expect(JSON.parse(sample)).toMatchObject({ add: 'friends' });
    await world.write('sample.jsonl', `${sample}\n`);
    expect((await world.sh('xcap provision sample.jsonl')).status).toBe(0);
  });

  it.skipIf(!has('python3'))(
    'shows the rate and the time left, within the width of the terminal',
    async ({ world }) => {
      await world.write('jobs.jsonl', Array.from({ length: 40 }, (_, index) => `{"add":"l${index}"}\n`).join(''));
      const command = ['bash', '-c', 'xcap provision jobs.jsonl; rm jobs.jsonl.done'];
      const narrow = await world.terminal(command, [], {}, 30);
      const drawn = narrow.output.split(/\r|\n/).map((line) => line.replace('\u001b[K', ''));
      const bars = drawn.filter((line) => /\d+\/40/.test(line));
      expect(bars.length).toBeGreaterThan(1);
      expect(bars.filter((line) => line.length > 29)).toEqual([]);
      const wide = await world.terminal(command, []);
      expect(wide.output).toMatch(/\/40, [\d.]+\/s, \d+:\d\d left/);
      expect(wide.output).toMatch(/\[#{30}\] 40\/40/);
    },
  );
});

describe.concurrent('help', () => {
  it.skipIf(!has('python3'))('fits into a narrow terminal', async ({ world }) => {
    const { output } = await world.terminal(['xcap', 'lists', '--help'], [], {}, 40);
    const prose = output.split('\r\n').filter((line) => /^ {8}\S/.test(line));
    expect(prose.length).toBeGreaterThan(10);
    expect(prose.filter((line) => line.length > 40 && line.trim().includes(' '))).toEqual([]);
  });
});
