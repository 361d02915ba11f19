import { describe, expect } from 'vitest';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { has, it } from './support/world.ts';

/** Runs a line with `say`, which writes a notification that the buddy lists have changed. */
const NOTIFY = (root: string) =>
  `say() { echo '<xcap-diff xmlns="urn:ietf:params:xml:ns:xcap-diff" xcap-root="${root}/"><document sel="resource-lists/users/sip:alice@example.com/index" previous-etag="a" new-etag="b"/></xcap-diff>'; }; until_said() { timeout 100 sh -c "until grep -q '$1' said; do sleep 0.05; done"; }; `;

describe('watch', () => {
  it('shows what notifications on standard input lead to, and ends when it ends', async ({ world }) => {
    const { status, stdout, stderr } = await world.sh(
      `${NOTIFY(world.root)} mkfifo in; touch said; xcap watch --notifications < in > out 2> said & exec 3> in; until_said etag; xcap lists add -q friends erin@example.com --name Erin; say >&3; echo '<html/>' >&3; until_said skipped; xcap lists remove -q friends erin@example.com; say >&3; exec 3>&-; wait %1; echo $?; cat out; cat said >&2`,
    );
    const lines = stdout.split('\n').map((line) => line.replace(/^\S+Z /, ''));
    expect(lines, stderr).toEqual([
      '0',
      '+ buddy sip:erin@example.com in friends  Erin',
      '- buddy sip:erin@example.com in friends  Erin',
      '',
    ]);
    expect(stderr).toContain('skipped: ');
    expect(status).toBe(0);
  });

  it('goes on through an outage of the server', async ({ world }) => {
    await using proxy = await startFaultProxy(world.root);
    let isDown = false;
    let seen = 0;
    proxy.decide = () => {
      if (isDown && ++seen > 20) isDown = false;
      return isDown ? { kind: 'lost-request' } : undefined;
    };
    const running = world.sh(
      `touch said; xcap watch --json --interval 0.05 --xcap-root ${proxy.root} 2> said > out & ${NOTIFY('')} until_said 'answers again'; timeout 100 sh -c 'until [ -s out ]; do sleep 0.05; done'; kill -INT %1; wait %1; echo $?; cat out; cat said >&2`,
    );
    while (proxy.passed.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    isDown = true;
    await world.sh('xcap lists rename -q friends bob@example.com Robert');
    const { stdout, stderr } = await running;
    const [status, change] = stdout.split('\n');
    expect([status, stderr]).toEqual(['0', expect.stringContaining('the next look is in 0.1 s')]);
    expect(JSON.parse(change ?? '')).toMatchObject({
      kind: 'renamed',
      what: 'buddy',
      id: 'sip:bob@example.com',
      in: 'friends',
      before: 'Bob',
      body: 'Robert',
    });
  });

  it('ends with the status of a refusal, while there may be more notifications', async ({ world }) => {
    await using proxy = await startFaultProxy(world.root);
    proxy.decide = () => (proxy.passed.length > 2 ? { kind: 'instead', status: 403 } : undefined);
    const line = `mkfifo in; exec 3<> in; xcap watch --notifications --interval 0.05 --xcap-root ${proxy.root} < in`;
    const { status, stderr } = await world.sh(line);
    expect(status, stderr).toBe(3);
  });

  it.skipIf(!has('python3'))('shows changes in colour on a terminal', async ({ world }) => {
    const line = 'xcap watch --interval 0.05 & sleep 1; until xcap lists add -q work; do sleep 1; done; wait';
    const { output } = await world.terminal(
      ['bash', '-c', line],
      [
        { expect: 'etag', send: '' },
        { expect: 'list work', send: '\u0003' },
      ],
    );
    expect(output).toContain('\u001b[32m+ list work\u001b[0m');
  });
});
