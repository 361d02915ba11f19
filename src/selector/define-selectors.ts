import { buildRoot } from './builder.ts';
import type { CheckTable, Selector } from './builder-types.ts';
import { compileUsage } from './compile.ts';
import type { UsageTable } from './usage-table.ts';

/**
 * Defines the typed selectors of an application usage without its documents, for programs that only build addresses:
 * no XML library is bundled. Use `defineApplicationUsage` to read and write documents as well.
 *
 * @returns the selector of the root element
 * @throws UsageDefinitionError when the table is inconsistent
 *
 * @example
 * const notes = defineSelectors({
 *   auid: 'org.example.notes', contentType: 'application/xml', namespaces: { '': 'urn:example:notes' },
 *   root: 'notes', elements: { notes: { children: { note: '*' } }, note: {} },
 * });
 * String(notes.note(1)); // /notes/note[1]
 */
export function defineSelectors<const U extends UsageTable>(table: U & CheckTable<U>): Selector<U, U['root']> {
  return buildRoot(compileUsage(table)) as unknown as Selector<U, U['root']>; // its methods are made from the table
}
