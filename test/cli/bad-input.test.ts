import { describe, expect } from 'vitest';
import { startHttpServer } from '../support/http-server.ts';
import { it } from './support/world.ts';

describe.concurrent('answers a mistake with one sentence that says what to do', () => {
  const rows: readonly (readonly [line: string, status: number, message: string | RegExp])[] = [
    ['xcap', 1, 'Type xcap -h for help.'],
    ['xcap lsits', 1, "xcap has no command 'lsits'; did you mean lists?"],
    ['xcap frobnicate', 1, "xcap has no command 'frobnicate'; type xcap -h for the list of them."],
    ['xcap lists remov friends', 1, "xcap lists has no verb 'remov'; did you mean remove?"],
    ['xcap lists --jsn', 2, 'xcap: error: no such option: --jsn (did you mean --json?). Type xcap -h for help.'],
    [
      'xcap caps --sphere x',
      2,
      'xcap: error: xcap caps has no option --sphere; see xcap caps --help. Type xcap -h for help.',
    ],
    ['xcap lists remove frends', 1, "There is no list 'frends'; did you mean 'friends'?"],
    [
      'xcap lists remove friends bop@example.com',
      1,
      /^sip:|^bop@example\.com is not on the list .*; did you mean sip:bob@example\.com\?$/,
    ],
    ['xcap lists add friends bob@example.com', 1, /uniqueness-failure.*choose another/],
    ['xcap lists add friends "not a uri"', 1, "'not a uri' is not a URI such as sip:bob@example.com."],
    [
      'xcap rules',
      3,
      /^There is no pres-rules document of sip:alice@example\.com at .* \(404\); check the account, or create one/,
    ],
    ['xcap rules allow', 1, 'Please name a watcher: a URI such as sip:bob@example.com, a domain, or everyone.'],
    ['xcap rules decide bob@example.com --at noon', 1, "'noon' of --at is not a time such as 2026-03-01T12:00:00Z."],
    ['xcap get resource-lists', 1, 'node selector must start with slash. try /resource-lists'],
    ['xcap put -i missing.xml', 1, 'missing.xml cannot be read (no such file); check the file for the body.'],
    ['xcap put -i .', 1, '. cannot be read (it is a directory); check the file for the body.'],
    [
      'xcap get -o no/such/file --app resource-lists -q',
      1,
      'no/such/file cannot be written (no such file); name another file with -o.',
    ],
    ['echo words > w; xcap validate w', 1, ''],
    ['xcap diff missing.xml', 1, 'missing.xml cannot be read (no such file); check the file for a document.'],
    ['xcap lists --filename ../x', 1, /is not a valid part of an XCAP URI/],
    ['xcap get --app x --filename ..', 1, /^'\.\.' cannot be part of a document's address: .*--filename\.$/],
    [
      'xcap lists --xcap-root xcap.example.com',
      1,
      /^The XCAP root must be an http or https URL .*; check --xcap-root\.$/,
    ],
    [
      'xcap lists --xcap-root http://alice:pw@127.0.0.1/',
      1,
      'The XCAP root must not contain a user or password; give them with --sip-address and --password-file.',
    ],
    [
      'xcap lists --xcap-root http://127.0.0.1:1/',
      1,
      /^FATAL: nothing listens there; .*\(GET http:\/\/127\.0\.0\.1:1\/.*\)$/,
    ],
    [
      'xcap caps --xcap-root http://nowhere.invalid/',
      1,
      /^FATAL: the host name .*\(GET http:\/\/nowhere\.invalid\/.*\)$/,
    ],
    ['xcap lists -p wrong', 3, /the server refuses these credentials .*check the user name, the password/],
    [
      'xcap serve --port high',
      2,
      "xcap: error: option --port: 'high' is not a port from 0 to 65535. Type xcap -h for help.",
    ],
    [
      'xcap serve --host nowhere.invalid',
      1,
      /^The server cannot listen on port 8000 of nowhere\.invalid \((?:ENOTFOUND|EAI_AGAIN)\): .*; choose an address of this machine, such as 127\.0\.0\.1\.$/,
    ],
    [
      'xcap completion tcsh',
      1,
      'Please name the shell: xcap completion bash, xcap completion zsh or xcap completion fish.',
    ],
    [
      'xcap watch --interval never',
      2,
      "xcap: error: option --interval: 'never' is not a number above 0. Type xcap -h for help.",
    ],
    ['xcap export nobody', 1, "There is no list 'nobody'; there are friends, friends/close friends."],
    ['xcap provision', 1, 'Please name one file of jobs, with one JSON object on each line.'],
    [
      'xcap edit --app org.example',
      1,
      "The library has no table of the application usage 'org.example', so only get, put, delete, insert and replace work on it.",
    ],
  ];
  it.for(rows)('%s', async ([line, expected, message], { world }) => {
    const { status, stderr } = await world.sh(line);
    if (typeof message === 'string') expect(stderr.trimEnd()).toBe(message);
    else expect(stderr.trimEnd()).toMatch(message);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(status).toBe(expected);
  });

  it('names a root that is not an XCAP root', async ({ world }) => {
    await using server = await startHttpServer(
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>It works!'),
    );
    const raw = await world.sh(`xcap get --app resource-lists --xcap-root ${server.origin}`);
    expect(raw.stderr).toContain('is a web site, not an XCAP root; check --xcap-root.');
    const lists = await world.sh(`xcap lists --xcap-root ${server.origin}`);
    expect(lists.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(lists.status).not.toBe(0);
    expect((await world.sh(`xcap caps --xcap-root ${world.root}/elsewhere`)).stderr).toContain(
      `is not an XCAP root, but ${world.root} is`,
    );
  });

  it('refuses a document that is not XML, locally and on the server', async ({ world }) => {
    const { status, stderr } = await world.feed('words', 'xcap put --app resource-lists');
    expect(stderr).toMatch(/\n409: not-well-formed: .*correct it/);
    expect(status).toBe(3);
    expect((await world.feed('words', 'cat > w.xml; xcap diff --app resource-lists w.xml')).stderr).toContain(
      'w.xml is not a resource-lists document: line 1',
    );
  });

  it('shows a stack trace with --debug only', async ({ world }) => {
    expect((await world.sh('xcap lists remove none --debug')).stderr).toMatch(/\n {4}at /);
  });
});
