import { describe, expect } from 'vitest';
import { startHttpServer } from '../support/http-server.ts';
import { has, it } from './support/world.ts';

const WITHOUT_PASSWORD = ['bash', '-c', 'sed -i /password/d ~/.xcapclient.ini; exec "$@"', '-'];

describe.skipIf(!has('python3'))('on a terminal', () => {
  it('the password is asked for once, hidden, when the server wants one', async ({ world }) => {
    const command = [...WITHOUT_PASSWORD, 'xcapclient', 'get', '--app', 'resource-lists'];
    const { output, status, matched } = await world.terminal(command, [
      { expect: 'Password \\(realm=example.com\\): ', send: 's#crex\u007ft; %20\r' },
    ]);
    expect([status, matched]).toEqual([0, 1]);
    expect(output).toContain('Bob</display-name>');
    expect(output).not.toContain('s#cre');
    expect(output.match(/Password/g)).toHaveLength(1);
  });

  it('a wrong one is not asked for again', async ({ world }) => {
    const command = [...WITHOUT_PASSWORD, 'xcapclient', 'get', '--app', 'resource-lists'];
    const { output, status } = await world.terminal(command, [{ expect: 'Password .*: ', send: 'wrong\r' }]);
    expect(status).toBe(3);
    expect(output.match(/Password/g)).toHaveLength(1);
  });

  it('CTRL-C at the prompt ends the program', async ({ world }) => {
    const command = [...WITHOUT_PASSWORD, 'xcapclient', 'get', '--app', 'resource-lists'];
    const { status } = await world.terminal(command, [{ expect: 'Password .*: ', send: '\u0003' }]);
    expect(status).toBe(130);
  });

  it('nothing is asked when the server wants no password', async ({ world }) => {
    await using server = await startHttpServer((_, response) => void response.writeHead(200).end());
    const command = [...WITHOUT_PASSWORD, 'xcapclient', 'get', '--app', 'x', '--xcap-root', server.origin];
    const { output, status } = await world.terminal(command, []);
    expect(status).toBe(0);
    expect(output).not.toContain('Password');
  });

  it('it is asked for on the terminal, too, when the body comes from a pipe', async ({ world }) => {
    const line = 'cat friends.xml | xcapclient put; xcap ls';
    const { output, matched } = await world.terminal(
      [...WITHOUT_PASSWORD, 'bash', '-c', line],
      [
        { expect: 'Password .*: ', send: 's#cret; %20\r' },
        { expect: '200 OK[\\s\\S]*Password .*: ', send: 's#cret; %20\r' },
        { expect: 'APPLICATION', send: '' },
      ],
    );
    expect(matched, output).toBe(3);
  });

  it('a hint goes before a body is read from the keyboard', async ({ world }) => {
    const command = ['xcapclient', 'put', '/resource-lists/list/entry[1]/@uri'];
    const { output, status } = await world.terminal(command, [
      { expect: 'CTRL-D when done', send: '"sip:x@y"\r\u0004' },
    ]);
    expect(output).toContain('200 OK');
    expect(status).toBe(0);
  });

  it('colours are shown, unless NO_COLOR says otherwise', async ({ world }) => {
    const coloured = await world.terminal(['xcap', 'lists'], []);
    expect(coloured.output).toContain('\u001b[1mfriends\u001b[0m');
    const plain = await world.terminal(['xcap', 'lists'], [], { NO_COLOR: '1' });
    expect(plain.output).not.toContain('\u001b[');
    expect((await world.sh('xcap lists')).stdout).not.toContain('\u001b[');
  });

  it('provision draws a bar', async ({ world }) => {
    await world.write('jobs.jsonl', '{"add":"a"}\n{"add":"b"}\n');
    const { output, status } = await world.terminal(['xcap', 'provision', 'jobs.jsonl'], []);
    expect(output).toContain('[##############################] 2/2');
    expect(status).toBe(0);
    expect((await world.sh('rm jobs.jsonl.done; xcap provision jobs.jsonl')).stderr).not.toContain('###');
  });
});

describe('without a terminal', () => {
  it('nobody is asked, and what to do is said', async ({ world }) => {
    const { status, stderr } = await world.sh(
      'sed -i /password/d ~/.xcapclient.ini; setsid xcapclient get --app resource-lists',
    );
    expect(stderr).toContain('401 Unauthorized');
    expect(stderr).toContain('The server asks for a password; give one with --password-file');
    expect(status).toBe(3);
  });

  it('a listing ends well when its pipe is closed', async ({ world }) => {
    await world.write(
      'many.csv',
      `list,uri\n${Array.from({ length: 3000 }, (_, i) => `l,sip:user${i}@example.com`).join('\n')}\n`,
    );
    const { stdout, stderr } = await world.sh(
      'xcap import -q many.csv; set -o pipefail; xcap lists | head -n 1; echo $?',
    );
    expect(stdout).toMatch(/^friends .*\n0\n$/);
    expect(stderr).toBe('');
  });
});
