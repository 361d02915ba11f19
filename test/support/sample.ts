import { readFileSync } from 'node:fs';

/** The text of one of the documents in examples/samples. */
export const sample = (name: string): string =>
  readFileSync(new URL(`../../examples/samples/${name}`, import.meta.url), 'utf8');
