import type { AnyUsage } from '../documents/usage.ts';

/** What the program knows of an application usage without loading its table. */
export interface Application {
  readonly auid: string;
  readonly contentType: string;
  /** Default: index. */
  readonly documentName?: string;
  /** Default: users. */
  readonly tree?: 'global';
  /** The default document namespace (RFC 4825 section 5.2), where it is not that of the root element; `null` is none. */
  readonly defaultNamespace?: string | null;
  /** The server makes its documents. */
  readonly readOnly?: true;
  /** Prefixes that a selector may use without binding them, since people write them as in the document. */
  readonly prefixes?: Readonly<Record<string, string>>;
}

const COMMON_POLICY = 'urn:ietf:params:xml:ns:common-policy';
const PRES_RULES = 'urn:ietf:params:xml:ns:pres-rules';
const COMMON_PREFIXES = { cp: COMMON_POLICY, cr: COMMON_POLICY };

/** The applications that `--app` is completed with, in the order of their use. */
export const applications: readonly Application[] = [
  {
    auid: 'resource-lists',
    contentType: 'application/resource-lists+xml',
    prefixes: { rl: 'urn:ietf:params:xml:ns:resource-lists' },
  },
  {
    auid: 'pres-rules',
    contentType: 'application/auth-policy+xml',
    defaultNamespace: PRES_RULES,
    prefixes: { ...COMMON_PREFIXES, pr: PRES_RULES },
  },
  {
    auid: 'org.openmobilealliance.pres-rules',
    contentType: 'application/auth-policy+xml',
    documentName: 'pres-rules',
    defaultNamespace: null,
    prefixes: {
      ...COMMON_PREFIXES,
      pr: PRES_RULES,
      ocp: 'urn:oma:xml:xdm:common-policy',
      op: 'urn:oma:xml:prs:pres-rules',
    },
  },
  {
    auid: 'rls-services',
    contentType: 'application/rls-services+xml',
    prefixes: { rl: 'urn:ietf:params:xml:ns:resource-lists', rls: 'urn:ietf:params:xml:ns:rls-services' },
  },
  {
    auid: 'pidf-manipulation',
    contentType: 'application/pidf+xml',
    prefixes: { pidf: 'urn:ietf:params:xml:ns:pidf', dm: 'urn:ietf:params:xml:ns:pidf:data-model' },
  },
  { auid: 'xcap-caps', contentType: 'application/xcap-caps+xml', tree: 'global', readOnly: true },
  {
    auid: 'org.openmobilealliance.xcap-directory',
    contentType: 'application/vnd.oma.xcap-directory+xml',
    documentName: 'directory.xml',
    readOnly: true,
  },
  {
    auid: 'org.openxcap.dialog-rules',
    contentType: 'application/auth-policy+xml',
    defaultNamespace: COMMON_POLICY,
    prefixes: COMMON_PREFIXES,
  },
  { auid: 'org.openxcap.watchers', contentType: 'application/xml', readOnly: true },
  {
    auid: 'oma_status-icon',
    contentType: 'application/vnd.oma.pres-content+xml',
    defaultNamespace: 'urn:oma:xml:prs:pres-content',
  },
];

/** What is known of an application; any other AUID holds some XML. */
export const applicationOf = (auid: string): Application =>
  applications.find((known) => known.auid === auid) ?? { auid, contentType: 'application/xml' };

const BY_ROOT: Readonly<Record<string, string>> = {
  'resource-lists': 'resource-lists',
  'rls-services': 'rls-services',
  ruleset: 'pres-rules',
  'pres-rules': 'pres-rules',
  dialog: 'org.openxcap.dialog-rules',
  'dialog-rules': 'org.openxcap.dialog-rules',
  presence: 'pidf-manipulation',
  'pidf-manipulation': 'pidf-manipulation',
  watchers: 'org.openxcap.watchers',
  icon: 'oma_status-icon',
  'xcap-directory': 'org.openmobilealliance.xcap-directory',
  'xcap-caps': 'xcap-caps',
};

/** The names that a selector can start with to tell its application. */
export const rootNames: readonly string[] = Object.keys(BY_ROOT);

/** The application whose documents have this root element. */
export const applicationByRoot = (local: string): string | undefined =>
  Object.hasOwn(BY_ROOT, local) ? BY_ROOT[local] : undefined;

/** The usage of an application, where the library has a table of it. */
export async function usageOf(auid: string): Promise<AnyUsage | undefined> {
  const { builtInUsages } = await import('../documents/usages/built-in.ts');
  return builtInUsages.find((usage) => usage.auid === auid);
}
