/** Paths of lists, such as `friends/close`: how the command line and address books name a list. */

/** A step of a path: the name of a list, or its position among the lists beside it, from 1. */
export type PathStep = string | number;

/** Writes a path. A slash in a name is written `\/`, a backslash `\\`, and a position `[2]`. */
export const printListPath = (steps: readonly PathStep[]): string =>
  steps
    .map((step) =>
      typeof step === 'number' ? `[${step}]` : step.replace(/[\\/]/g, '\\$&').replace(/^\[\d+\]$/, '\\$&'),
    )
    .join('/');

/** Reads a path: the inverse of `printListPath`. */
export function parseListPath(path: string): PathStep[] {
  const steps: PathStep[] = [];
  let step = '';
  let isEscaped = false;
  const end = (): void => {
    const position = isEscaped ? undefined : /^\[([1-9]\d*)\]$/.exec(step)?.[1];
    steps.push(position === undefined ? step : Number(position));
    [step, isEscaped] = ['', false];
  };
  for (let at = 0; at < path.length; at++) {
    const char = path.charAt(at);
    if (char === '/') end();
    else if (char === '\\' && at + 1 < path.length) {
      step += path.charAt(++at);
      isEscaped = true;
    } else step += char;
  }
  end();
  return steps;
}
