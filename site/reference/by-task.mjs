// Plugin of TypeDoc: groups the public names by task, and writes the start page and the sidebar of the reference.
import { writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { Converter, makeRecursiveVisitor, ReflectionKind } from 'typedoc';

/** Tasks in the order of the reference, each with the source files of its names. The first task that matches counts. */
const TASKS = [
  [
    'Make a client',
    'account, authentication, connection',
    /^src\/client\/(client|options)\.ts$|^src\/client\/(auth|transport)\//,
  ],
  [
    'Read and write',
    'the results of the verbs of a client',
    /^src\/client\/(operations|request|write)\/|resource-types\.ts$|sync\/edit\.ts$/,
  ],
  ['Keep devices in sync', 'working copies, conflicts, stores', /^src\/client\/(sync|stores)\//],
  ['Follow live changes', 'notifications of changes over SIP (RFC 5875)', /^src\/client\/feed\//],
  ['Provision many users', 'jobs, credentials, journals', /^src\/client\/provision\//],
  ['Work with deviating servers', 'profiles and probes', /^src\/client\/profiles\//],
  ['Observe the client', 'logs, spans, diagnostics channels', /^src\/client\/diagnostics\.ts$/],
  [
    'Handle errors',
    'the client, documents and selectors throw subclasses of `XcapError`',
    /\/errors\.ts$|\/(xcap-error|patch-ops-error)\//,
  ],
  [
    'Address documents and nodes',
    'selectors and URIs (RFC 4825 section 6)',
    /^src\/selector\/(?!usage-table|define-selectors)/,
  ],
  ['Buddy lists', 'resource lists and RLS services (RFC 4826)', /\/usages\/(resource-lists|rls-services)\//],
  [
    'Presence rules',
    'who may see the presence (RFC 5025), and who asks for it (RFC 3858)',
    /\/usages\/pres-rules\/|\/watcherinfo\//,
  ],
  ['Call settings', 'supplementary services (3GPP TS 24.623)', /\/usages\/simservs\//],
  [
    'Compare and combine documents',
    'diff, merge, xcap-diff (RFC 5874), patches (RFC 5261)',
    /^src\/documents\/(diff|merge|xcap-diff)\/|apply-operations\.ts$/,
  ],
  [
    'Edit documents',
    'reading, editing, validating and printing',
    /^src\/documents\/(document|state)\.ts$|^src\/documents\/(data|edit|validate|xml)\//,
  ],
  ['Application usages', 'the built-in usages, and your own', /^src\/documents\/usages?\b|^src\/selector\//],
  ['Inject faults, imitate servers', 'faults, quirks', /^src\/server\/(faults|compat)\.ts$|^src\/server\/quirks\//],
  ['Store the documents of a server', 'memory, files, PostgreSQL', /^src\/server\/(stores|postgres)\//],
  ['Run a server', 'users, limits, notifications', /^src\/server\/|^src\/http\/digest/],
];

const namesOf = (project) => project.children.flatMap((module) => module.children ?? []);
const isName = (reflection) => !reflection.kindOf(ReflectionKind.Reference);

export function load(app) {
  const taskOf = new Map();

  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    for (const name of namesOf(project).filter(isName)) {
      const file = name.sources?.[0]?.fileName ?? '';
      const task = TASKS.find(([, , files]) => files.test(file));
      if (task) taskOf.set(name, task);
      else app.logger.warn(`${name.name} of ${file} belongs to no task: add its file to site/reference/by-task.mjs`);
    }
    for (const reflection of Object.values(project.reflections)) delete reflection.sources;
  });

  app.renderer.on('endPage', (page) => {
    const name = page.model;
    if (!taskOf.has(name)) return;
    const linkTo = (other) => {
      const { router } = app.renderer;
      return `[\`${other.name}\`](${posix.relative(posix.dirname(page.url), router.getFullUrl(other))})`;
    };
    const line = `import ${isValue(name) ? '' : 'type '}{ ${name.name} } from '${name.parent.name}';`;
    const users = [...(usersOf(page.project).get(name) ?? [])].filter((user) => user !== name && taskOf.has(user));
    const errors = new Map(
      namesOf(page.project).flatMap((other) => (other.name.endsWith('Error') ? [[other.name, other]] : [])),
    );
    page.contents = page.contents
      .replace(/^(# .*\n)/m, `$1\n\`\`\`ts\n${line}\n\`\`\`\n`)
      .replace(/^(#+ Throws\n\n)(\w+Error)\b/gm, (text, heading, error) =>
        errors.has(error) ? `${heading}${linkTo(errors.get(error))}` : text,
      );
    if (!isValue(name) && users.length > 0)
      page.contents += `\n## Used by\n\n${users.sort(byName).map(linkTo).join(', ')}\n`;
  });

  app.renderer.postRenderAsyncJobs.push(async ({ outputDirectory, project }) => {
    const urlOf = (name) => app.renderer.router.getFullUrl(name);
    const groups = TASKS.map(([task, about]) => ({
      task,
      about,
      names: namesOf(project)
        .filter((name) => taskOf.get(name)?.[0] === task)
        .sort((one, other) => rank(one) - rank(other) || byName(one, other)),
    }));
    const link = (name) => `/reference/${urlOf(name).replace(/\.md$/, '')}`;
    const sidebar = groups.map(({ task, names }) => ({
      text: task,
      link: `/reference/#${task.toLowerCase().replace(/[^a-z]+/g, '-')}`,
      collapsed: true,
      items: names.filter(isLeading).map((name) => ({ text: name.name, link: link(name) })),
    }));
    writeFileSync(
      join(outputDirectory, 'sidebar.json'),
      JSON.stringify([{ text: 'Reference', link: '/reference/' }, ...sidebar]),
    );
    writeFileSync(join(outputDirectory, 'index.md'), startPage(groups, urlOf));
  });
}

const byName = (one, other) => one.name.localeCompare(other.name);

/** Returns the public names that refer to each public name in their signatures and members. */
const usersOf = memoized((project) => {
  const users = new Map();
  for (const user of namesOf(project)) {
    const visitor = makeRecursiveVisitor({
      reference({ reflection }) {
        if (reflection) users.set(reflection, (users.get(reflection) ?? new Set()).add(user));
      },
    });
    visitTypes(user, visitor);
  }
  return users;
});

/** Visits the types in a reflection and in everything that it contains. */
function visitTypes(reflection, visitor) {
  for (const type of [reflection.type, ...(reflection.extendedTypes ?? []), ...(reflection.implementedTypes ?? [])])
    type?.visit(visitor);
  reflection.traverse((child) => {
    visitTypes(child, visitor);
    return true;
  });
}

/** Calls a function of one object once. */
function memoized(compute) {
  const results = new WeakMap();
  return (key) => {
    if (!results.has(key)) results.set(key, compute(key));
    return results.get(key);
  };
}

/** Whether a name is called or used as a value, rather than the type of what is passed or returned. */
const isValue = (name) => name.kindOf([ReflectionKind.Function, ReflectionKind.Class, ReflectionKind.Variable]);

/** Whether a name is one to start from: a value, or an object with methods such as a synced document. */
const isLeading = (name) =>
  isValue(name) ||
  (name.kindOf(ReflectionKind.Interface) && name.children?.some((child) => child.kindOf(ReflectionKind.Method)));

/** Values come before types. */
const rank = (name) => (isValue(name) ? 0 : 1);

function startPage(groups, urlOf) {
  const parts = groups.map(({ task, about, names }) => {
    const rows = names.map((name) => `| [\`${name.name}\`](${urlOf(name)}) | ${sentenceOf(name)} |`);
    return `## ${task}\n\n${about[0].toUpperCase()}${about.slice(1)}.\n\n| name | what it is |\n| --- | --- |\n${rows.join('\n')}\n`;
  });
  return `# Reference\n\nEvery public name of \`xcap\`, \`xcap/node\`, \`xcap/server\` and \`xcap/server/postgres\`, grouped by task.\nThe page of a name contains its signature, examples, defaults, errors and the section of the standard.\n\n${parts.join('\n')}`;
}

/** The first sentence of a comment, in one line. */
function sentenceOf(name) {
  const comment = name.comment ?? name.signatures?.[0]?.comment;
  const text = (comment?.summary ?? [])
    .map((part) => part.text)
    .join('')
    .replace(/\s+/g, ' ')
    .replaceAll('|', '\\|');
  // A list of cases follows the sentence of some types.
  const [sentence = text] = /^.*?\.(?= |$)/.exec(text) ?? [];
  const [first = ''] = sentence.split(/: - /);
  // Code keeps its braces; elsewhere they and `<` would be read as those of a component.
  return first.replace(/`[^`]*`|[<{]/g, (part) => ({ '<': '&lt;', '{': '&#123;' })[part] ?? part);
}
