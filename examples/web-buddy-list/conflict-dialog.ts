/** Asks the user about conflicts: my version, theirs, or another text. */

import type { ConflictResolutions, MergeConflict, MergeResolution } from 'xcap';
import { ask, make, page } from './page.ts';

/** Shows the conflicts and returns a resolution for each; `undefined` if the user wants to decide later. */
export async function askAboutConflicts(conflicts: readonly MergeConflict[]): Promise<ConflictResolutions> {
  const questions = conflicts.map(questionAbout);
  page.conflictList.replaceChildren(...questions.map(({ element }) => element));
  const answer = await ask(page.conflicts);
  return answer === 'save' ? questions.map(({ answer }) => answer()) : undefined;
}

interface Question {
  readonly element: HTMLElement;
  answer(): MergeResolution;
}

let count = 0;

function questionAbout(conflict: MergeConflict): Question {
  const name = `conflict-${count++}`;
  const choice = (value: string, label: string, content: Node): HTMLElement =>
    make(
      'label',
      { className: 'choice' },
      make('input', { type: 'radio', name, value }),
      make('b', {}, label),
      content,
    );
  const shown = (version: unknown) => make('span', {}, version === undefined ? 'removed' : textOf(version));
  const other = make('input', { value: textOf(conflict.mine ?? conflict.base ?? ''), ariaLabel: 'Another name' });
  const element = make(
    'li',
    {},
    make('p', {}, subjectOf(conflict)),
    choice('mine', 'Mine', shown(conflict.mine)),
    choice('theirs', 'Theirs', shown(conflict.theirs)),
    ...(isName(conflict) ? [choice('other', 'Another', other)] : []),
  );
  const chosen = (value: string) => element.querySelector<HTMLInputElement>(`input[value="${value}"]`);
  const mine = chosen('mine');
  if (mine) mine.checked = true;
  other.addEventListener('focus', () => chosen('other')?.click());
  return {
    element,
    answer() {
      if (chosen('theirs')?.checked) return 'theirs';
      if (!chosen('other')?.checked) return 'mine';
      return conflict.kind === 'text' ? { value: other.value } : { text: other.value };
    },
  };
}

/** Whether both sides gave a buddy a name. */
const isName = ({ kind, selector, mine, theirs }: MergeConflict): boolean =>
  String(selector).endsWith('/display-name') &&
  (kind === 'text' || kind === 'added') &&
  mine !== undefined &&
  theirs !== undefined;

function subjectOf({ kind, selector }: MergeConflict): string {
  const address = /entry\[@uri="([^"]*)"\]/.exec(String(selector))?.[1] ?? String(selector);
  return kind === 'removed' ? `${address}: removed on one device, changed on the other` : address;
}

/** A name, a text, or the data of an element. */
function textOf(version: unknown): string {
  if (typeof version === 'string') return version;
  const { text, displayName, uri } = version as { text?: string; displayName?: { text: string }; uri?: string };
  return text ?? displayName?.text ?? uri ?? JSON.stringify(version);
}
