import { OTHER } from './content-model.ts';
import type { ElementRow, Occurs } from './usage-table.ts';

/** Returns the content model of a row: `content`, or the model that its other members describe. */
export function contentOf(row: ElementRow): string {
  if (row.content !== undefined) return row.content;
  const { children = {}, extensions = 'last' } = row;
  if (row.text !== undefined) return '';
  const names = Object.keys(children);
  const other = extensions === 'anywhere' ? [`${OTHER}*`] : [];
  const parts = row.repeats ? [`(${names.join(', ')})+`] : inOrder(row, names, other);
  return [...other, ...parts, ...(extensions === 'last' ? [`${OTHER}*`] : [])].join(', ');
}

/** Returns the parts of a sequence: single children, choices, and groups in any order. */
function inOrder(row: ElementRow, names: readonly string[], other: readonly string[]): string[] {
  const done = new Set<string>();
  return names.flatMap((name) => {
    if (done.has(name)) return [];
    const anyOrder = row.anyOrder?.find((group) => group.includes(name));
    const oneOf = row.oneOf?.find((group) => group.includes(name) && isAdjacent(group, names));
    for (const member of anyOrder ?? oneOf ?? [name]) done.add(member);
    if (anyOrder) return [`(${[...anyOrder, ...other].map((part) => part.replace('*', '')).join(' | ')})*`];
    const part = oneOf ? `(${oneOf.join(' | ')})` : `${name}${REPEATED[row.children?.[name] ?? '*']}`;
    return [part, ...other];
  });
}

/** Whether the members of a choice follow one another among the children. */
const isAdjacent = (group: readonly string[], names: readonly string[]): boolean => {
  const places = group.map((name) => names.indexOf(name));
  return Math.max(...places) - Math.min(...places) === group.length - 1;
};

const REPEATED: Readonly<Record<Occurs, string>> = { '1': '', '?': '?', '*': '*', '+': '+' };
