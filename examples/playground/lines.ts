import { make } from './page.ts';

/** The lines of a text, those marked that another text has not at that place. */
export function markedLines(before: string, after: string): HTMLElement[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < now.length && now[start] === old[start]) start++;
  let end = 0;
  while (end < now.length - start && end < old.length - start && now.at(-1 - end) === old.at(-1 - end)) end++;
  return now.map((line, index) => make('span', index >= start && index < now.length - end ? 'new' : '', line));
}
