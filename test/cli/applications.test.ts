import { describe, expect, it } from 'vitest';
import { applications, usageOf } from '../../src/cli/requests/applications.ts';

const known = await Promise.all(
  applications.map(async (application) => ({ application, usage: await usageOf(application.auid) })),
);
const tables = known.flatMap(({ application, usage }) => (usage ? [{ application, table: usage.definition }] : []));

describe('what the program knows of an application without its table', () => {
  it('there is a table of most', () => {
    expect(tables.length).toBeGreaterThanOrEqual(7);
  });

  it.for(tables)('is what the table of $application.auid says', ({ application, table }) => {
    const { contentType, documentName = 'index', tree, prefixes = {}, defaultNamespace } = application;
    expect(contentType).toBe(table.contentType);
    expect(documentName).toBe(table.documentName ?? 'index');
    expect(tree ?? 'users').toBe(table.tree ?? 'users');
    if (defaultNamespace !== undefined) expect(defaultNamespace).toBe(table.namespaces[''] ?? null);
    for (const [prefix, uri] of Object.entries(table.namespaces)) if (prefix !== '') expect(prefixes[prefix]).toBe(uri);
  });
});
