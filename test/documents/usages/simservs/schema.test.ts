import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { simservs } from '../../../../src/documents/index.ts';
import { documents } from './random-documents.ts';

const schemas = resolve('../shared/xsd');
const hasSchemas = existsSync(join(schemas, 'simservs-restated/serv-cap.xsd'));
const hasXmllint = spawnSync('xmllint', ['--version']).status === 0;
const missing = [...(hasSchemas ? [] : ['the schemas']), ...(hasXmllint ? [] : ['xmllint (libxml2-utils)'])];

it.skipIf(missing.length > 0)(
  `judges 500 random documents as the schema does${missing.length > 0 ? ` (skipped: ${missing.join(' and ')} missing)` : ''}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'simservs-'));
    try {
      const texts = fc.sample(documents, { numRuns: 500, seed: 24623 });
      const files = texts.map((text, index) => {
        const file = join(folder, `${index}.xml`);
        writeFileSync(file, text);
        return file;
      });
      const { stderr } = spawnSync(
        'xmllint',
        ['--noout', '--nonet', '--schema', join(schemas, 'simservs-restated/serv-cap.xsd'), ...files],
        { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
      );
      const valid = new Set(
        stderr
          .split('\n')
          .flatMap((line) => (line.endsWith(' validates') ? [line.slice(0, -' validates'.length)] : [])),
      );
      const disagreements = texts.flatMap((text, index) => {
        const issues = simservs.parse(text).validate();
        return (issues.length === 0) === valid.has(files[index] ?? '')
          ? []
          : [{ text, issues: issues.map(({ message }) => message) }];
      });
      expect(disagreements.slice(0, 3)).toEqual([]);
      expect(valid.size).toBeGreaterThan(25);
      expect(valid.size).toBeLessThan(475);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
