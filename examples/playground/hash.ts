/** What was typed, in the URL, so that a case can be shared. */

import { page } from './page.ts';
import { choices, WATCHER } from './usages.ts';

const fields = {
  selector: page.selector,
  content: page.content,
  watcher: page.watcher,
  sphere: page.sphere,
  at: page.at,
};

/** Fills the fields from the URL; what it does not say is as in the sample. */
export function readHash(): void {
  const said = new URLSearchParams(location.hash.slice(1));
  const usage = said.get('usage') ?? '';
  page.usage.value = usage in choices ? usage : 'resource-lists';
  const { sample, selector } = choices[page.usage.value] ?? { sample: '', selector: '' };
  page.document.value = said.get('document') ?? sample;
  const given: Record<string, string> = { selector, watcher: WATCHER };
  for (const [name, field] of Object.entries(fields)) field.value = said.get(name) ?? given[name] ?? '';
}

/** Puts the fields into the URL, without an entry in the history. */
export function writeHash(): void {
  const says = new URLSearchParams({ usage: page.usage.value });
  if (page.document.value !== choices[page.usage.value]?.sample) says.set('document', page.document.value);
  for (const [name, field] of Object.entries(fields)) if (field.value) says.set(name, field.value);
  history.replaceState(null, '', `#${says}`);
}
