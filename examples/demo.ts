/** `npm run demo`: the main job from end to end, against the embedded server, in a few seconds. */
import { readFile } from 'node:fs/promises';
import { resourceLists } from 'xcap';
import { edit, race } from './demo/editing.ts';
import { bold, dim, fact, say, scene } from './demo/paint.ts';
import { document, selectors } from './demo/reading.ts';
import { badEdit, tooLate } from './demo/refusals.ts';
import { ALICE, friends, openStage } from './demo/stage.ts';

const started = performance.now();
const stage = await openStage();

say(bold('xcap: buddy lists of SIP phones, edited with typed selectors and never lost'));
say(dim(`embedded XCAP server at ${stage.root}, digest authentication, user ${ALICE}`));

try {
  const sample = await readFile(new URL('../../examples/samples/resource-lists.xml', import.meta.url), 'utf8');
  await stage.phone.put(resourceLists, sample);

  await selectors(stage);
  const etag = await document(stage);
  await edit(stage, etag);
  await race(stage);
  await tooLate(stage, etag);
  await badEdit(stage);

  scene(7, 'Timings on this machine');
  const rounds = 300;
  const from = performance.now();
  for (let round = 0; round < rounds; round++) await stage.phone.get(friends.entry(1));
  const each = ((performance.now() - from) / rounds).toFixed(2);
  fact('typed GET', `${each} ms each, digest included, one request per read`);
  fact('all of this', `${((performance.now() - started) / 1000).toFixed(1)} s`);
} finally {
  await stage.close();
}
