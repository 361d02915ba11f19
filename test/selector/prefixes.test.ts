import { describe, expect, it } from 'vitest';
import { type SelectorPrefixes, simservs, XcapClient } from '../../src/index.ts';

const ss = 'http://uri.etsi.org/ngn/params/xml/simservs/xcap';
const cp = 'urn:ietf:params:xml:ns:common-policy';
const rule = simservs.communicationDiversion().ruleset().rule('a:b');
const bindings = (prefixes: Record<string, string>): string =>
  Object.entries(prefixes)
    .map(([prefix, namespace]) => `xmlns(${prefix}=${namespace})`)
    .join('');

/** The target of a GET of the rule, below the document. */
async function targetWith(prefixes: SelectorPrefixes | undefined): Promise<string> {
  let target = '';
  const client = new XcapClient({
    root: 'http://xcap.example.com',
    user: 'sip:alice@example.com',
    fetch: async (input) => {
      target ||= String(input);
      return new Response(null, { status: 404 });
    },
  });
  await client.get(rule, { prefixes }).catch(() => undefined);
  return target.slice(target.indexOf('~~') + 2);
}

describe('the prefixes of a selector', () => {
  const diversion = 'communication-diversion';
  it.each<{ prefixes: SelectorPrefixes | undefined; target: string }>([
    {
      prefixes: undefined,
      target: `/simservs/${diversion}/cp:ruleset/cp:rule%5B@id=%22a:b%22%5D?${bindings({ cp })}`,
    },
    { prefixes: 'none', target: `/simservs/${diversion}/ruleset/rule%5B@id=%22a:b%22%5D` },
    {
      prefixes: { ss },
      target: `/ss:simservs/ss:${diversion}/cp:ruleset/cp:rule%5B@id=%22a:b%22%5D?${bindings({ ss, cp })}`,
    },
    {
      prefixes: { '': cp, ss },
      target: `/ss:simservs/ss:${diversion}/ruleset/rule%5B@id=%22a:b%22%5D?${bindings({ ss })}`,
    },
    {
      prefixes: { p: cp },
      target: `/simservs/${diversion}/p:ruleset/p:rule%5B@id=%22a:b%22%5D?${bindings({ p: cp })}`,
    },
  ])('$prefixes gives $target', async ({ prefixes, target }) => {
    expect(await targetWith(prefixes)).toBe(target);
  });
});
