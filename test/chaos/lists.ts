import { type ResourceListsDocument, resourceLists } from 'xcap';
import type { Items } from './ledger.ts';
import type { Random } from './random.ts';
import { type Edit, elementsIn, ItemCollector, MOST_ITEMS, type Subject } from './subject.ts';

const LISTS = ['a', 'b', 'c'];

/** Where an entry is: its item's name is in the display name, since its URI, the key, changes as well. */
interface Place {
  readonly item: string;
  readonly list: string;
  readonly uri: string;
  readonly version: string;
  /** Position among the entries of its list, from 1. */
  readonly position: number;
}

function places(document: ResourceListsDocument): Place[] {
  return listsOf(document).flatMap(({ name: list, element }) =>
    elementsIn(element, 'entry').map((entry, index) => {
      const [item = '', version = ''] = (elementsIn(entry, 'display-name')[0]?.textContent ?? '').split(' ');
      return { item, list, uri: entry.getAttribute('uri') ?? '', version, position: index + 1 };
    }),
  );
}

/** The lists that devices share. */
const listsOf = (document: ResourceListsDocument) =>
  elementsIn(document, 'list').flatMap((element) => {
    const name = element.getAttribute('name') ?? '';
    return LISTS.includes(name) ? [{ name, element }] : [];
  });

/** Buddies that are added, changed, moved and renamed in lists that all devices share, and notes without a key. */
export const lists: Subject<ResourceListsDocument> = {
  name: 'lists',
  initial: (filler) =>
    `<?xml version="1.0" encoding="UTF-8"?>\n<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">\n${LISTS.map((name) => `  <list name="${name}">\n  </list>\n`).join('')}${filler && `  <list name="filler"><display-name>${filler}</display-name></list>\n`}</resource-lists>\n`,

  items(document, device): Items {
    const { items, add } = collect(device);
    for (const { item, list, uri, version } of places(document)) add(item, `${list} ${uri} ${version}`);
    for (const { name, element } of listsOf(document)) {
      for (const { textContent } of elementsIn(element, 'note')) add(textContent ?? '', `note in ${name}`);
    }
    return items;
  },

  invent(document, device, random, name): Edit {
    const mine = places(document).filter(({ item }) => item.startsWith(`${device}-`));
    const notes = elementsIn(document, 'note').filter(({ textContent }) => textContent?.startsWith(`${device}-`));
    const list = random.pick(LISTS) ?? 'a';
    const place = random.pick(mine);
    const note = random.pick(notes);
    const isFull = mine.length + notes.length >= MOST_ITEMS;
    const kind = random.pick(isFull ? FULL : place || note ? SOME : NONE) ?? 'add';
    if (note && (kind === 'remove note' || kind === 'move note')) {
      const item = note.textContent ?? '';
      const change = () => {
        removeNote(document, item);
        if (kind === 'move note') document.append(resourceLists.list(list), noteOf(item));
      };
      return { kind, items: [item], change };
    }
    if (place && CHANGES.has(kind)) {
      const { item } = place;
      return { kind, items: [item], change: () => changeEntry(document, place, kind, list, random, name) };
    }
    if (kind === 'add note') {
      return { kind, items: [name], change: () => document.append(resourceLists.list(list), noteOf(name)) };
    }
    const names = kind === 'add two' ? [name, `${name}b`] : [name];
    const change = () => {
      for (const item of names)
        document.addEntry(resourceLists.list(list), { uri: `sip:${item}@example.com`, displayName: `${item} v` });
    };
    return { kind: names.length === 2 ? 'add two' : 'add', items: names, change };
  },
};

const NONE = ['add', 'add two', 'add note'];
const CHANGES = new Set(['rename', 'change key', 'remove', 'move', 'reorder', 'away and back', 'remove and add']);
const SOME = [...NONE, ...CHANGES, 'move', 'reorder', 'remove note', 'move note'];
const FULL = ['remove', 'remove', 'move', 'reorder', 'remove note', 'remove note'];

const noteOf = (item: string): string => `<note xmlns="urn:example:chaos">${item}</note>`;

/** Removes a note through its list: by selector, an element without key cannot be deleted before others of its name. */
function removeNote(document: ResourceListsDocument, item: string): void {
  for (const name of LISTS) {
    const list = document.element(resourceLists.list(name));
    for (const node of Array.from(list?.childNodes ?? [])) {
      if (node.nodeName === 'note' && node.textContent === item) list?.removeChild(node);
    }
  }
}

function collect(device: string) {
  const collector = new ItemCollector(device);
  return { items: collector.items, add: collector.add.bind(collector) };
}

function changeEntry(
  document: ResourceListsDocument,
  { item, list, uri, position }: Place,
  kind: string,
  other: string,
  random: Random,
  version: string,
): void {
  const here = resourceLists.list(list);
  const entry = here.entry(uri);
  if (kind === 'rename') document.renameEntry(entry, `${item} ${version}`);
  else if (kind === 'change key') document.put(here.entry(position).attr('uri'), `sip:${item}.${version}@example.com`);
  else if (kind === 'remove') document.delete(entry);
  else if (kind === 'remove and add') {
    document.delete(entry);
    document.addEntry(resourceLists.list(other), { uri, displayName: `${item} ${version}` });
  } else if (kind === 'reorder') {
    const xml = document.xml(entry) ?? '';
    document.delete(entry);
    const count = document.entries(here).length;
    document.put(here.entry({ at: 1 + random.below(count + 1), uri }), xml);
  } else if (other !== list) {
    const there = document.moveEntry(entry, resourceLists.list(other));
    if (kind === 'away and back') document.moveEntry(there, here);
  }
}
