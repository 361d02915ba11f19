import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { startHttpServer } from '../support/http-server.ts';
import { FRIENDS, it } from './support/world.ts';

const INDEX = 'resource-lists/users/sip:alice@example.com/index';
const BOB = '/resource-lists/list[@name="friends"]/entry[@uri="sip:bob@example.com"]';

describe.concurrent('what goes to which stream, and with which status', () => {
  it('a get says url, etag, type and length on stderr, and the body alone on stdout', async ({ world }) => {
    const { status, stdout, stderr } = await world.sh('xcapclient get --app resource-lists');
    expect(stdout).toBe(FRIENDS);
    expect(stderr).toMatch(
      new RegExp(
        `^get ${world.root}/${INDEX}\netag: "[^"]+"\ncontent-type: application/resource-lists\\+xml\ncontent-length: ${Buffer.byteLength(FRIENDS)}\n\n$`,
      ),
    );
    expect(status).toBe(0);
  });

  it('a put says its status and the new etag', async ({ world }) => {
    const { status, stdout, stderr } = await world.sh('xcapclient put --filename other -i friends.xml');
    expect([status, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^put .*\/other\n201 Created\netag: "[^"]+"\n$/);
  });

  it('any other status ends with 3, the body on stdout', async ({ world }) => {
    const { status, stdout, stderr } = await world.sh('xcapclient get /resource-lists/list[9]');
    expect(status).toBe(3);
    expect(stderr).toContain('404 Not Found\ncontent-type: ');
    expect(stdout).not.toBe('');
  });

  it('actions are read in any letter case', async ({ world }) => {
    const { stderr } = await world.sh(`xcapclient GET '${BOB}'`);
    expect(stderr).toMatch(/^get http/);
  });

  it('-o takes the body, of failures, too', async ({ world }) => {
    const { status, stdout, stderr } = await world.sh(
      `xcapclient -o bob.xml get '${BOB}'; xcapclient get -o no '${BOB}/x'`,
    );
    expect(stdout).toBe('');
    expect(stderr).toContain('\n73 bytes saved to bob.xml\n');
    expect(await readFile(join(world.folder, 'bob.xml'), 'utf8')).toContain('Bob</display-name>');
    expect((await stat(join(world.folder, 'no'))).size).toBeGreaterThan(0);
    expect(status).toBe(3);
  });

  it('a 409 is explained in one more line', async ({ world }) => {
    const { status, stdout, stderr } = await world.feed(
      '<entry uri="sip:x@y"/>',
      `xcapclient put '/resource-lists/list[@name="no"]/entry[@uri="sip:x@y"]'`,
    );
    expect(status).toBe(3);
    expect(stdout).toContain('<no-parent');
    expect(stderr).toMatch(/\n409: no-parent: .*put the parent first.*\n$/);
  });
});

describe.concurrent('the five actions', () => {
  it('put, get and delete work on an attribute, with its quotes as RFC 4825 has them', async ({ world }) => {
    const put = await world.feed('"sip:robert@example.com"', `xcapclient put '/resource-lists/list/entry[1]/@uri'`);
    const { stdout } = await world.sh(`xcapclient get '/resource-lists/list/entry[1]/@uri'`);
    expect([put.status, stdout]).toEqual([0, '"sip:robert@example.com"']);
    expect((await world.sh(`xcapclient delete '${BOB}'`)).status).toBe(3);
    expect((await world.sh(`xcapclient delete '/resource-lists/list/entry[2]'`)).status).toBe(0);
  });

  it('namespace bindings can be asked for', async ({ world }) => {
    const { stderr } = await world.sh(`xcapclient get '/resource-lists/namespace::*'`);
    expect(stderr).toContain('content-type: application/xcap-ns+xml');
  });

  it('insert creates once and never overwrites', async ({ world }) => {
    const insert = (name: string) =>
      world.feed(
        `<entry uri="sip:new@x"><display-name>${name}</display-name></entry>`,
        `xcapclient insert '/resource-lists/list/entry[@uri="sip:new@x"]'`,
      );
    expect((await insert('first')).status).toBe(0);
    const second = await insert('second');
    expect(second.status).toBe(3);
    expect(second.stderr).toContain('exists already; use put or replace');
    expect((await world.sh(`xcapclient get '/resource-lists/list/entry[@uri="sip:new@x"]'`)).stdout).toContain('first');
    expect((await world.sh('xcapclient insert -i friends.xml')).status).toBe(3);
    expect((await world.sh('xcapclient insert -i friends.xml --filename new')).status).toBe(0);
  });

  it('replace replaces and never creates', async ({ world }) => {
    const replace = (selector: string) =>
      world.feed('<display-name>Bobby</display-name>', `xcapclient replace '${selector}'`);
    expect((await replace(`${BOB}/display-name`)).stderr).toContain('200 OK');
    const missing = await replace('/resource-lists/list/list/entry/display-name');
    expect(missing.status).toBe(3);
    expect(missing.stderr).toContain('404 Not Found');
  });

  it('--etag makes an operation conditional, with or without quotes, and * as it is', async ({ world }) => {
    const { stderr } = await world.sh('xcapclient get --app resource-lists');
    const etag = /etag: "(.*)"/.exec(stderr)?.[1] ?? '';
    expect((await world.sh(`xcapclient get --app resource-lists --etag '${etag}'`)).status).toBe(0);
    expect((await world.sh(`xcapclient get --app resource-lists --etag '"${etag}"'`)).status).toBe(0);
    expect((await world.sh(`xcapclient delete --app resource-lists --etag stale`)).stderr).toContain(
      '412 Precondition Failed',
    );
    expect((await world.sh(`xcapclient delete --app resource-lists --etag '*'`)).status).toBe(0);
  });
});

describe.concurrent('what is sent', () => {
  it('documents go with the MIME type of their usage, and --add-header adds', async ({ world }) => {
    await using server = await startHttpServer((_, response) => void response.writeHead(200).end());
    await world.sh(
      `xcapclient put --xcap-root ${server.origin} -i friends.xml --add-header 'X-One: 1' --add-header X-Two:2`,
    );
    expect(server.seen[0]).toMatchObject({ method: 'PUT', body: FRIENDS });
    expect(server.seen[0]?.headers).toMatchObject({
      'content-type': 'application/resource-lists+xml',
      'x-one': '1',
      'x-two': '2',
    });
  });

  it.for([
    ['raw', `/resource-lists/list[@name="a b#ü"]/entry`],
    ['percent-encoded', '/resource-lists/list%5B@name=%22a%20b%23%C3%BC%22%5D/entry'],
    ['raw with escapes, as old scripts have it', `/resource-lists/list[@name="a%20b%23%c3%bc"]/entry`],
  ])('a selector typed %s is encoded once', async ([, selector], { world }) => {
    await using server = await startHttpServer((_, response) => void response.writeHead(200).end());
    await world.sh(`xcapclient get --xcap-root ${server.origin}/ '${selector}'`);
    expect(server.seen[0]?.target).toBe(`/${INDEX}/~~/resource-lists/list%5B@name=%22a%20b%23%C3%BC%22%5D/entry`);
  });

  it('a percent sign that begins no escape is one', async ({ world }) => {
    await using server = await startHttpServer((_, response) => void response.writeHead(200).end());
    await world.sh(`xcapclient get --xcap-root ${server.origin} '/resource-lists/list[@name="100% a/b"]'`);
    expect(server.seen[0]?.target).toContain('list%5B@name=%22100%25%20a%2Fb%22%5D');
  });

  it('prefixes that the application is known by are bound', async ({ world }) => {
    await using server = await startHttpServer((_, response) => void response.writeHead(200).end());
    await world.sh(`xcapclient get --xcap-root ${server.origin} '/cp:ruleset/cp:rule[@id="a"]'`);
    expect(server.seen[0]?.target).toBe(
      '/pres-rules/users/sip:alice@example.com/index/~~/cp:ruleset/cp:rule%5B@id=%22a%22%5D?xmlns(cp=urn:ietf:params:xml:ns:common-policy)',
    );
  });

  it('-c global and --filename say where the document is', async ({ world }) => {
    await using server = await startHttpServer((_, response) => void response.writeHead(200).end());
    await world.sh(
      `xcapclient get --xcap-root ${server.origin} -c global --filename a/b --app org.example; xcapclient get --xcap-root ${server.origin} --app xcap-caps`,
    );
    expect(server.seen.map(({ target }) => target)).toEqual(['/org.example/global/a/b', '/xcap-caps/global/index']);
  });
});

describe.concurrent('guessing the application', () => {
  const rows: readonly (readonly [selector: string, auid: string])[] = [
    ['/resource-lists/list', 'resource-lists'],
    ['/rls-services', 'rls-services'],
    ['/ruleset', 'pres-rules'],
    ['/pres-rules', 'pres-rules'],
    ['/cp:ruleset[1]/x', 'pres-rules'],
    ['/dialog', 'org.openxcap.dialog-rules'],
    ['/dialog-rules', 'org.openxcap.dialog-rules'],
    ['/presence', 'pidf-manipulation'],
    ['/pidf-manipulation', 'pidf-manipulation'],
    ['/watchers', 'org.openxcap.watchers'],
    ['/icon', 'oma_status-icon'],
    ['/xcap-directory', 'org.openmobilealliance.xcap-directory'],
    ['/xcap-caps', 'xcap-caps'],
  ];
  it('by the first step of the selector', async ({ world }) => {
    await using server = await startHttpServer((_, response) => void response.writeHead(200).end());
    await world.sh(
      rows.map(([selector]) => `xcapclient get -q --xcap-root ${server.origin} '${selector}' & wait`).join('\n'),
    );
    expect(server.seen.map(({ target }) => target.split('/')[1])).toEqual(rows.map(([, auid]) => auid));
  });

  it('by the root element of the input, unless --app says otherwise', async ({ world }) => {
    const { stderr } = await world.feed(
      '<!-- x --><p:rls-services xmlns:p="urn:ietf:params:xml:ns:rls-services"/>',
      'xcapclient put',
    );
    expect(stderr).toContain('/rls-services/users/');
    expect((await world.sh('xcapclient put -i friends.xml --app pres-rules')).stderr).toContain('/pres-rules/users/');
  });
});

describe.concurrent('messages on stderr, status 1', () => {
  const rows: readonly (readonly [line: string, message: string | RegExp])[] = [
    ['xcapclient', 'Type xcapclient -h for help.'],
    [
      'HOME=/nowhere xcapclient get',
      'Please specify XCAP root with --xcap-root. You can also put the default root in /nowhere/.xcapclient.ini.',
    ],
    [
      'HOME=/nowhere xcapclient get --xcap-root http://x',
      'Please specify --sip-address. You can also put the default sip_address in /nowhere/.xcapclient.ini.',
    ],
    ['xcapclient --app x', 'Please provide ACTION.'],
    ['xcapclient fetch', 'ACTION must be one of get, put, delete, insert, replace.'],
    ['xcapclient get resource-lists', 'node selector must start with slash. try /resource-lists'],
    ['xcapclient get /things/x', "Please specify --app. Root tag 'things' gives no clue."],
    ['echo "<things/>" | xcapclient put', "Please specify --app. Root tag 'things' gives no clue."],
    [
      'echo words > words; xcapclient put -i words',
      'Please specify --app. Cannot extract root tag from document words.',
    ],
    ['xcapclient get', 'Please specify --app or NODE-SELECTOR'],
    ['xcapclient get /resource-lists x', 'Too many positional arguments.'],
    ['xcapclient get -c all --app x', "Context must be either 'global' or 'users', not 'all'"],
    ['xcapclient get --global', 'Option --global is deprecated. Use -c global instead.'],
    ['xcapclient -a nobody get --app x', /^Section \[Account_nobody\] was not found in .*\.xcapclient\.ini$/],
    [
      'xcapclient get -q --xcap-root http://127.0.0.1:1 --app x',
      /^FATAL: nothing listens there; .* \(GET http:\/\/127\.0\.0\.1:1\/x\/.*\)$/,
    ],
  ];
  it.for(rows)('%s', async ([line, message], { world }) => {
    const { status, stdout, stderr } = await world.sh(line);
    if (typeof message === 'string') expect(stderr.trimEnd()).toBe(message);
    else expect(stderr.trimEnd()).toMatch(message);
    expect([status, stdout]).toEqual([1, '']);
  });
});

describe.concurrent('options', () => {
  it.for([
    ['xcapclient get --fliename x', 'no such option: --fliename (did you mean --filename?)'],
    ['xcapclient get -z', 'no such option: -z'],
    ['xcapclient get --app', '--app option requires an argument'],
    ['xcapclient get --timeout soon --app x', "option --timeout: invalid number of seconds: 'soon'"],
    ['xcapclient get --a x', 'ambiguous option: --a'],
    ['xcapclient get --add-header nonsense --app x', '--header needs NAME:VALUE'],
  ])('%s ends with 2', async ([line, message], { world }) => {
    const { status, stderr } = await world.sh(line ?? '');
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });

  it('-h shows every option on stdout and ends with 0', async ({ world }) => {
    const { status, stdout } = await world.sh('xcapclient -h');
    expect(status).toBe(0);
    for (const option of [
      '-a NAME, --account-name NAME',
      '--xcap-root URL',
      '-p PW',
      '--etag ETAG',
      '-i FILE',
      '-o FILE',
      '--timeout SECONDS',
    ])
      expect(stdout).toContain(option);
    expect(stdout).not.toContain('eventlib');
  });

  it('long names may be shortened, --eventlib is ignored, and values may look like options', async ({ world }) => {
    const { status } = await world.sh(
      `xcapclient --eventlib --xcap ${world.root} --sip=alice@example.com --con users --app resource-lists get`,
    );
    expect(status).toBe(0);
    expect((await world.sh('xcapclient -p -q get --app resource-lists')).stderr).toContain('401 Unauthorized');
  });

  it('--timeout ends a request that is not answered', async ({ world }) => {
    await using server = await startHttpServer(() => {});
    const { status, stderr } = await world.sh(`xcapclient get --app x --timeout 0.2 --xcap-root ${server.origin}`);
    expect(stderr).toContain('FATAL: no complete answer within 200 ms; try again, or raise --timeout');
    expect(status).toBe(1);
  });
});

describe.concurrent('the configuration', () => {
  it('accounts come from their sections, and the command line beats them', async ({ world }) => {
    expect((await world.sh('xcapclient -a bob put -i friends.xml')).stderr).toContain(
      '/users/sip:bob@example.com/index',
    );
    expect((await world.sh('xcapclient get --app resource-lists --sip-address eve@example.com')).stderr).toContain(
      '/users/sip:eve@example.com/',
    );
  });

  it('a password that others can read is worth a warning', async ({ world }) => {
    const { stderr } = await world.sh('chmod 644 ~/.xcapclient.ini; xcapclient get --app resource-lists');
    expect(stderr).toMatch(/^Warning: .*\.xcapclient\.ini holds a password and others can read it; run chmod 600 /);
    expect(stderr).not.toContain('s#cret');
  });

  it('a mistake in it is told with its line and without its text', async ({ world }) => {
    await writeFile(join(world.home, '.xcapclient.ini'), '[Account]\nxcap_root = http://x\nhunter2\n');
    const { status, stderr } = await world.sh('xcapclient get --app x');
    expect(stderr).toContain('.xcapclient.ini, line 3: expected "key = value"');
    expect(stderr).not.toContain('hunter2');
    expect(status).toBe(1);
  });

  it('a near miss of a key is told', async ({ world }) => {
    await writeFile(
      join(world.home, '.xcapclient.ini'),
      `[Account]\nxcap_root = ${world.root}\nsip_adress = alice@example.com\n`,
    );
    const { stderr } = await world.sh('xcapclient get --sip-address alice@example.com --app x');
    expect(stderr).toContain('line 3: unknown key sip_adress is ignored; did you mean sip_address?');
  });
});

describe.concurrent('credentials', () => {
  it('are in no output, however much is shown', async ({ world }) => {
    const { stdout, stderr, status } = await world.sh(
      'xcapclient get -v --debug --app resource-lists --add-header "Cookie: s#cret; %20"',
    );
    expect(status).toBe(0);
    expect(stderr).toContain('> authorization: Digest [not shown]');
    expect(stdout + stderr).not.toContain('s#cret');
    expect(stdout + stderr).not.toMatch(/response="/);
  });

  it('are not in the list of processes', async ({ world }) => {
    await using server = await startHttpServer(async (_, response) => void response.writeHead(200).end());
    const { stdout } = await world.sh(
      `xcapclient get -q --app x -p hunter2 --xcap-root ${server.origin} --add-header "X: $(printf x)" & pid=$!; wait $pid; xcap serve --port 0 -q --user a@b:hunter2 > root & pid=$!; until [ -s root ]; do :; done; tr '\\0' ' ' < /proc/$pid/cmdline; kill $pid; wait`,
    );
    expect(stdout).toContain('xcap');
    expect(stdout).not.toContain('hunter2');
  });

  it('a refused password ends with 3 and says what to check', async ({ world }) => {
    const { status, stderr } = await world.sh('xcapclient get --app resource-lists -p wrong');
    expect(stderr).toContain('401 Unauthorized');
    expect(stderr).toContain('check --sip-address and the password');
    expect(stderr).not.toContain('wrong ');
    expect(status).toBe(3);
  });
});
