import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseXcapError } from '../../../src/documents/xcap-error/read.ts';

interface ReportCase {
  readonly id: string;
  readonly category: string;
  readonly body: string;
  readonly expected: { error: string | null; phrase: string | null; ancestor?: string | null; exists?: unknown };
}

// JSON.parse has no type; the file is ours and the tests fail on any other shape.
const sample = JSON.parse(
  readFileSync(new URL('../../conformance/conformance-sample.json', import.meta.url), 'utf8'),
) as {
  cases: ReportCase[];
};
const cases = sample.cases.filter((each) => each.category === 'xcap-error-parse');

const wrap = (content: string) => `<xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error">${content}</xcap-error>`;

describe('conformance: xcap-error-parse', () => {
  it.each(cases.map((each) => [each.id, each] as const))('%s', (_, { body, expected }) => {
    const report = parseXcapError(body);
    expect(report?.condition ?? null).toBe(expected.error);
    expect(report?.phrase ?? null).toBe(expected.phrase);
    expect(report?.ancestor ?? null).toBe(expected.ancestor ?? null);
    expect(report?.exists ?? []).toEqual(expected.exists ?? []);
  });
});

describe('error reports (RFC 4825 section 11)', () => {
  it('reads the ancestor of no-parent between comments and white space, under any prefix', () => {
    const text = `<?xml version="1.0"?>
      <e:xcap-error xmlns:e="urn:ietf:params:xml:ns:xcap-error"><!-- a --><e:no-parent phrase="not there">
        <!-- b --><e:ancestor> http://xcap.example.com/a </e:ancestor></e:no-parent></e:xcap-error>`;
    expect(parseXcapError(text)).toEqual({
      condition: 'no-parent',
      phrase: 'not there',
      ancestor: 'http://xcap.example.com/a',
      exists: [],
    });
  });

  it('reads an extension without content', () => {
    expect(parseXcapError(wrap('<extension/>'))?.condition).toBe('extension');
  });

  it.each([
    ['an extension of unknown content', wrap('<extension><x xmlns="urn:x"/></extension>')],
    ['an unknown condition', wrap('<too-sunny/>')],
    ['the right name in no namespace', '<xcap-error><no-parent/></xcap-error>'],
    ['a report cut short', wrap('<no-parent/>').slice(0, -3)],
    ['JSON', '{"detail": "urn:ietf:params:xml:ns:xcap-error"}'],
    ['an undefined entity', wrap('<no-parent phrase="&boom;"/>')],
    ['a document type declaration', `<!DOCTYPE a>${wrap('<no-parent/>')}`],
    ['a report that is nested too deep', wrap('<no-parent>'.repeat(32_000) + '</no-parent>'.repeat(32_000))],
    ['nothing', ''],
  ])('finds no report in %s', (_, text) => {
    expect(parseXcapError(text)).toBeUndefined();
  });
});
