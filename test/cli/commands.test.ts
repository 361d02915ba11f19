import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect } from 'vitest';
import { startHttpServer } from '../support/http-server.ts';
import { FRIENDS, it, type World } from './support/world.ts';

/** The lists on the server. */
const saved = (world: World): Promise<string> => world.stored();

describe.concurrent('lists', () => {
  it('shows a tree with names, URIs and selectors that work', async ({ world }) => {
    const { stdout } = await world.sh('xcap lists');
    expect(stdout).toBe(
      [
        'friends (Friends)  /resource-lists/list[@name="friends"]',
        '├── Bob  sip:bob@example.com  /resource-lists/list[@name="friends"]/entry[@uri="sip:bob@example.com"]',
        `├── Cärol O'Neil  sip:carol@example.com  /resource-lists/list[@name="friends"]/entry[@uri="sip:carol@example.com"]`,
        '└── close friends  /resource-lists/list[@name="friends"]/list[@name="close friends"]',
        '    └── sip:dave@example.com  /resource-lists/list[@name="friends"]/list[@name="close friends"]/entry[@uri="sip:dave@example.com"]',
        '',
      ].join('\n'),
    );
    const data = JSON.parse((await world.sh('xcap lists --json')).stdout);
    expect((await world.sh(`xcap get '${data.lists[0].entries[0].selector}'`)).status).toBe(0);
  });

  it('add, rename, move and remove change what they say and nothing else', async ({ world }) => {
    const lines = [
      'add friends erin@example.com --name Erin',
      'add work',
      'rename friends bob@example.com Bobby',
      'move friends carol@example.com work',
      'remove "friends/close friends" dave@example.com',
    ];
    const { status, stderr } = await world.sh(lines.map((line) => `xcap lists ${line}`).join(' && '));
    expect(status, stderr).toBe(0);
    const text = await saved(world);
    expect(text).toContain('<entry uri="sip:erin@example.com"><display-name>Erin</display-name></entry>');
    expect(text).toContain('>Bobby<');
    expect(text.indexOf('Cärol')).toBeGreaterThan(text.indexOf('name="work"'));
    expect(text).not.toContain('dave');
  });

  it('--dry-run prints the request and sends nothing', async ({ world }) => {
    const whole = await world.sh('xcap lists add work --dry-run');
    expect(whole.stdout).toMatch(
      /^PUT \S+\/index {2}\(document write\)\nContent-Type: application\/resource-lists\+xml\n/,
    );
    const node = JSON.parse((await world.sh('xcap lists add work --dry-run --strategy nodes --json')).stdout);
    expect(node).toMatchObject([{ method: 'PUT', writes: 'node', body: '<list name="work"></list>' }]);
    expect(await saved(world)).toBe(FRIENDS);
  });
});

describe.concurrent('rules', () => {
  it('of a user are shown, given and explained', async ({ world }) => {
    const given = await world.sh(
      'xcap rules allow bob@example.com && xcap rules polite-block example.net && xcap rules confirm carol@example.com && xcap rules block sip:mallory@example.com',
    );
    expect(given.status, given.stderr).toBe(0);
    const { stdout } = await world.sh('xcap rules');
    expect(stdout).toMatch(/^RULE +HANDLING +WHO AND WHEN +SHOWS\n/);
    expect(stdout).toMatch(/allow +sip:bob@example\.com/);
    expect(stdout).toMatch(/polite-block +everybody of example\.net/);
    expect((await world.sh('xcap rules decide bob@example.com')).stdout).toMatch(
      /^sip:bob@example\.com: allow, .*\n {2}rule \S+ matches: allow\n/,
    );
    expect(JSON.parse((await world.sh('xcap rules decide eve@example.org --json')).stdout)).toMatchObject({
      subHandling: 'block',
      matched: [],
    });
    expect(JSON.parse((await world.sh('xcap rules --json')).stdout).rules).toHaveLength(4);
  });

  it('spheres and times are asked about', async ({ world }) => {
    await world.write(
      'rules.xml',
      `<ruleset xmlns="urn:ietf:params:xml:ns:common-policy" xmlns:pr="urn:ietf:params:xml:ns:pres-rules"><rule id="w"><conditions><identity><one id="sip:bob@example.com"/></identity><sphere value="work"/></conditions><actions><pr:sub-handling>allow</pr:sub-handling></actions></rule></ruleset>`,
    );
    await world.sh('xcap put -q -i rules.xml');
    const ask = async (more: string) =>
      JSON.parse((await world.sh(`xcap rules decide bob@example.com --json ${more}`)).stdout).subHandling;
    expect([await ask(''), await ask('--sphere work --at 2026-01-01T00:00:00Z')]).toEqual(['block', 'allow']);
  });

  it('lint warns, with status 1', async ({ world }) => {
    await world.write(
      'rules.xml',
      '<ruleset xmlns="urn:ietf:params:xml:ns:common-policy"><rule id="empty"><conditions/></rule></ruleset>',
    );
    await world.sh('xcap put -q -i rules.xml');
    const { status, stdout } = await world.sh('xcap rules lint');
    expect(stdout).not.toBe('');
    expect(status).toBe(1);
  });
});

describe.concurrent('edit', () => {
  it('sends what the editor wrote', async ({ world }) => {
    const { status, stderr } = await world.sh('xcap edit', { EDITOR: 'sed -i s/Bob/Bobby/' });
    expect([status, await saved(world)]).toEqual([0, FRIENDS.replace('Bob<', 'Bobby<')]);
    expect(stderr).toContain('saved http');
  });

  it('sends nothing when nothing was changed, or the editor failed', async ({ world }) => {
    expect((await world.sh('xcap edit', { EDITOR: 'true' })).stderr).toContain('Nothing was changed.');
    const { status, stderr } = await world.sh('xcap edit', { EDITOR: 'false' });
    expect([status, stderr]).toEqual([1, expect.stringContaining('nothing was sent')]);
  });

  it.for([
    ['not well-formed', "'s/<list/<lis/'", 'It is not a resource-lists document: line'],
    ['invalid', 's/uri=/ur=/', 'did you mean "uri"?'],
  ])('keeps what is %s in a file that it names', async ([, script, message], { world }) => {
    const { status, stderr } = await world.sh('xcap edit', { EDITOR: `sed -i ${script}` });
    expect(stderr).toContain(message);
    expect(status).toBe(1);
    expect(await saved(world)).toBe(FRIENDS);
  });

  it('merges with what others changed meanwhile, and tells of contradictions', async ({ world }) => {
    await world.write('editor', '#!/bin/sh\nxcap lists add -q friends other@example.com\nsed -i s/Bob/Bobby/ "$1"\n');
    const { status, stderr } = await world.sh('chmod +x editor; xcap edit', { EDITOR: './editor' });
    expect([status, stderr]).toEqual([0, expect.stringContaining('merged with the changes of others')]);
    expect(await saved(world)).toMatch(/Bobby[\s\S]*other@example\.com/);
    await world.write(
      'editor',
      '#!/bin/sh\nxcap lists rename -q friends bob@example.com Theirs\nsed -i s/Bobby/Mine/ "$1"\n',
    );
    const second = await world.sh('xcap edit', { EDITOR: './editor' });
    expect(second.status).toBe(1);
    expect(second.stderr).toMatch(/Mine.*Theirs/);
    expect(await saved(world)).toContain('Theirs');
  });
});

describe.concurrent('diff and validate', () => {
  it('diff shows what would be added, removed and changed', async ({ world }) => {
    await world.write(
      'new.xml',
      FRIENDS.replace('Bob<', 'Bobby<')
        .replace(/<entry uri="sip:dave.*?\/>/, '')
        .replace('</resource-lists>', '<list name="new"></list></resource-lists>'),
    );
    const { stdout } = await world.sh('xcap diff new.xml');
    const marks = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line[0]);
    expect(marks.sort()).toEqual(['+', '-', '~']);
    expect((await world.sh('xcap diff friends.xml new.xml')).stdout).toBe(stdout);
    expect((await world.sh('xcap diff friends.xml')).stdout).toBe('No differences.\n');
    const operations = JSON.parse((await world.sh('xcap diff --json new.xml')).stdout);
    expect(operations[0]).toMatchObject({
      method: expect.stringMatching(/^(PUT|DELETE)$/),
      selector: expect.stringMatching(/^\/resource-lists/),
    });
  });

  it('validate tells what is wrong where, with status 1', async ({ world }) => {
    await world.write('bad.xml', FRIENDS.replace('uri="sip:dave', 'ur="sip:dave'));
    const { status, stdout } = await world.sh('xcap validate bad.xml');
    expect(stdout).toMatch(/^bad\.xml: .*entry: required-attribute: <entry> lacks the attribute "uri"; add it\n/);
    expect(status).toBe(1);
    expect((await world.sh('xcap validate')).stdout).toBe('It is valid.\n');
  });
});

describe.concurrent('the server', () => {
  it('caps and ls show what it has', async ({ world }) => {
    expect((await world.sh('xcap caps')).stdout).toMatch(/^Application usages\n {2}resource-lists\n/);
    expect(JSON.parse((await world.sh('xcap caps --json')).stdout).auids).toContain('pres-rules');
    expect((await world.sh('xcap ls')).stdout).toMatch(
      /^APPLICATION .*\nresource-lists +\d+ +"[^"]+" +http.*\/index\n$/,
    );
  });

  it('ls asks one by one where there is no directory', async ({ world }) => {
    await using server = await startHttpServer(({ target }, response) => {
      response.writeHead(target.startsWith('/rls-services/') ? 200 : 404).end('<x/>');
    });
    const { stdout, stderr } = await world.sh(`xcap ls --json --xcap-root ${server.origin}`);
    expect(stderr).toContain('The server has no xcap-directory');
    expect(JSON.parse(stdout)).toMatchObject([{ auid: 'rls-services', size: 4 }]);
  });

  it('doctor reports, and saves a profile that commands take', async ({ world }) => {
    const { status, stdout } = await world.sh('xcap doctor --save server.json');
    expect([status, stdout]).toEqual([0, expect.stringContaining('If-Match holds')]);
    expect((await world.sh('xcap lists add work --profile server.json')).status).toBe(0);
    expect((await world.sh('xcap lists --profile friends.xml')).stderr).toContain('is not a server profile');
  });

  it('doctor --read-only writes nothing, and lists what it has not checked', async ({ world }) => {
    const { status, stdout, stderr } = await world.sh(
      'xcap lists add work && xcap doctor --read-only --app resource-lists --verbose',
    );
    expect([status, stdout]).toEqual([0, expect.stringMatching(/\?\? +not checked: If-Match holds/)]);
    expect(stderr.split('\n').filter((line) => /DELETE|PUT .*xcap-probe/.test(line))).toEqual([]);
    const missing = await world.sh('xcap doctor --read-only --filename absent');
    expect([missing.status, missing.stderr]).toEqual([3, expect.stringContaining('absent')]);
  });

  it('serve reads users from a file, and serves https with a quirk', async ({ world }) => {
    const tls = resolve('test/cli/tls');
    const { stdout } = await world.sh(
      `printf '# users\\na@b.c:pw\\n' > users; mkfifo root; xcap serve --port 0 -q --users users --quirks openxcap --algorithm MD5 --cert ${tls}/server.pem --key ${tls}/server-key.pem > root & read url < root; echo $url; xcap caps --xcap-root $url --ca ${tls}/ca.pem | head -3; kill -INT %1; wait %1; echo $?`,
    );
    expect(stdout).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/xcap-root\n/);
    expect(stdout).toContain('dialog-rules');
    expect(stdout).toMatch(/\n0\n$/);
  });

  it.for([
    { options: '--quirks nonsense', message: "option --quirks: no quirk 'nonsense'" },
    { options: '--algorithm SHA-1', message: "option --algorithm: invalid choice: 'SHA-1'" },
    { options: '--compat nonsense', message: "option --compat: invalid choice: 'nonsense'" },
    { options: '--cert x.pem', message: 'https needs --cert and --key' },
    { options: '--users none', message: 'none cannot be read (no such file)' },
    { options: '--user a@b.c:pw --auth basic --host 0.0.0.0', message: 'basic' },
    { options: '--cors nonsense', message: '"nonsense" is not an origin' },
  ])('serve refuses $options', async ({ options, message }, { world }) => {
    const { status, stderr } = await world.sh(`xcap serve --port 0 ${options}`);
    expect(stderr).toContain(message);
    expect(status).not.toBe(0);
  });

  it('serve serves until it is interrupted', async ({ world }) => {
    const { stdout, status } = await world.sh(
      'mkfifo root; xcap serve --port 0 -q --user a@b.c:pw --store kept > root & read url < root; xcap put -q -i friends.xml --xcap-root $url --sip-address a@b.c -p pw; xcap lists --xcap-root $url --sip-address a@b.c -p pw | head -1; kill -INT %1; wait %1; echo $?; ls kept',
    );
    expect(stdout).toMatch(/^friends [^\n]*\n0\nresource-lists\n/);
    expect(status).toBe(0);
  });

  it('cp copies between accounts and overwrites only when told to', async ({ world }) => {
    expect((await world.sh('xcap cp --app resource-lists @ @bob')).status).toBe(0);
    expect((await world.sh('xcap get -q --app resource-lists -a bob')).stdout).toBe(FRIENDS);
    const again = await world.sh('xcap cp @ @bob');
    expect([again.status, again.stderr]).toEqual([3, expect.stringContaining('overwrite it with --force')]);
    expect((await world.sh('xcap cp --force @ @bob')).status).toBe(0);
  });

  it('watch prints a line for each change', async ({ world }) => {
    const { stdout, status } = await world.sh(
      'mkfifo said; xcap watch --json --interval 0.05 > said 2> begun & exec 3< said; until grep -q etag begun; do sleep 0.05; done; xcap lists add -q work; read -r line <&3; echo "$line"; kill -INT %1; wait %1',
    );
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'added', selector: '/resource-lists/list[@name="work"]' });
    expect(status).toBe(0);
  });
});

describe.concurrent('import and export', () => {
  it.for([
    ['csv', 'buddies.csv'],
    ['vcard', 'buddies.vcf'],
  ])('%s that was exported is imported to the same lists', async ([, file], { world }) => {
    await world.sh(
      `xcap lists add -q friends 'sip:q@x' --name 'a "quoted", name;\\'; xcap export -q -o ${file}; xcap export -q --json > before`,
    );
    await world.sh(`xcap delete -q --app resource-lists; xcap import -q ${file}; xcap export --json > after`);
    const [before, after] = await Promise.all(
      ['before', 'after'].map((name) => readFile(join(world.folder, name), 'utf8')),
    );
    expect(JSON.parse(after ?? '')).toEqual(JSON.parse(before ?? '[]'));
    expect(JSON.parse(after ?? '')).toHaveLength(4);
  });

  it('a file with bad rows is refused as a whole, each row told', async ({ world }) => {
    await world.write('bad.csv', 'list,uri,name\nfriends,sip:ok@x,Ok\nfriends,not a uri,X\nfriends,,Y\na,b@c,d,e\n');
    const { status, stderr } = await world.sh('xcap import bad.csv');
    expect(stderr).toBe(
      "bad.csv, line 3: X: 'not a uri' is not a URI such as sip:bob@example.com\nbad.csv, line 4: Y: there is no URI (impp)\nbad.csv, line 5: there are 4 fields, but 3 columns\nNothing was imported: 3 contacts cannot be; correct the file, or skip them with --skip-invalid.\n",
    );
    expect(status).toBe(1);
    expect(await saved(world)).toBe(FRIENDS);
  });

  it.for([
    ['empty.csv', '', 'it is empty'],
    ['page.csv', '<!doctype html><title>Sign in</title>\n', 'none of them is a known column'],
    ['quote.csv', 'uri,name\nsip:a@x,"A\nsip:b@x,B\n', 'a quoted field does not end'],
    ['words.vcf', 'no card\n', 'outside of any card'],
    ['cut.vcf', 'BEGIN:VCARD\nFN:A\n', 'the card does not end'],
  ] as const)(
    'a file of which nothing can be read is refused, with --skip-invalid too: %s',
    async ([name, text, problem], { world }) => {
      await world.write(name, text);
      const { status, stderr } = await world.sh(`xcap import ${name} --skip-invalid`);
      expect(stderr).toContain(problem);
      expect(stderr).toContain(`Nothing was imported: ${name} cannot be read`);
      expect([status, await world.stored()]).toEqual([1, FRIENDS]);
    },
  );

  it('a name with a character that XML forbids is reported with its line, or skipped', async ({ world }) => {
    await world.write('bad.csv', 'uri,name\nsip:a@x,A\0B\nsip:b@x,B\n');
    const { status, stderr } = await world.sh('xcap import bad.csv');
    expect(stderr).toMatch(/^bad\.csv, line 2: A\\x00B: it contains U\+0000, a character that XML forbids/);
    expect(status).toBe(1);
    expect((await world.sh('xcap import bad.csv --skip-invalid')).stderr).toContain('1 added, 0 renamed');
  });

  it('a vCard that is broken is told with its line', async ({ world }) => {
    const { status, stderr } = await world.feed(
      'BEGIN:VCARD\nFN:Ann\nEND:VCARD\nBEGIN:VCARD\n',
      'xcap import --format vcard',
    );
    expect(stderr).toContain('<stdin>, line 1: Ann: there is no URI (impp)');
    expect(stderr).toContain('<stdin>, line 4: the card does not end');
    expect(status).toBe(1);
  });
});

describe.concurrent('provision', () => {
  it('runs jobs of many users, tells failures, and goes on where it ended', async ({ world }) => {
    await world.write(
      'jobs.jsonl',
      '{"id":"a","add":"team"}\n{"add":"team","uri":"zoe@example.com"}\n{"user":"bob@example.com","add":"x"}\n{"allow":"example.net"}\n',
    );
    const { status, stderr } = await world.sh('xcap provision jobs.jsonl');
    expect(stderr).toMatch(/^line 3 \(sip:bob@example\.com\): .*403/);
    expect(stderr).toContain('3 done, 1 failed, 0 done before, 0 not begun');
    expect(status).toBe(1);
    expect((await world.sh('xcap provision jobs.jsonl')).stderr).toContain('0 done, 1 failed, 3 done before');
    expect(await saved(world)).toContain('zoe@example.com');
  });

  it('runs jobs with passwords of their users, in the lines or in a file, and keeps no password', async ({ world }) => {
    await world.write('users', "bob@example.com:bob's\n");
    await world.write('jobs.jsonl', '{"user":"bob@example.com","add":"x"}\n{"add":"y"}\n');
    expect((await world.sh('xcap provision jobs.jsonl --users users')).stderr).toContain('2 done, 0 failed');
    await world.write('more.jsonl', '{"user":"bob@example.com","password":"bob\'s","add":"z"}\n');
    const { stderr } = await world.sh('xcap provision more.jsonl --dry-run && xcap provision more.jsonl');
    expect(stderr).toContain('1 done, 0 failed');
    await world.write('more.jsonl', '{"user":"bob@example.com","username":"bob","password":"changed","add":"z"}\n');
    expect((await world.sh('xcap provision more.jsonl; cat *.done')).stderr).toContain('1 done before');
    expect((await world.sh('cat *.done')).stdout).not.toMatch(/bob's|changed/);
  });

  it('knows jobs by their content, wherever their lines are', async ({ world }) => {
    await world.write('jobs.jsonl', '{"add":"team"}\n{"id":"b","add":"staff"}\n');
    await world.sh('xcap provision jobs.jsonl');
    await world.write(
      'jobs.jsonl',
      '{"add":"new"}\n{"id":"b","add":"crew"}\n{"user":"alice@example.com","id":"c","add":"staff"}\n{ "user": "sip:alice@example.com", "add": "team" }\n',
    );
    expect((await world.sh('xcap provision jobs.jsonl')).stderr).toContain('3 done, 0 failed, 1 done before');
    expect(await saved(world)).toMatch(/new[\s\S]*crew/);
  });

  it('refuses a job that is there twice, with its line', async ({ world }) => {
    await world.write('jobs.jsonl', '{"add":"a"}\n{"add":"b"}\n{"add":"a","user":"alice@example.com"}\n');
    const { status, stderr } = await world.sh('xcap provision jobs.jsonl');
    expect(stderr).toMatch(/line 3: line 1 is the same job; .*give each an id\nNothing was sent/);
    expect([status, await saved(world)]).toEqual([1, FRIENDS]);
  });

  it('takes users that are no SIP URI, and the prefixes of the application', async ({ world }) => {
    await world.write(
      'jobs.jsonl',
      '{"app":"pres-rules","delete":"/cr:ruleset/cr:rule[@id=\\"a\\"]"}\n{"xui":"mcptt_1","add":"x"}\n',
    );
    const { stdout, stderr } = await world.sh('xcap provision jobs.jsonl --dry-run');
    expect(stderr).toContain('2 would be done, 0 would fail');
    expect(stdout.match(/^PUT .*$/gm)).toEqual([
      `PUT ${world.root}/resource-lists/users/mcptt_1/index  (document write)`,
    ]);
  });

  it('shows in a dry run what a run would send, and sends none of it', async ({ world }) => {
    await world.write('jobs.jsonl', '{"add":"old"}\n');
    await world.sh('xcap provision jobs.jsonl');
    const before = await saved(world);
    const journal = await world.sh('cat jobs.jsonl.done');
    await world.write(
      'jobs.jsonl',
      '{"add":"old"}\n{"add":"team"}\n{"add":"team","uri":"zoe@example.com"}\n{"id":"again","add":"team"}\n',
    );
    const { status, stdout, stderr } = await world.sh('xcap provision jobs.jsonl --dry-run --json');
    const requests: { method: string; body: string }[] = JSON.parse(stdout);
    expect(stderr).toContain('3 would be done, 0 would fail, 1 done before');
    expect([status, requests.map(({ method }) => method)]).toEqual([0, ['PUT', 'PUT']]);
    expect([await saved(world), (await world.sh('cat jobs.jsonl.done')).stdout]).toEqual([before, journal.stdout]);
    await world.sh('xcap provision jobs.jsonl');
    expect(await saved(world)).toBe(requests[1]?.body);
  });

  it('runs the jobs of a document in the order of the file', async ({ world }) => {
    await world.write(
      'jobs.jsonl',
      '{"add":"team"}\n{"add":"team","uri":"a@example.com"}\n{"allow":"a@example.com"}\n{"id":"2","remove":"team"}\n{"block":"a@example.com"}\n',
    );
    const { status, stderr } = await world.sh('xcap provision jobs.jsonl --concurrency 4');
    expect([status, stderr]).toEqual([0, expect.stringContaining('5 done, 0 failed')]);
    expect(await saved(world)).not.toContain('team');
    expect((await world.sh('xcap rules decide a@example.com')).stdout).toContain('block');
  });

  it('refuses a document name that no URI can hold, with its line', async ({ world }) => {
    await world.write('jobs.jsonl', '{"add":"team"}\n{"document":"..","add":"x"}\n');
    const { status, stderr } = await world.sh('xcap provision jobs.jsonl');
    expect(stderr).toMatch(/^jobs\.jsonl, line 2: .*\nNothing was sent/);
    expect([status, await saved(world)]).toEqual([1, FRIENDS]);
  });

  it('checks the whole file first', async ({ world }) => {
    await world.write('jobs.jsonl', '{"add":"team"}\n{"adds":"x"}\nwords\n{"put":"<x/>"}\n');
    const { status, stderr } = await world.sh('xcap provision jobs.jsonl');
    expect(stderr).toMatch(
      /line 2: .*"adds"; did you mean add\?\n.*line 3: it is not JSON.*\n.*line 4: .*\nNothing was sent/,
    );
    expect(status).toBe(1);
    expect(await saved(world)).toBe(FRIENDS);
  });
});
