import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startServer } from '../support.ts';
import { type ObservedCase, replay } from './replay.ts';

/** Recorded from a real OpenXCAP 3.2; kept outside of the repository. */
const RECORDING = new URL('../../../../shared/openxcap/observed.json', import.meta.url);
const isPresent = existsSync(RECORDING);
if (!isPresent) console.info(`skipped: there is no recording of OpenXCAP at ${RECORDING.pathname}`);

describe.skipIf(!isPresent)('the quirks of openxcap', () => {
  it('answer at least 205 of 214 recorded requests as the real server did', async () => {
    const cases = JSON.parse(readFileSync(RECORDING, 'utf8')) as ObservedCase[]; // recorded in this form
    expect(cases).toHaveLength(214);
    const account = {
      username: 'u20',
      password: 'pw20',
      document: 'resource-lists/users/sip:u20@example.com/index',
      base: cases[2]?.request.body ?? '',
    };
    await using server = await startServer({ users: { 'sip:u20@example.com': 'pw20' }, quirks: 'openxcap' });
    const differences = await replay(server, cases, account);
    expect(differences.length, differences.join('\n')).toBeLessThanOrEqual(9);
  });
});
