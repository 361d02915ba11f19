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
    name: 'completion',
    summary: 'print the completion script for bash, zsh or fish',
    load: async () => (await import('./completion.ts')).command,
  },
];
