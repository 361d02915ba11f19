import { buildRoot } from './builder.ts';
import type { CheckTable, Selector } from './builder-types.ts';
import { compileUsage } from './compile.ts';
import type { UsageTable } from './usage-table.ts';

/**
 * The typed selectors of an application usage, without documents: for programs that only build addresses and want no
 * XML library in their bundle. The result is the selector of the root element.
 *
 * @throws UsageDefinitionError when the table contradicts itself
 */
export function defineSelectors<const U extends UsageTable>(table: U & CheckTable<U>): Selector<U, U['root']> {
  return buildRoot(compileUsage(table)) as unknown as Selector<U, U['root']>; // its methods are made from the table
}
