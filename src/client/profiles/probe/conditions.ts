import type { ConditionTraits, EtagTraits, Observation } from '../profile.ts';
import { strengthOf } from './reading.ts';
import type { Scratch } from './scratch.ts';

/** Findings about conditional requests. */
export interface ConditionFindings {
  readonly conditions: ConditionTraits;
  readonly etags: EtagTraits;
  /** Whether a document is read back in another form than it was put. */
  readonly rewrites: boolean;
  readonly observed: Record<string, Observation>;
}

const STALE = '"xcap-probe-stale"';

/** Examines entity tags and conditions (RFC 4825 sections 7.11 and 8.2.6). */
export async function examineConditions(scratch: Scratch, rounds: number): Promise<ConditionFindings> {
  const observed: Record<string, Observation> = {};
  const created = await scratch.create(scratch.version('one'));
  observed['create status'] = created.status;
  const replaced = await scratch.ask('PUT', undefined, { body: scratch.version('two') });
  observed['replace status'] = replaced.status;
  const read = await scratch.ask('GET');
  const tag = read.etag;
  observed['entity tag of a GET'] = tag ?? null;
  observed['entity tag of a PUT'] = replaced.etag ?? null;
  observed['PUT and GET agree on the tag'] = replaced.etag === tag;
  const etags: EtagTraits = {
    strength: strengthOf(tag),
    onPut: replaced.etag !== undefined && replaced.etag === tag,
  };
  observed['If-None-Match answers 304'] =
    tag !== undefined && (await scratch.ask('GET', undefined, { ifNoneMatch: tag })).status === 304;

  const refuses = async (asking: { ifMatch?: string; ifNoneMatch?: string }, body: string): Promise<boolean> => {
    const before = (await scratch.ask('GET')).text;
    const { ok } = await scratch.ask('PUT', undefined, { body, ...asking });
    return !ok && (await scratch.ask('GET')).text === before;
  };
  const rewrites = await isRewritten(scratch);
  observed['documents are stored as put'] = !rewrites;
  const honoursIfMatch = await refuses({ ifMatch: STALE }, scratch.version('stale'));
  observed['If-Match with a stale tag is refused'] = honoursIfMatch;
  const current = await scratch.reset(scratch.version('base'));
  const holds = await scratch.ask('PUT', undefined, { body: scratch.version('held'), ifMatch: current });
  observed['If-Match with the current tag is taken'] = holds.ok;
  await scratch.reset(scratch.version('base'));
  const identical = await scratch.ask('PUT', undefined, { body: scratch.version('base'), ifMatch: STALE });
  observed['If-Match with a stale tag and the same body'] = identical.status;
  await scratch.reset(scratch.version('base'));
  observed['If-Match: * on a document'] = (
    await scratch.ask('PUT', undefined, { body: scratch.version('any'), ifMatch: '*' })
  ).status;

  await scratch.reset(scratch.version('base'));
  const star = await refuses({ ifNoneMatch: '*' }, scratch.version('star'));
  observed['If-None-Match: * keeps a document'] = star;
  await scratch.reset(scratch.version('base'));
  const identicalStar = await scratch.ask('PUT', undefined, { body: scratch.version('base'), ifNoneMatch: '*' });
  observed['If-None-Match: * with the same body'] = identicalStar.status;
  await scratch.reset(scratch.version('base'));
  const quoted = !star && (await refuses({ ifNoneMatch: '"*"' }, scratch.version('quoted')));
  if (!star) observed['If-None-Match: "*" keeps a document'] = quoted;

  const winners = honoursIfMatch && holds.ok ? await race(scratch, rounds) : 0;
  observed['most writers that one tag let through'] = winners;
  return {
    conditions: {
      ifMatch: !honoursIfMatch ? 'ignored' : !holds.ok ? 'refused' : winners > 1 ? 'racy' : 'atomic',
      create: star ? 'star' : quoted ? 'quoted-star' : 'none',
      skippedForIdenticalBody: (honoursIfMatch && identical.ok) || (star && identicalStar.ok),
    },
    etags,
    rewrites,
    observed,
  };
}

async function isRewritten(scratch: Scratch): Promise<boolean> {
  const text = scratch.version('base');
  await scratch.reset(text);
  const document = await scratch.read();
  return document === undefined || !document.equals(scratch.parse(text));
}

const WRITERS = 8;

/** Repeats a race of several writers with one entity tag. Returns the most winners: more than one is a lost update. */
async function race(scratch: Scratch, rounds: number): Promise<number> {
  let most = 0;
  for (let round = 0; round < rounds && most < 2; round++) {
    const ifMatch = await scratch.reset(scratch.version(`race ${round}`));
    const answers = await Promise.all(
      Array.from({ length: WRITERS }, (_, writer) =>
        scratch.ask('PUT', undefined, { body: scratch.version(`writer ${round} ${writer}`), ifMatch }),
      ),
    );
    most = Math.max(most, answers.filter(({ ok }) => ok).length);
  }
  return most;
}
