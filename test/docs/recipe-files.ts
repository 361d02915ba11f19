import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a page: its fenced blocks with a name in brackets, such as `ts [main.ts]`. */
export const filesOf = (page: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Array.from(
      readFileSync(page, 'utf8').matchAll(/^```\w+ \[([\w.-]+)\]\n([\s\S]*?)^```$/gm),
      ([, name = '', text = '']) => [name, text],
    ),
  );

/** Writes the files of a page into a folder, as a reader of the page would, and returns the folder. */
export function writeRecipe(page: string, folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(filesOf(page))) writeFileSync(join(folder, name), text);
  return folder;
}

/** The pages with files in them. */
export const pagesWithFiles = (): readonly string[] =>
  readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name))
    .filter((page) => Object.keys(filesOf(page)).length > 0);
