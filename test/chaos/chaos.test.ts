import { expect, it } from 'vitest';
import { runChaos } from './chaos.ts';

const steps = Number(process.env['CHAOS_STEPS'] ?? 4000);
const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000);

it(
  `no acknowledged edit is lost or doubled in ${steps} steps of chaos, seed ${seed}`,
  async () => {
    console.log(`chaos: ${steps} steps, seed ${seed}; again with: npm run chaos -- --steps ${steps} --seed ${seed}`);
    const { contradictions, ...report } = await runChaos({ steps, seed });
    console.log(JSON.stringify(report));
    expect(contradictions).toEqual([]);
    expect(report.acknowledged).toBeGreaterThan(steps / 3);
  },
  60_000 + steps * 100,
);
