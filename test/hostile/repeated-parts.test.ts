import { describe, expect, it } from 'vitest';
import {
  applyPatch,
  combineWatcherinfo,
  flattenList,
  PatchError,
  presRules,
  readWatcherinfo,
  resourceLists,
  simservs,
} from '../../src/index.ts';
import { budget, spent } from './cpu.ts';

/** Parts that are repeated as often as a megabyte has room for cost no more than other parts. */

const RESOURCE_LISTS = 'urn:ietf:params:xml:ns:resource-lists';
const COMMON_POLICY = 'urn:ietf:params:xml:ns:common-policy';
const friends = resourceLists.list('a');

/** Half a megabyte of parts. */
function half(part: (index: number) => string): string {
  const parts: string[] = [];
  for (let size = 0; size < 500_000; size += parts.at(-1)?.length ?? 0) parts.push(part(parts.length));
  return parts.join('');
}

const listWith = (content: string) =>
  resourceLists.parse(`<resource-lists xmlns="${RESOURCE_LISTS}"><list name="a">${content}</list></resource-lists>`);

describe('repeated parts of a hostile document', { timeout: 300_000 }, () => {
  it('are combined within the budget if a partial watcherinfo repeats one list', () => {
    const watchers = half((index) => `<watcher id="${index}" status="active"/>`);
    const next = readWatcherinfo(
      `<watcherinfo xmlns="urn:ietf:params:xml:ns:watcherinfo" version="1" state="partial">
<watcher-list>${watchers}</watcher-list>${half(() => '<watcher-list/>')}</watcherinfo>`,
    );
    expect(spent(() => combineWatcherinfo({ version: 0, state: 'full', lists: [] }, next))).toBeLessThan(budget);
  });

  it('are flattened within the budget if each entry has the same URI and another name', async () => {
    const name = (index: number) => `<entry uri="a"><display-name>${index}</display-name></entry>`;
    const document = listWith(half(name) + half((index) => name(index + 20_000)));
    let work: Promise<unknown> = Promise.resolve();
    expect(spent(() => (work = flattenList(document, friends, () => undefined)))).toBeLessThan(budget);
    await work;
  });

  const ruleOfOneWatcher = (id: string, ones: string) =>
    presRules.parse(
      `<cp:ruleset xmlns:cp="${COMMON_POLICY}" xmlns:pr="urn:ietf:params:xml:ns:pres-rules"><cp:rule id="${id}">
<cp:conditions><cp:identity>${ones}</cp:identity></cp:conditions>
<cp:actions><pr:sub-handling>allow</pr:sub-handling></cp:actions></cp:rule></cp:ruleset>`,
    );

  const ones = half(() => '<cp:one id="sip:a@x"/>');

  it('are linted within the budget if a rule repeats one watcher', () => {
    const document = ruleOfOneWatcher('a', ones.repeat(2));
    expect(spent(() => document.lint())).toBeLessThan(budget);
  });

  it.each(['forget', 'block'] as const)('are removed within the budget by %s if a rule repeats one watcher', (verb) => {
    // Half a megabyte, because these make an operation for each removal; one PUT for each took 6 s.
    const document = ruleOfOneWatcher('xcap-allow', ones);
    expect(spent(() => document[verb]('sip:a@x'))).toBeLessThan(budget);
    expect(document.toString()).not.toContain('id="xcap-allow"');
  });

  it('are validated within the budget if each has another unknown name', () => {
    const document = simservs.parse(
      `<simservs xmlns="http://uri.etsi.org/ngn/params/xml/simservs/xcap">${half((index) => `<x${index}/>`).repeat(2)}</simservs>`,
    );
    expect(spent(() => document.validate())).toBeLessThan(budget);
  });
});

describe('a diff of one megabyte', { timeout: 300_000 }, () => {
  const document = listWith(half((index) => `<entry uri="a${index}"/>`).repeat(2));
  const OPERATIONS: Readonly<Record<string, (index: number) => string>> = {
    'removes the first element': () => '<remove sel="*/*/*[1]"/>',
    'replaces elements by position': (index) => `<replace sel="*/*/*[${index + 1}]/@uri">b</replace>`,
    'adds attributes to one element': (index) => `<add sel="*" type="@a${index}">x</add>`,
    'adds prefixes to one element': (index) => `<add sel="*" type="namespace::p${index}">u:${index}</add>`,
  };

  it.each(Object.entries(OPERATIONS))('that often %s is refused within the budget', (_, operation) => {
    const text = `<diff>${half(operation)}${half((index) => operation(index + 20_000))}</diff>`;
    const copy = document.clone();
    let refusal: unknown;
    const apply = () => {
      try {
        applyPatch(copy, text);
      } catch (error) {
        refusal = error;
        throw error;
      }
    };
    expect(spent(apply)).toBeLessThan(budget);
    expect(refusal).toBeInstanceOf(PatchError);
    expect(copy.toString()).toBe(document.toString());
  });

  it('that adds a hundred thousand elements at once is refused within the budget', () => {
    const copy = document.clone();
    expect(spent(() => applyPatch(copy, `<add sel="*/*">${half(() => '<e/>').repeat(2)}</add>`))).toBeLessThan(budget);
    expect(copy.toString()).toBe(document.toString());
  });
});
