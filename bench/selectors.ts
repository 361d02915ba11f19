import { resourceLists } from '../src/documents/usages/resource-lists/usage.ts';
import { nanoseconds, sideBySide } from './measure.ts';
import type { BenchRow } from './row.ts';

const { list } = resourceLists;
const CALLS = 200_000;

const escapeXml = (text: string): string =>
  text.replace(/[&<"]/g, (char) => (char === '&' ? '&amp;' : char === '<' ? '&lt;' : '&quot;'));
const encode = (text: string): string => encodeURIComponent(escapeXml(text));

/** Building and printing a selector against a template string written by hand with the same encoding. */
export async function selectorsBench(): Promise<BenchRow[]> {
  let turn = 0;
  const users = Array.from({ length: 64 }, (_, index) => `sip:user${index}@example.com`);
  const user = () => users[turn++ & 63] ?? '';
  const ours = () => nanoseconds(() => list('friends').entry(user()).displayName().toPath(), CALLS);
  const byHand = () =>
    nanoseconds(
      () =>
        `/resource-lists/list%5B@name=%22${encode('friends')}%22%5D/entry%5B@uri=%22${encode(user())}%22%5D/display-name`,
      CALLS,
    );
  const measured = sideBySide(ours, byHand);
  const ratio = 1 / measured.ratio;
  const perSecond = 1e9 / measured.ours;
  return [
    {
      name: 'build and print a three-step selector, rate against a hand-written template',
      ours: `${(perSecond / 1e6).toFixed(1)} M/s`,
      rival: `${(1e3 / measured.rival).toFixed(1)} M/s`,
      ratio,
      target: '>= 0.3, over 1 M/s',
      ok: ratio >= 0.3 && perSecond > 1e6,
    },
  ];
}
