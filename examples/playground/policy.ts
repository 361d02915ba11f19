import type { PresRulesDocument } from 'xcap/documents';
import { button, fillList, make, page, showError } from './page.ts';

/** Decides on the watcher that is typed in, and shows by which rules; lints the rules besides. */
export function showPolicy(rules: PresRulesDocument, choose: (selector: string) => void): void {
  showError('policy', undefined);
  const items = rules.lint().map(({ selector, message }) =>
    make(
      'li',
      '',
      button('', String(selector), () => choose(String(selector))),
      ` ${message}`,
    ),
  );
  fillList(page.lint, items, 'nothing to complain of');
  try {
    page.decision.replaceChildren(...decision(rules, choose));
  } catch (error) {
    page.decision.replaceChildren();
    showError('policy', error);
  }
}

function decision(rules: PresRulesDocument, choose: (selector: string) => void): HTMLElement[] {
  const { subHandling, transformations, matched, unmatched } = rules.decide({
    watcher: page.watcher.value.trim() || undefined,
    sphere: page.sphere.value.trim() || undefined,
    at: page.at.value.trim() || undefined,
  });
  const rule = (id: string | undefined, selector: unknown, text: string): HTMLElement =>
    make(
      'li',
      '',
      button('', id ?? String(selector), () => choose(String(selector))),
      ` ${text}`,
    );
  const because = [
    ...matched.map(({ id, selector, subHandling: own }) => rule(id, selector, `matches${own ? `: ${own}` : ''}`)),
    ...unmatched.map(({ id, selector, reason }) => rule(id, selector, reason)),
  ];
  const shown = Object.keys(transformations).length > 0;
  return [
    make('p', `handling ${subHandling}`, subHandling),
    make('ul', '', ...because),
    ...(shown ? [make('h3', '', 'What is shown'), make('pre', '', JSON.stringify(transformations, null, 2))] : []),
  ];
}
