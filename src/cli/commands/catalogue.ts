import type { Command } from '../command.ts';

/** A command as far as the overview needs it; the rest is loaded when it is called. */
export interface CatalogueEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** The actions of xcapclient, the first things that xcap does, too. */
export const actionNames = ['get', 'put', 'delete', 'insert', 'replace'] as const;

const action = (name: (typeof actionNames)[number], summary: string): CatalogueEntry => ({
  name,
  summary,
  load: async () => (await import('./actions.ts')).actionCommand(name),
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
    load: async () => (await import('./lists.ts')).command,
  },
  {
    name: 'rules',
    summary: 'show and edit who may see the presence',
    load: async () => (await import('./rules.ts')).command,
  },
  {
    name: 'services',
    summary: 'show the list services',
    load: async () => (await import('./services.ts')).command,
  },
  {
    name: 'edit',
    summary: 'edit a document in your editor',
    load: async () => (await import('./edit.ts')).command,
  },
  {
    name: 'diff',
    summary: 'show what differs between documents',
    load: async () => (await import('./diff.ts')).command,
  },
  {
    name: 'validate',
    summary: 'check documents against their application usage',
    load: async () => (await import('./validate.ts')).command,
  },
  {
    name: 'caps',
    summary: 'show what the server says it can do',
    load: async () => (await import('./caps.ts')).command,
  },
  {
    name: 'ls',
    summary: 'list the documents',
    load: async () => (await import('./ls.ts')).command,
  },
  {
    name: 'cp',
    summary: 'copy documents between users',
    load: async () => (await import('./cp.ts')).command,
  },
  {
    name: 'watch',
    summary: 'follow the changes of a document',
    load: async () => (await import('./watch.ts')).command,
  },
  {
    name: 'import',
    summary: 'add buddies from CSV or vCard',
    load: async () => (await import('./import.ts')).command,
  },
  {
    name: 'export',
    summary: 'write the buddy lists as CSV or vCard',
    load: async () => (await import('./export.ts')).command,
  },
  {
    name: 'provision',
    summary: 'run edits for many users',
    load: async () => (await import('./provision.ts')).command,
  },
  {
    name: 'doctor',
    summary: 'examine the server',
    load: async () => (await import('./doctor.ts')).command,
  },
  {
    name: 'serve',
    summary: 'run an XCAP server',
    load: async () => (await import('./serve.ts')).command,
  },
  {
    name: 'completion',
    summary: 'print the completion script for bash, zsh or fish',
    load: async () => (await import('./completion.ts')).command,
  },
];
