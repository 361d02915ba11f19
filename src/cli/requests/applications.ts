import type { AnyUsage } from '../../documents/usage.ts';
import { pidfManipulationTable } from '../../documents/usages/pidf-manipulation/table.ts';
import { COMMON_POLICY } from '../../documents/usages/pres-rules/common-policy.ts';
import { omaPresRulesTable } from '../../documents/usages/pres-rules/oma-table.ts';
import { presRulesTable } from '../../documents/usages/pres-rules/table.ts';
import { resourceListsTable } from '../../documents/usages/resource-lists/table.ts';
import { rlsServicesTable } from '../../documents/usages/rls-services/table.ts';
import { simservsTable } from '../../documents/usages/simservs/table.ts';
import { xcapCapsTable } from '../../documents/usages/xcap-caps/table.ts';
import { xcapDirectoryTable } from '../../documents/usages/xcap-directory/table.ts';
import type { UsageTable } from '../../selector/usage-table.ts';

/** The members of an application usage that requests need. Tables are plain data, so reading them loads no XML library. */
export interface Application {
  readonly auid: string;
  readonly contentType: string;
  /** Default: index. */
  readonly documentName?: string | undefined;
  /** Default: users. */
  readonly tree?: 'users' | 'global' | undefined;
  /** The default document namespace (RFC 4825 section 5.2). `null`: none. Default: the namespace of the root element. */
  readonly defaultNamespace?: string | null;
  /** The server maintains its documents. */
  readonly readOnly?: true;
  /** Prefixes that a selector may use without an `xmlns()` binding. */
  readonly prefixes?: Readonly<Record<string, string>>;
}

function fromTable(table: UsageTable, more: Readonly<Record<string, string>> = {}): Application {
  const { auid, contentType, documentName, tree } = table;
  const { '': defaultNamespace = null, ...prefixes } = table.namespaces;
  return { auid, contentType, documentName, tree, defaultNamespace, prefixes: { ...prefixes, ...more } };
}

/** The prefix that RFC 4745 uses in its examples, and the one that OMA uses. */
const COMMON_POLICY_PREFIXES = { cp: COMMON_POLICY, cr: COMMON_POLICY };

/** The applications that `--app` completes, most used first. */
export const applications: readonly Application[] = [
  fromTable(resourceListsTable),
  fromTable(presRulesTable, COMMON_POLICY_PREFIXES),
  fromTable(omaPresRulesTable, COMMON_POLICY_PREFIXES),
  fromTable(rlsServicesTable, { rls: rlsServicesTable.namespaces[''] }),
  fromTable(simservsTable),
  fromTable(pidfManipulationTable),
  { ...fromTable(xcapCapsTable), readOnly: true },
  { ...fromTable(xcapDirectoryTable), readOnly: true },
  {
    auid: 'org.openxcap.dialog-rules',
    contentType: presRulesTable.contentType,
    defaultNamespace: COMMON_POLICY,
    prefixes: COMMON_POLICY_PREFIXES,
  },
  { auid: 'org.openxcap.watchers', contentType: 'application/xml', readOnly: true },
  {
    auid: 'oma_status-icon',
    contentType: 'application/vnd.oma.pres-content+xml',
    defaultNamespace: 'urn:oma:xml:prs:pres-content',
  },
];

/** Returns the application of an AUID. The documents of an unknown AUID are `application/xml`. */
export const applicationOf = (auid: string): Application =>
  applications.find((known) => known.auid === auid) ?? { auid, contentType: 'application/xml' };

const BY_ROOT: Readonly<Record<string, string>> = {
  'resource-lists': 'resource-lists',
  'rls-services': 'rls-services',
  ruleset: 'pres-rules',
  'pres-rules': 'pres-rules',
  dialog: 'org.openxcap.dialog-rules',
  'dialog-rules': 'org.openxcap.dialog-rules',
  simservs: simservsTable.auid,
  presence: 'pidf-manipulation',
  'pidf-manipulation': 'pidf-manipulation',
  watchers: 'org.openxcap.watchers',
  icon: 'oma_status-icon',
  'xcap-directory': 'org.openmobilealliance.xcap-directory',
  'xcap-caps': 'xcap-caps',
};

/** First steps of a selector that identify the application. */
export const rootNames: readonly string[] = Object.keys(BY_ROOT);

/** Returns the application whose documents have this root element. */
export const applicationByRoot = (local: string): string | undefined =>
  Object.hasOwn(BY_ROOT, local) ? BY_ROOT[local] : undefined;

/** Loads the usage of an application; `undefined` when the library has no table of it. */
export async function usageOf(auid: string): Promise<AnyUsage | undefined> {
  const { builtInUsages } = await import('../../documents/usages/built-in.ts');
  return builtInUsages.find((usage) => usage.auid === auid);
}
