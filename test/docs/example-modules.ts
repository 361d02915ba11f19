import { describeApi, entryPoints } from '../package/api.ts';
import { type Declaration, examplesIn } from './declarations.ts';

/** An example in the TSDoc of a public name. */
export interface Example {
  /** The name, and the member in it. */
  readonly place: string;
  /** The declaration file of the name. */
  readonly file: string;
  readonly code: string;
}

/** Returns the examples of public declarations and their members. */
export const examplesOf = (declarations: readonly Declaration[]): readonly Example[] =>
  declarations.flatMap(({ name, file, comment, members }) =>
    [{ name: '', comment }, ...members].flatMap((member) =>
      examplesIn(member.comment).map((code) => ({ place: `${name}.${member.name}`, file, code })),
    ),
  );

/** Names with a meaning of their own in the examples below a folder of `dist`; the first folder that matches counts. */
const LOCAL = [
  'simservs',
  'pres-rules',
  'rls-services',
  'pidf-manipulation',
  'watcherinfo',
  'patch-ops-error',
  'xcap-error',
  'server/stores',
] as const;

/** Members of each local context, and of the context of all examples. */
interface ContextNames {
  readonly context: readonly string[];
  readonly local: Readonly<Record<string, readonly string[]>>;
}

/** Returns a module with a function that runs an example: it imports public names, and takes others from the context. */
export function exampleModule({ file, code }: Example, names: ContextNames, context: string): string {
  const used = new Set(
    code.replace(/'(?:[^'\\]|\\.)*'|\/\/.*$/gm, '').match(/(?<!(?<!\.\.)\.|[\w$])[A-Za-z_$][\w$]*/g) ?? [],
  );
  const isDeclared = (name: string): boolean =>
    new RegExp(`(?:const|let|import) (?:${name}\\b|\\{[^}]*\\b${name}\\b[^}]*\\}|\\[[^\\]]*\\b${name}\\b)`).test(code);
  const free = [...used].filter((name) => !isDeclared(name));
  const isCalled = (name: string): boolean => importsOf([name], file) !== '' && code.includes(`${name}(`);
  const folder = LOCAL.find((candidate) => file.includes(`/${candidate}/`));
  const local = free.filter((name) => folder !== undefined && names.local[folder]?.includes(name));
  const shared = free.filter((name) => !local.includes(name) && names.context.includes(name) && !isCalled(name));
  const imported = free.filter((name) => !local.includes(name) && !shared.includes(name));
  const imports = [...code.matchAll(/^import .*;$/gm)].map(([line]) => line);
  const body = code
    .replace(/^import .*;$/gm, '')
    .replace("root: 'https://xcap.example.com/xcap-root'", 'root: context.root');
  return `${importsOf(imported, file)}
${imports.join('\n')}
import type { makeContext, makeLocal } from '${context}';
export async function run(context: Awaited<ReturnType<typeof makeContext>>, local: Awaited<ReturnType<typeof makeLocal>>) {
  let { ${shared.join(', ')} } = context;
  let { ${local.join(', ')} } = local${folder === undefined ? '' : `['${folder}']`};
  {
${body}
  }
  return undefined;
}
`;
}

const declared = new Map(
  Array.from(entryPoints(), ([entry, declarationFile]) => [
    entry,
    new Map(
      Array.from(
        describeApi(declarationFile, entryPoints()).matchAll(
          /^export (?:declare )?(?:abstract )?(const|function|class|interface|type) ([\w$]+)/gm,
        ),
        ([, kind = '', name = '']) => [name, kind] as const,
      ),
    ),
  ]),
);

/** Imports of public names from the entry point of the file, or else from the first that has them. */
function importsOf(names: readonly string[], file: string): string {
  const order = ['xcap', 'xcap/documents', 'xcap/selector', 'xcap/node', 'xcap/server', 'xcap/server/postgres'];
  if (file.startsWith('dist/server/')) order.reverse();
  return names
    .flatMap((name) => {
      const entry = order.find((candidate) => declared.get(candidate)?.has(name));
      if (entry === undefined) return [];
      const isType = ['interface', 'type'].includes(declared.get(entry)?.get(name) ?? '');
      return [`import { ${isType ? 'type ' : ''}${name} } from '${entry}';`];
    })
    .join('\n');
}
