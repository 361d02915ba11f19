import { describe, expect } from 'vitest';
import { selectorCandidates } from '../../src/cli/completion/candidates.ts';
import { shellWords } from '../../src/cli/completion/shell-words.ts';
import { parseXml } from '../../src/documents/xml/parse.ts';
import { has, it, type Step, type World } from './support/world.ts';

const NESTED = `<?xml version="1.0" encoding="UTF-8"?>
<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">
 <list name="friends">
  <entry uri="sip:bill@example.com"><display-name>Bill Doe</display-name></entry>
  <entry-ref ref="ref1"/>
  <list name="close-friends">
   <display-name>Close Friends</display-name>
   <entry uri="sip:joe@example.com"><display-name>Joe Smith</display-name></entry>
   <entry uri="sip:nancy@example.com"><display-name>Nancy Gross</display-name></entry>
   <external anchor="anchor1"><display-name>Marketing</display-name></external>
  </list>
 </list>
</resource-lists>`;

function candidates(
  action: 'get' | 'replace' | 'insert' | 'put',
  typed: string,
  input?: Readonly<Record<string, string>>,
): string[] {
  const source = {
    document: parseXml(NESTED).document,
    defaultNamespace: 'urn:ietf:params:xml:ns:resource-lists',
    prefixes: {},
    action,
    input: input && { local: 'entry', attributes: input },
  };
  return selectorCandidates(source, typed).sort();
}

const IN = '/resource-lists/list/list/';
const at = (...steps: string[]): string[] => steps.map((step) => IN + step).sort();
const CONTAINERS = ['*[2]/', '*[3]/', '*[4]/', 'entry[1]/', 'entry[2]/', 'external/'].concat([
  'entry[@uri="sip:joe@example.com"]/',
  'entry[@uri="sip:nancy@example.com"]/',
  'external[@anchor="anchor1"]/',
]);

describe('selectors from a document', () => {
  it('get offers every child in every way, and the attributes', () => {
    const leaves = ['*[1]', '*[2]', '*[3]', '*[4]', 'display-name', 'entry[1]', 'entry[2]', 'external', '@name'];
    const tests = [
      'entry[@uri="sip:joe@example.com"]',
      'entry[@uri="sip:nancy@example.com"]',
      'external[@anchor="anchor1"]',
    ];
    expect(candidates('get', IN)).toEqual(at(...CONTAINERS, ...leaves, ...tests));
  });

  it('get offers what begins as typed, and x[1] only beside others', () => {
    const beside = '/resource-lists/list/';
    expect(candidates('get', `${beside}e`)).toEqual(
      [
        'entry',
        'entry/',
        'entry-ref',
        'entry-ref[@ref="ref1"]',
        'entry[@uri="sip:bill@example.com"]',
        'entry[@uri="sip:bill@example.com"]/',
      ]
        .map((step) => beside + step)
        .sort(),
    );
    expect(candidates('get', '')).toEqual(['/resource-lists', '/resource-lists/']);
  });

  it('replace offers elements of the input, by attribute only where it is equal', () => {
    expect(candidates('replace', IN, { uri: 'sip:nancy@example.com' })).toEqual(
      at(...CONTAINERS, 'entry[1]', 'entry[2]', 'entry[@uri="sip:nancy@example.com"]'),
    );
    expect(candidates('replace', IN, { uri: 'sip:jack@example.com' })).toEqual(
      at(...CONTAINERS, 'entry[1]', 'entry[2]'),
    );
  });

  it('a single candidate comes with what lies below', () => {
    expect(candidates('replace', '', { uri: 'sip:jack@example.com' })).toEqual([
      '/resource-lists/',
      '/resource-lists/list/',
      '/resource-lists/list[@name="friends"]/',
    ]);
  });

  it('insert offers places up to one behind the last, unless the value is there', () => {
    const jack = '[@uri="sip:jack@example.com"]';
    expect(candidates('insert', IN, { uri: 'sip:jack@example.com' })).toEqual(
      at(...CONTAINERS, `entry[1]${jack}`, `entry[2]${jack}`, `entry[3]${jack}`, `entry${jack}`),
    );
    expect(candidates('insert', IN, { uri: 'sip:nancy@example.com' })).toEqual(at(...CONTAINERS));
  });

  it('put offers both', () => {
    const put = candidates('put', IN, { uri: 'sip:jack@example.com' });
    expect(put).toContain(`${IN}entry[1]`);
    expect(put).toContain(`${IN}entry[3][@uri="sip:jack@example.com"]`);
  });
});

describe('--print-completions', () => {
  const lines = async (world: World, command: string): Promise<string[]> =>
    (await world.sh(command)).stdout.split('\n').filter(Boolean);

  it('offers options and actions after nothing, and applications after --app', async ({ world }) => {
    const first = await lines(world, 'xcapclient --print-completions 1');
    expect(first).toEqual(
      expect.arrayContaining(['-a', '--account-name', '--app', 'get', 'put', 'delete', 'insert', 'replace']),
    );
    expect(first).not.toContain('--eventlib');
    expect(await lines(world, 'xcapclient --app --print-completions 2')).toContain('org.openxcap.dialog-rules');
    expect(await lines(world, 'xcapclient --print-completions 2 xcapclient -i fr')).toEqual(['friends.xml']);
    expect(await lines(world, 'xcapclient -i friends.xml --print-completions 3')).not.toContain('get');
  });

  it('quotes selectors, so that bash keeps them whole', async ({ world }) => {
    expect(await lines(world, `xcapclient get "/resource-lists/list/list[" --print-completions 2`)).toEqual([
      `'/resource-lists/list/list[@name="close friends"]'`,
      `'/resource-lists/list/list[@name="close friends"]/'`,
    ]);
  });

  it('yields nothing, and no noise, when there is trouble', async ({ world }) => {
    for (const trouble of ['--xcap-root http://127.0.0.1:1', '--filename none', '-a nobody', '-p wrong', '--bad']) {
      const { status, stdout, stderr } = await world.sh(
        `xcapclient ${trouble} get /resource-lists/ --print-completions 5`,
      );
      expect([status, stdout, stderr]).toEqual([0, '', '']);
    }
  });

  it('offers lists and entries to the verbs of lists', async ({ world }) => {
    await world.sh('xcap lists add work -q && xcap lists add work erin@example.com -q');
    const all = await lines(world, 'xcap lists remove --print-completions 3');
    expect(all).toEqual(expect.arrayContaining(["'work'", "'friends'", "'friends/close friends'"]));
    expect(await lines(world, 'xcap lists remove wo --print-completions 3')).toEqual(["'work'"]);
    expect(await lines(world, 'xcap lists remove work --print-completions 4')).toEqual(['sip:erin@example.com']);
    expect(await lines(world, 'xcap lists move work sip:erin@example.com fr --print-completions 5')).toContain(
      "'friends'",
    );
    expect(await lines(world, 'xcap lists remove nothing --print-completions 4')).toEqual([]);
    expect(await lines(world, 'xcap lists add work --print-completions 4')).toEqual([]);
  });

  it('a prefix that a selector needs is one that works', async ({ world }) => {
    await world.sh('xcap rules allow -q bob@example.com');
    const [rule = ''] = await lines(world, `xcap get /cp:ruleset/cp:rule[ --print-completions 2`);
    expect(rule).toBe(`'/cp:ruleset/cp:rule[@id="xcap-allow"]'`);
    expect((await world.sh(`xcap get ${rule}`)).status).toBe(0);
  });

  it('a quote or percent sign in a value survives', async ({ world }) => {
    await world.feed(
      `<entry uri="sip:o'neil%20@x"/>`,
      `xcap put "/resource-lists/list/entry[@uri=%22sip:o'neil%2520@x%22]"`,
    );
    const [found = ''] = await lines(world, `xcap get '/resource-lists/list/entry[@uri="sip:o' --print-completions 2`);
    expect((await world.sh(`xcap get ${found}`)).stdout).toBe(`<entry uri="sip:o'neil%20@x"/>`);
  });
});

it('a line is cut into words as shells do', () => {
  expect(shellWords(`a 'b c' d\\ e "f\\"g`)).toEqual([
    { text: 'a', open: '' },
    { text: 'b c', open: '' },
    { text: 'd e', open: '' },
    { text: 'f"g', open: '"' },
  ]);
});

const FOUND = 'dave@example.com"/></list>';

/** What a person types in a shell: tabs, and the end of the quotation. */
const typing = (finish: string, ready: string): Step[] => [
  { expect: ready, send: `xcap comp\tfi\t\t${finish}` },
  {
    expect: `# fish completion[^]*?${ready}`,
    send: `xcap get --app resource-lists '/resource-lists/list/list[@name="cl\t'${finish}`,
  },
  {
    expect: `${FOUND}[^]*?${ready}`,
    send: `xcapclient get --app resource-lists /resource-lists/list/list\\[\t${finish}`,
  },
  { expect: `${FOUND}[^]*?${ready}`, send: `exit${finish}` },
];

describe.skipIf(!has('python3'))('driven through a real shell', () => {
  const asPython = (steps: Step[]): Step[] =>
    steps.map(({ expect: wait, send }) => ({ expect: wait.replaceAll('[^]', '[\\s\\S]'), send }));

  it.skipIf(!has('bash'))('bash', async ({ world }) => {
    const { matched, status, output } = await world.terminal(
      ['bash', '--norc', '--noprofile', '-i'],
      asPython([
        {
          expect: '[#$] $',
          send: 'PS1="READY> "; bind "set bell-style none"; eval "$(xcap completion bash)"; echo do""ne\n',
        },
        { expect: 'done\\s+(?=READY)', send: '' },
        ...typing('\n', 'READY> '),
      ]),
    );
    expect(matched, output).toBe(6);
    expect(status).toBe(0);
  });

  it.skipIf(!has('zsh'))('zsh', async ({ world }) => {
    const { matched, output } = await world.terminal(
      ['env', 'PS1=READY> ', 'zsh', '-f', '-i', '-o', 'no_prompt_sp'],
      asPython([
        {
          expect: 'READY> ',
          send: 'autoload -Uz compinit && compinit -u -D; eval "$(xcap completion zsh)"; echo do""ne\n',
        },
        { expect: '\\ndone\\s+[\\s\\S]*(?=READY)', send: '' },
        ...typing('\n', 'READY> '),
      ]),
    );
    expect(matched, output).toBe(6);
  });

  it.skipIf(!has('fish'))('fish', async ({ world }) => {
    const { matched, output } = await world.terminal(
      ['fish', '--no-config', '-i'],
      asPython([
        {
          expect: '[>#] ',
          send: 'function fish_prompt; echo "READY> "; end; xcap completion fish | source; echo do""ne\r',
        },
        { expect: 'done\\r\\n[\\s\\S]*?(?=READY)', send: '' },
        ...typing('\r', 'READY> '),
      ]),
    );
    expect(matched, output).toBe(6);
  });
});
