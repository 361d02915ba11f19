/** The page at work: whatever is typed or clicked is read anew and shown. */

import { PresRulesDocument, type XcapDocument } from 'xcap/documents';
import { parseSelector, type UntypedSelector } from 'xcap/selector';
import { copyCode, type ShownEdit, showCode } from './code.ts';
import { startDevices } from './devices.ts';
import { hideEdit, showEdit } from './edit.ts';
import { readHash, writeHash } from './hash.ts';
import { load, save } from './live.ts';
import { matchesOf } from './matches.ts';
import { button, fillList, make, page, showError } from './page.ts';
import { showPolicy } from './policy.ts';
import { Tree } from './tree.ts';
import { choices } from './usages.ts';

/** What the fields hold, where it can be read. */
let doc: XcapDocument | undefined;
let selector: UntypedSelector | undefined;

function show(): void {
  const choice = choices[page.usage.value];
  if (!choice) return;
  doc = tried('document', () => choice.parse(page.document.value));
  selector = tried('selector', () => parseSelector(page.selector.value.trim(), choice.usage));
  const addressed = selector;
  const found = doc && addressed ? matchesOf(doc, addressed.node) : [];
  page.tree.replaceChildren(...(doc ? [new Tree(doc, found, choose).render()] : []));
  showAddress(addressed);
  showValue(doc, addressed, found.length);
  showIssues(doc);
  page.policy.hidden = !page.usage.value.endsWith('pres-rules');
  if (doc instanceof PresRulesDocument) showPolicy(doc, choose);
  hideEdit();
  explain();
  writeHash();
}

/** Shows the code for the selector and, if one was made, for the edit. */
function explain(edit?: ShownEdit): void {
  const choice = choices[page.usage.value];
  showCode(choice && selector && { usage: choice.usage, name: choice.name, selector, edit });
}

function tried<T>(place: 'document' | 'selector', read: () => T): T | undefined {
  try {
    const value = read();
    showError(place, undefined);
    return value;
  } catch (error) {
    showError(place, error);
    return undefined;
  }
}

function choose(text: string): void {
  page.selector.value = text;
  show();
}

function showAddress(shown: UntypedSelector | undefined): void {
  const isTyped = String(shown) === page.selector.value.trim();
  const rows = shown && { ...(!isTyped && { 'the same': String(shown) }), 'on the wire': `/~~${shown.toPath()}` };
  page.address.replaceChildren(
    ...Object.entries(rows ?? {}).flatMap(([name, text]) => [make('dt', '', name), make('dd', '', text)]),
  );
}

function showValue(from: XcapDocument | undefined, at: UntypedSelector | undefined, count: number): void {
  page.value.textContent = '';
  page.matches.value = '';
  if (!from || !at) return;
  const value = from.get(at);
  if (value !== undefined) page.value.textContent = `${from.xml(at)}\n\n${JSON.stringify(value, null, 2)}`;
  page.matches.value =
    count > 1 ? `: ${count} nodes, so nothing (RFC 4825 section 6.3)` : value === undefined ? ': nothing' : '';
}

function showIssues(from: XcapDocument | undefined): void {
  const items = (from?.validate(100) ?? []).map(({ selector: at, rule, message }) =>
    make(
      'li',
      '',
      button('', at, () => choose(at)),
      ` ${rule}: ${message}`,
    ),
  );
  fillList(page.issues, items, from ? 'valid' : 'the document cannot be read');
}

function useSample(): void {
  const { sample, selector: start } = choices[page.usage.value] ?? { sample: '', selector: '' };
  page.document.value = sample;
  choose(start);
}

page.usage.append(...Object.keys(choices).map((auid) => new Option(auid)));
page.usage.addEventListener('change', useSample);
page.reset.addEventListener('click', useSample);
for (const field of [page.document, page.selector, page.watcher, page.sphere, page.at])
  field.addEventListener('input', show);
page.put.addEventListener('click', () => doc && selector && explain(showEdit(doc, selector, 'PUT')));
page.delete.addEventListener('click', () => doc && selector && explain(showEdit(doc, selector, 'DELETE')));
page.copy.addEventListener('click', () => copyCode());
for (const field of [page.root, page.user]) field.addEventListener('input', () => explain());
page.account.addEventListener('submit', async (event) => {
  event.preventDefault();
  const choice = choices[page.usage.value];
  const text = choice && (await load(choice));
  if (text === undefined) return;
  page.document.value = text;
  show();
});
page.save.addEventListener('click', async () => {
  const choice = choices[page.usage.value];
  if (choice) await save(choice);
});
page.keep.addEventListener('click', () => {
  page.document.value = linesOf(page.edited);
  show();
});

const linesOf = (pre: HTMLElement): string =>
  Array.from(pre.children, ({ textContent }) => textContent ?? '').join('\n');

readHash();
show();
// The page is part of the site there.
page.home.hidden = !location.pathname.endsWith('/playground/');
await startDevices((text, at) => {
  page.usage.value = 'resource-lists';
  page.document.value = text;
  choose(at);
  page.selector.scrollIntoView({ block: 'center' });
  page.selector.focus();
});
