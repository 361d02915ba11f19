import { describe, expect, it } from 'vitest';
import { describeApi, entryPoints } from './api.ts';

const entries = entryPoints();

describe('the public API of', () => {
  // A change to the API must update the file: npx vitest run test/package/api.test.ts -u
  it.each(Array.from(entries, ([name, file]) => ({ name, file })))(
    '$name is the one in api/',
    async ({ name, file }) => {
      const api = describeApi(file, entries);
      await expect(`${api}\n`).toMatchFileSnapshot(`api/${name.replaceAll('/', '-')}.txt`);
    },
  );

  it.each(Array.from(entries, ([name, file]) => ({ name, file })))('$name contains no internals', ({ file }) => {
    const api = describeApi(file, entries);
    for (const internal of [
      'DocumentState',
      'stateOf',
      'CompiledUsage',
      'SelectorScope',
      'ClientContext',
      'BuiltSelector',
    ])
      expect(api).not.toMatch(new RegExp(`\\b${internal}\\b`));
  });
});
