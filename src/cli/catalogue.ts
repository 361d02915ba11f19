import type { Command } from './command.ts';
import type { ActionName } from './requests/action-names.ts';

/** A command as far as the overview needs it; the rest is loaded when it is called. */
export interface CatalogueEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

const action = (name: ActionName, summary: string): CatalogueEntry => ({
  name,
  summary,
  load: async () => (await import('./commands/actions.ts')).actionCommand(name),
});

/** Every command of xcap, in the order of the overview. */
export const catalogue: readonly CatalogueEntry[] = [
  action('get', 'print a document, an element, an attribute or namespace bindings'),
  action('put', 'create or replace it'),
  action('delete', 'delete it'),
  action('insert', 'create it, and never overwrite'),
  action('replace', 'replace it, and never create'),
  {
    name: 'lists',
    summary: 'show and edit the buddy lists',
    load: async () => (await import('./commands/lists.ts')).command,
  },
  {
    name: 'rules',
    summary: 'show and edit who may see the presence',
    load: async () => (await import('./commands/rules.ts')).command,
  },
  {
    name: 'services',
    summary: 'show the list services',
    load: async () => (await import('./commands/services.ts')).command,
  },
  {
    name: 'ut',
    summary: 'show and set call forwarding, barring and other supplementary services',
    load: async () => (await import('./commands/ut.ts')).command,
  },
  {
    name: 'edit',
    summary: 'edit a document in your editor',
    load: async () => (await import('./commands/edit.ts')).command,
  },
  {
    name: 'diff',
    summary: 'show what differs between documents',
    load: async () => (await import('./commands/diff.ts')).command,
  },
  {
    name: 'validate',
    summary: 'check documents against their application usage',
    load: async () => (await import('./commands/validate.ts')).command,
  },
  {
    name: 'caps',
    summary: 'show what the server says it can do',
    load: async () => (await import('./commands/caps.ts')).command,
  },
  {
    name: 'ls',
    summary: 'list the documents',
    load: async () => (await import('./commands/ls.ts')).command,
  },
  {
    name: 'cp',
    summary: 'copy documents between users',
    load: async () => (await import('./commands/cp.ts')).command,
  },
  {
    name: 'watch',
    summary: 'follow the changes of a document',
    load: async () => (await import('./commands/watch.ts')).command,
  },
  {
    name: 'import',
    summary: 'add buddies from CSV or vCard',
    load: async () => (await import('./commands/import.ts')).command,
  },
  {
    name: 'export',
    summary: 'write the buddy lists as CSV or vCard',
    load: async () => (await import('./commands/export.ts')).command,
  },
  {
    name: 'provision',
    summary: 'run edits for many users',
    load: async () => (await import('./commands/provision.ts')).command,
  },
  {
    name: 'doctor',
    summary: 'examine the server',
    load: async () => (await import('./commands/doctor.ts')).command,
  },
  {
    name: 'serve',
    summary: 'run an XCAP server',
    load: async () => (await import('./commands/serve.ts')).command,
  },
  {
    name: 'completion',
    summary: 'print the completion script for bash, zsh or fish',
    load: async () => (await import('./commands/completion.ts')).command,
  },
];
