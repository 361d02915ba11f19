import { afterEach, describe, expect } from 'vitest';
import { simservs } from '../../src/documents/usages/simservs/usage.ts';
import { createXcapServer, type XcapServer } from '../../src/server/index.ts';
import { it, type World } from './support/world.ts';

const open: XcapServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const user = 'sip:+15555550100@ims.example.com';

/** The account of a subscriber of a network, as options of the command line. */
async function subscriber(): Promise<string> {
  const server = await createXcapServer({ users: { [user]: 'secret', 'tel:+15555550101': 'secret' }, quirks: 'ut' });
  open.push(server);
  return `--xcap-root ${server.root} --sip-address ${user} -p secret`;
}

const rows = async (world: World, account: string): Promise<Record<string, string>> => {
  const { stdout } = await world.sh(`xcap ut ${account}`);
  return Object.fromEntries(stdout.split('\n').map((line) => [line.trim().split(/ {2,}/)[0], line]));
};

describe('xcap ut', () => {
  it('shows the services of a subscriber, and sets them one by one', async ({ world }) => {
    const account = await subscriber();
    const before = await rows(world, account);
    expect(before['communication-diversion']).toMatch(/ on +no-reply timer: 20 s$/);
    expect(before['flexible-alerting-default']).toMatch(/not provisioned/);
    const lines = [
      'forward no-answer tel:+15555550123 --after 25',
      'forward busy tel:+15555550123',
      'stop busy',
      'bar outgoing international',
      'bar incoming roaming',
      'unbar incoming roaming',
      'identity restricted',
      'identity terminating restricted',
      'waiting off',
      'timer 30',
    ];
    const { status, stderr } = await world.sh(lines.map((line) => `xcap ut ${line} ${account}`).join(' && '));
    expect(status, stderr).toBe(0);
    const after = await rows(world, account);
    expect(after['communication-diversion']).toMatch(/timer: 30 s$/);
    expect(after['no-answer']).toMatch(/on +tel:\+15555550123$/);
    expect(after['busy']).toMatch(/off +tel:\+15555550123$/);
    expect([after['international'], after['roaming'], after['communication-waiting']]).toEqual([
      expect.stringMatching(/on$/),
      expect.stringMatching(/off$/),
      expect.stringMatching(/off$/),
    ]);
    expect(after['terminating-identity-presentation-restriction']).toMatch(/presentation-restricted$/);
    const data = JSON.parse((await world.sh(`xcap ut --json ${account}`)).stdout);
    expect(data).toMatchObject({ noReplyTimer: 30, identityRestriction: { originating: 'presentation-restricted' } });
  });

  it('--dry-run prints the PUT of the element and sends nothing', async ({ world }) => {
    const account = await subscriber();
    const { stdout } = await world.sh(`xcap ut bar outgoing all --dry-run --json --identity intended ${account}`);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        method: 'PUT',
        writes: 'node',
        url: expect.stringMatching(/cp:rule%5B@id=%22call-barring-all-outgoing%22%5D\?xmlns\(ss=/),
        headers: { 'Content-Type': 'application/xcap-el+xml', 'X-3GPP-Intended-Identity': `"${user}"` },
      },
    ]);
    expect((await rows(world, account))['all']).toMatch(/off$/);
  });

  it('decide says what happens to a call, and by which rule', async ({ world }) => {
    const account = await subscriber();
    await world.sh(`xcap ut forward busy tel:+15555550123 ${account}`);
    const busy = await world.sh(`xcap ut decide incoming bob@example.com --state busy ${account}`);
    expect(busy.stdout).toMatch(
      /^sip:bob@example\.com: forward to tel:\+15555550123\n {2}rule "call-diversion-busy" of communication-diversion/,
    );
    const free = await world.sh(`xcap ut decide incoming bob@example.com --json ${account}`);
    expect(JSON.parse(free.stdout)).toMatchObject({ action: 'ring' });
  });

  it.for([
    { line: 'timer abc', says: "timer: 'abc' is not a whole number" },
    { line: 'timer 0x14', says: "timer: '0x14' is not a whole number" },
    { line: "timer ''", says: "timer: '' is not a whole number" },
    { line: 'forward busy tel:+15555550123 --media audio --media video', says: 'option --media: give one medium' },
    { line: 'decide sideways bob@example.com', says: "A call is incoming or outgoing, not 'sideways'." },
  ])('refuses $line, and changes nothing', async ({ line, says }, { world }) => {
    const account = await subscriber();
    const before = await world.sh(`xcap ut ${account}`);
    const { status, stderr } = await world.sh(`xcap ut ${line} ${account}`);
    expect(status).not.toBe(0);
    expect(stderr).toContain(says);
    expect((await world.sh(`xcap ut ${account}`)).stdout).toBe(before.stdout);
  });

  it('lint ends with status 1 when calls are forwarded to the subscriber', async ({ world }) => {
    const account = await subscriber();
    expect((await world.sh(`xcap ut lint ${account}`)).status).toBe(0);
    await world.sh(`xcap ut forward busy tel:+15555550100 ${account}`);
    const { status, stdout } = await world.sh(`xcap ut lint ${account} --json`);
    expect([status, JSON.parse(stdout)]).toMatchObject([1, [{ rule: 'loop' }]]);
  });

  it.for([
    ['forward no-answer tel:+1CALL', /not a telephone number/, 1],
    ['forward busy ""', /target is empty/, 1],
    ['forward no-answer tel:+15555550123 --after 3', /5 to 180 seconds, not 3/, 1],
    ['forward anonymous tel:+15555550123', /has not provisioned a rule for anonymous.*IR\.92.*--add-rules/, 1],
    ['forward anonymous tel:+15555550123 --add-rules', /has not provisioned a rule call-diversion-anonymous/, 3],
    ['stop nothing', /no condition "nothing"/, 1],
    ['bar up all', /'incoming' or 'outgoing' calls, not "up"/, 1],
    ['waiting maybe', /on or off, not 'maybe'/, 1],
    ['waiting off --after 25', /xcap ut waiting has no option --after/, 2],
    ['forwards', /did you mean forward/, 1],
    ['bar incoming', /The form is: xcap ut bar/, 1],
  ] as const)('%s is refused with a sentence', async ([line, message, status], { world }) => {
    const account = await subscriber();
    const refused = await world.sh(`xcap ut ${line} ${account}`);
    expect(refused.stderr).toMatch(message);
    expect(refused.status).toBe(status);
  });

  it('reads a file that describes a network', async ({ world }) => {
    const account = await subscriber();
    await world.write('network.json', '{"name": "mine", "ut": {"unit": "service"}, "prefixes": "none"}');
    const { stdout } = await world.sh(`xcap ut bar outgoing all --dry-run --json --profile network.json ${account}`);
    expect(JSON.parse(stdout)[0].url).toMatch(/\/~~\/simservs\/outgoing-communication-barring$/);
    await world.write('network.json', '{"ut": {"timer": "nowhere"}}');
    expect((await world.sh(`xcap ut --profile network.json ${account}`)).stderr).toMatch(/timer must be "service"/);
  });

  it('completes verbs and their words', async ({ world }) => {
    const words = async (line: string) =>
      (await world.sh('xcap --print-completions', { XCAP_COMP_LINE: line, XCAP_COMP_SHELL: 'bash' })).stdout.split(
        '\n',
      );
    expect(await words('xcap ut ')).toContain('forward');
    expect(await words('xcap ut forward all')).toEqual(['all-conditional', 'all', '']);
    expect(await words('xcap ut bar outgoing r')).toContain('roaming');
    expect(await words('xcap ut identity terminating ')).toContain('restricted');
    expect(await words('xcap ut waiting ')).toContain('off');
    expect(await words('xcap ut decide incoming ')).toEqual(['']);
  });
});

describe('xcap provision', () => {
  it('sets the services of several subscribers', async ({ world }) => {
    const account = await subscriber();
    const jobs = [
      { forward: 'no-answer', target: 'tel:+15555550123', after: '25' },
      { user, bar: 'international', direction: 'outgoing' },
      { user, waiting: 'off' },
      { user, identity: 'restricted' },
    ];
    await world.write('jobs.jsonl', jobs.map((job) => JSON.stringify(job)).join('\n'));
    const done = await world.sh(`xcap provision jobs.jsonl --profile ut ${account}`);
    expect(done.stderr).toMatch(/4 done, 0 failed/);
    const after = await rows(world, account);
    expect(after['no-answer']).toMatch(/on +tel:\+15555550123$/);
    expect(after['international']).toMatch(/on$/);
  });

  it('checks the jobs before anything is sent', async ({ world }) => {
    const account = await subscriber();
    const jobs = [
      { forward: 'no-answer', target: 'tel:+1CALL' },
      { forward: 'no-answer', target: 'tel:+15555550123', after: '3' },
      { bar: 'busy', direction: 'outgoing' },
      { waiting: 'maybe' },
      { stop: 'busy' },
    ];
    await world.write('jobs.jsonl', jobs.map((job) => JSON.stringify(job)).join('\n'));
    const { status, stderr } = await world.sh(`xcap provision jobs.jsonl --profile ut ${account}`);
    expect(status).toBe(1);
    for (const line of [1, 2, 3, 4]) expect(stderr).toContain(`jobs.jsonl, line ${line}: `);
    expect(stderr).toMatch(/4 lines are wrong/);
  });
});

describe('hostile text of a network', () => {
  it('is shown escaped', async ({ world }) => {
    const target = 'sip:\u009b31m\u202e@example.com';
    const rules = `<cp:rule id="a"><cp:conditions><busy/></cp:conditions><cp:actions><forward-to><target>${target}</target></forward-to></cp:actions></cp:rule>`;
    await world.store([
      simservs,
      `<simservs xmlns="http://uri.etsi.org/ngn/params/xml/simservs/xcap" xmlns:cp="urn:ietf:params:xml:ns:common-policy"><communication-diversion><cp:ruleset>${rules}</cp:ruleset></communication-diversion></simservs>`,
    ]);
    const lines = ['xcap ut', 'xcap ut --json', 'xcap ut decide incoming bob@example.com --state busy', 'xcap ut lint'];
    for (const line of lines) {
      const { stdout, stderr } = await world.sh(line);
      expect(stdout + stderr, line).not.toMatch(/[\u0080-\u009f\u202e]/);
      if (line !== 'xcap ut lint') expect(stdout, line).toContain('31m');
    }
  });
});
