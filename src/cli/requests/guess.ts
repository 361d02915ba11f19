import { CliFailure } from '../failure.ts';
import { applicationByRoot } from './applications.ts';

/** Sources that can identify the application. */
export interface Clues {
  readonly app: string | undefined;
  readonly selector: string | undefined;
  /** The body to be sent, with its name for messages. */
  readonly input: { readonly text: string; readonly name: string } | undefined;
}

/**
 * Returns the application usage: the given one, else that of the first step of the selector, else that of the root
 * element of the input.
 *
 * @throws CliFailure when none of them identifies it
 */
export function guessApplication({ app, selector, input }: Clues): string {
  if (app !== undefined) return app;
  if (selector !== undefined) {
    const root = rootOfSelector(selector);
    return applicationByRoot(root) ?? noClue(root);
  }
  if (!input) throw new CliFailure('Please specify --app or NODE-SELECTOR');
  const root = rootOfDocument(input.text);
  if (root === undefined)
    throw new CliFailure(`Please specify --app. Cannot extract root tag from document ${input.name}.`);
  return applicationByRoot(root) ?? noClue(root);
}

function noClue(root: string): never {
  throw new CliFailure(`Please specify --app. Root tag '${root}' gives no clue.`);
}

/** The local name of the first step, without prefix and predicates, whether typed raw or percent-encoded. */
function rootOfSelector(selector: string): string {
  const step = selector.replace(/^\//, '').split('/')[0] ?? '';
  return step.replace(/(?:\[|%5b|\?).*$/is, '').replace(/^[^:]*:/, '');
}

/** The local name of a document's root element; undefined when the text does not look like XML. */
export function rootOfDocument(text: string): string | undefined {
  let rest = text.trimStart();
  for (;;) {
    const end = rest.startsWith('<?') ? '?>' : rest.startsWith('<!--') ? '-->' : undefined;
    if (end === undefined) break;
    const at = rest.indexOf(end, 2);
    if (at < 0) return undefined;
    rest = rest.slice(at + end.length).trimStart();
  }
  return /^<(?:[^\s<>/:="']+:)?([^\s<>/:="'!?]+)[\s/>]/.exec(rest)?.[1];
}
