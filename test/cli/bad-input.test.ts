import { describe, expect } from 'vitest';
import { startHttpServer } from '../support/http-server.ts';
import { it } from './support/world.ts';

describe.concurrent('mistakes are answered with one sentence that says what to do', () => {
  const rows: readonly (readonly [line: string, status: number, message: string | RegExp])[] = [
    ['xcap', 1, 'Type xcap -h for help.'],
    ['xcap lsits', 1, "xcap has no command 'lsits'; did you mean lists?"],
    ['xcap frobnicate', 1, "xcap has no command 'frobnicate'; type xcap -h for the list of them."],
    ['xcap lists remov friends', 1, "lists knows add, rename, move and remove, not 'remov'; did you mean remove?"],
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
    ['xcap lists add friends "not a uri"', 1, "'not a uri' is no URI such as sip:bob@example.com."],
    [
      'xcap rules',
      3,
      /^There is no pres-rules document of sip:alice@example\.com at .* \(404\); check the account, or make one/,
    ],
    ['xcap rules allow', 1, 'Please name whom: a URI such as sip:bob@example.com, or a domain.'],
    ['xcap rules decide bob@example.com --at noon', 3, /^There is no pres-rules/],
    ['xcap get resource-lists', 1, 'node selector must start with slash. try /resource-lists'],
    ['xcap put -i missing.xml', 1, 'missing.xml cannot be read (no such file); check the file for the body.'],
    ['xcap put -i .', 1, '. cannot be read (it is a directory); check the file for the body.'],
    [
      'xcap get -o no/such/file --app resource-lists -q',
      1,
      'no/such/file cannot be written (no such file); name another file with -o.',
    ],
    ['echo words > w; xcap validate w', 1, ''],
    ['xcap diff missing.xml', 1, 'missing.xml cannot be read (no such file); check the file for diff.'],
    ['xcap lists --filename ../x', 1, /cannot be part|is no part of an XCAP URI/],
    ['xcap get --app x --filename ..', 1, /^'\.\.' cannot be part of a document's address: .*--filename\.$/],
    [
      'xcap lists --xcap-root xcap.example.com',
      1,
      /^The XCAP root must be an http or https URL .*; check --xcap-root\.$/,
    ],
    [
      'xcap lists --xcap-root http://alice:pw@127.0.0.1/',
      1,
      'The XCAP root must not hold a user or password; give them with --sip-address and --password.',
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
    ['xcap lists -p wrong', 3, /the server refuses these credentials .*check user name and password/],
    ['xcap serve --port high', 2, "xcap: error: option --port: 'high' is no port. Type xcap -h for help."],
    [
      'xcap completion tcsh',
      1,
      'Please name the shell: xcap completion bash, xcap completion zsh or xcap completion fish.',
    ],
    [
      'xcap watch --interval never',
      2,
      "xcap: error: option --interval: 'never' is no number above 0. Type xcap -h for help.",
    ],
    ['xcap export nobody', 1, "There is nobody on a list 'nobody'; see xcap lists."],
    ['xcap provision', 1, 'Please name one file of jobs, one JSON object a line.'],
    [
      'xcap edit --app org.example',
      1,
      "No table of the application 'org.example' is known, so this cannot be done with it; use get and put.",
    ],
  ];
  it.for(rows)('%s', async ([line, expected, message], { world }) => {
    const { status, stderr } = await world.sh(line);
    if (typeof message === 'string') expect(stderr.trimEnd()).toBe(message);
    else expect(stderr.trimEnd()).toMatch(message);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(status).toBe(expected);
  });

  it('a root that is no XCAP server is told', async ({ world }) => {
    await using server = await startHttpServer(
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>It works!'),
    );
    const raw = await world.sh(`xcap get --app resource-lists --xcap-root ${server.origin}`);
    expect(raw.stderr).toContain('this may be no XCAP server; check --xcap-root.');
    const lists = await world.sh(`xcap lists --xcap-root ${server.origin}`);
    expect(lists.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(lists.status).not.toBe(0);
    expect((await world.sh(`xcap caps --xcap-root ${world.root}/elsewhere`)).stderr).toContain(
      'it may be no XCAP server; check --xcap-root',
    );
  });

  it('a document that is not XML is refused, here and there', async ({ world }) => {
    const { status, stderr } = await world.feed('words', 'xcap put --app resource-lists');
    expect(stderr).toMatch(/\n409: not-well-formed: .*mend it/);
    expect(status).toBe(3);
    expect((await world.feed('words', 'cat > w.xml; xcap diff --app resource-lists w.xml')).stderr).toContain(
      'w.xml is no resource-lists document: line 1',
    );
  });

  it('a stack trace is shown with --debug only', async ({ world }) => {
    expect((await world.sh('xcap lists remove none --debug')).stderr).toMatch(/\n {4}at /);
  });
});
