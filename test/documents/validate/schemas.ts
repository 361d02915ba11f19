/** The official schemas and libxml2, against which validation is compared. They are not part of the project. */

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const shared = resolve('../shared');
const hasSchemas = existsSync(join(shared, 'xsd/xcap/all.xsd')) && existsSync(join(shared, 'rfc/rfc4480.txt'));
const hasXmllint = spawnSync('xmllint', ['--version']).status === 0;

/** What the comparison lacks on this machine. */
export const missing = [...(hasSchemas ? [] : ['the schemas']), ...(hasXmllint ? [] : ['xmllint (libxml2-utils)'])];

/** The reason to skip, for the title of a test. */
export const skipped = missing.length > 0 ? ` (skipped: ${missing.join(' and ')} missing)` : '';

/** Returns the schema in an RFC, without page breaks. */
function schemaIn(rfc: string): string {
  const text = readFileSync(join(shared, `rfc/rfc${rfc}.txt`), 'utf8');
  const schema = /<xs:schema[\s\S]*?<\/xs:schema>/.exec(text)?.[0] ?? '';
  return schema.replace(/^(?:\S.*\[Page \d+\]|RFC \d+ .*|\f)$/gm, '');
}

/** Rewrites repeated wildcards: libxml2 2.9 also accepts what precedes such a wildcard after it. */
const withGroupedWildcards = (schema: string): string =>
  schema.replace(
    /<xs:any namespace="##other"\s+maxOccurs="unbounded"\s+processContents="lax"\s*\/>/g,
    '<xs:sequence maxOccurs="unbounded"><xs:any namespace="##other" processContents="lax"/></xs:sequence>',
  );

/** Writes one schema that imports all, with those of RPID and CIPID from their RFCs. */
function writeSchemas(folder: string): string {
  cpSync(join(shared, 'xsd/xcap'), folder, { recursive: true });
  const include = '<xs:include schemaLocation="common-schema.xsd"/>';
  const rpid = withGroupedWildcards(schemaIn('4480')).replace(/<xs:simpleType/, `${include}<xs:simpleType`);
  writeFileSync(join(folder, 'rpid.xsd'), rpid);
  writeFileSync(join(folder, 'cipid.xsd'), schemaIn('4482'));
  const imports = ['rpid', 'cipid'].map(
    (name) => `<xs:import namespace="urn:ietf:params:xml:ns:pidf:${name}" schemaLocation="${name}.xsd"/>`,
  );
  const error = '<xs:import namespace="urn:ietf:params:xml:ns:xcap-error" schemaLocation="xcap-error.xsd"/>';
  const all = readFileSync(join(folder, 'all.xsd'), 'utf8');
  const file = join(folder, 'every.xsd');
  writeFileSync(file, all.replace('</xs:schema>', `${imports.join('')}${error}</xs:schema>`));
  return file;
}

/** Returns for each document whether libxml2 finds it valid, and its first complaint. */
export function judge(documents: readonly string[]): { readonly isValid: boolean; readonly complaint: string }[] {
  const folder = mkdtempSync(join(tmpdir(), 'xcap-schemas-'));
  try {
    const schema = writeSchemas(folder);
    const names = documents.map((text, index) => {
      writeFileSync(join(folder, `${index}.xml`), text);
      return `${index}.xml`;
    });
    const verdicts = new Map<string, boolean>();
    const complaints = new Map<string, string>();
    for (let start = 0; start < names.length; start += 1000) {
      const options = ['--noout', '--nonet', '--huge', '--schema', schema, ...names.slice(start, start + 1000)];
      const { stderr } = spawnSync('xmllint', options, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 });
      for (const line of stderr.split('\n')) {
        const [, name, verdict] = /^(\d+\.xml) (validates|fails to validate)$/.exec(line) ?? [];
        if (name !== undefined) verdicts.set(name, verdict === 'validates');
        const [, place, complaint] = /^(\d+\.xml):\d+: (.*)$/.exec(line) ?? [];
        if (place !== undefined && complaint !== undefined && !complaints.has(place)) complaints.set(place, complaint);
      }
    }
    return names.map((name) => {
      const isValid = verdicts.get(name);
      if (isValid === undefined) throw new RangeError(`xmllint did not judge ${name}: ${complaints.get(name)}`);
      return { isValid, complaint: complaints.get(name) ?? '' };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
