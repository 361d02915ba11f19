import { shown } from '../output/escape.ts';
import { widthOf } from '../output/table.ts';
import { columnsOf, print, styled } from '../output/terminal.ts';
import type { ExpandedItem, ExpandedList, ExpandedReference } from './expand-lists.ts';
import type { EntryNode, ListItem, ListNode } from './list-tree.ts';

type Item = ListItem | ExpandedItem;
type List = ListNode | ExpandedList;

/** Returns lists as plain data, for --json. */
export const listData = (list: List): object => {
  const { name, displayName, path, selector, items } = list;
  const of = (kind: Item['kind']) => items.filter((item) => item.kind === kind);
  return {
    name,
    displayName,
    path,
    selector: String(selector),
    entries: of('entry').map((item) => itemData(item)),
    entryRefs: of('entry-ref').map((item) => itemData(item)),
    externals: of('external').map((item) => itemData(item)),
    lists: of('list').map((item) => itemData(item)),
  };
};

function itemData(item: Item): object {
  if (item.kind === 'list') return listData(item);
  const { uri, displayName, selector } = item;
  const address = item.kind === 'entry' ? { uri } : item.kind === 'external' ? { anchor: uri } : { ref: uri };
  return { ...address, displayName, selector: String(selector), ...('target' in item && targetData(item)) };
}

function targetData({ target }: ExpandedReference): object {
  if ('problem' in target) return { problem: target.problem };
  return 'list' in target ? { list: listData(target.list) } : { entry: itemData(target.entry) };
}

/** Prints a list as a tree. */
export async function printList(list: List, lead = '', below = ''): Promise<void> {
  const { name, displayName, selector, items } = list;
  const position = list.steps.at(-1);
  const address = typeof position === 'number' ? `  [${position}]` : '';
  const title = displayName && displayName !== name ? ` (${shown(displayName)})` : '';
  await printLine(`${lead}${styled('bold', shown(name || '(no name)'))}${title}${address}`, selector);
  for (const [index, item] of items.entries()) {
    const isLast = index === items.length - 1;
    const [branch, indent] = [`${below}${isLast ? '└── ' : '├── '}`, `${below}${isLast ? '    ' : '│   '}`];
    if (item.kind === 'list') await printList(item, branch, indent);
    else await printItem(item, branch, indent);
  }
}

async function printItem(item: EntryNode | ExpandedReference, branch: string, indent: string): Promise<void> {
  await printLine(`${branch}${entryLine(item)}`, item.selector);
  if (!('target' in item)) return;
  const { target } = item;
  if ('problem' in target) await print(`${indent}└── ${styled('yellow', `not followed: ${shown(target.problem)}`)}`);
  else if ('entry' in target) await print(`${indent}└── ${entryLine(target.entry)}`);
  else await printList(target.list, `${indent}└── `, `${indent}    `);
}

/** Prints a line with a selector, which is shortened so that the tree keeps its shape on a terminal. */
function printLine(text: string, selector: unknown): Promise<void> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the styles that this program writes
  const used = widthOf(text.replace(/\u001b\[\d{1,2}m/g, '')) + 2;
  const room = columnsOf(process.stdout, Number.POSITIVE_INFINITY) - used;
  const whole = shown(String(selector));
  const fitting = whole.length <= room ? whole : room < 10 ? '' : `${whole.slice(0, room - 1)}…`;
  return print(fitting === '' ? text : `${text}  ${styled('dim', fitting)}`);
}

function entryLine({ kind, uri, displayName, position, isAmbiguous }: EntryNode): string {
  const mark = kind === 'entry' ? '' : `${kind} `;
  const address = kind === 'entry' && isAmbiguous ? [styled('yellow', `[${position}]`)] : [];
  return [
    ...(displayName ? [shown(displayName)] : []),
    ...(uri || !displayName ? [styled('cyan', shown(uri || '(no URI)'))] : []),
    ...address,
  ]
    .map((part, index) => (index === 0 ? mark + part : part))
    .join('  ');
}
