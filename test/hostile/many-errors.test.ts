import { describe, expect, it } from 'vitest';
import { resourceLists } from '../../src/documents/index.ts';

const friends = resourceLists.list('f');

describe('a document of 100,000 errors', () => {
  /** Generous for slow machines: square growth would take hours. */
  const MOST_SECONDS = 100;

  it('is validated as far as the limit, or in all places, in time in proportion to its size', () => {
    const start = process.cpuUsage();
    const entries = '<entry/>'.repeat(100_000);
    const doc = resourceLists.parse(
      `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="f">${entries}</list></resource-lists>`,
    );
    expect(doc.validate(10)).toHaveLength(10);
    const issues = doc.validate();
    expect(issues).toHaveLength(100_000);
    expect(issues.at(-1)?.selector).toBe('/resource-lists/list[@name="f"]/entry[100000]');
    doc.update(friends.entry(100_000), { uri: 'sip:a@example.com' });
    expect(doc.validate()).toHaveLength(99_999);
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1e6).toBeLessThan(MOST_SECONDS);
  });
});
