/** The page's elements, found once and by name. */

const found = <T extends HTMLElement>(id: string, type: new () => T): T => {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new TypeError(`the page has no ${type.name} called ${id}`);
};

export const page = {
  home: found('home', HTMLAnchorElement),
  phone: found('phone', HTMLDivElement),
  laptop: found('laptop', HTMLDivElement),
  serverText: found('server-text', HTMLPreElement),
  serverEtag: found('server-etag', HTMLOutputElement),
  devicesCode: found('devices-code', HTMLPreElement),
  addBoth: found('add-both', HTMLButtonElement),
  renameBoth: found('rename-both', HTMLButtonElement),
  usage: found('usage', HTMLSelectElement),
  reset: found('reset', HTMLButtonElement),
  document: found('document', HTMLTextAreaElement),
  tree: found('tree', HTMLDivElement),
  selector: found('selector', HTMLInputElement),
  address: found('address', HTMLDListElement),
  matches: found('matches', HTMLOutputElement),
  value: found('value', HTMLPreElement),
  content: found('content', HTMLTextAreaElement),
  put: found('put', HTMLButtonElement),
  delete: found('delete', HTMLButtonElement),
  keep: found('keep', HTMLButtonElement),
  request: found('request', HTMLPreElement),
  edited: found('edited', HTMLPreElement),
  policy: found('policy', HTMLElement),
  watcher: found('watcher', HTMLInputElement),
  sphere: found('sphere', HTMLInputElement),
  at: found('at', HTMLInputElement),
  decision: found('decision', HTMLDivElement),
  lint: found('lint', HTMLUListElement),
  code: found('code', HTMLPreElement),
  copy: found('copy', HTMLButtonElement),
  copied: found('copied', HTMLOutputElement),
  account: found('account', HTMLFormElement),
  root: found('root', HTMLInputElement),
  user: found('user', HTMLInputElement),
  password: found('password', HTMLInputElement),
  load: found('load', HTMLButtonElement),
  save: found('save', HTMLButtonElement),
  state: found('state', HTMLOutputElement),
  issues: found('issues', HTMLUListElement),
  errors: {
    document: found('document-error', HTMLParagraphElement),
    selector: found('selector-error', HTMLParagraphElement),
    edit: found('edit-error', HTMLParagraphElement),
    policy: found('policy-error', HTMLParagraphElement),
    live: found('live-error', HTMLParagraphElement),
  },
} as const;

/** Makes an element with its class and children. */
export function make(tag: keyof HTMLElementTagNameMap, className: string, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** A button that does something. */
export function button(className: string, text: string, onClick: () => void): HTMLElement {
  const element = make('button', className, text);
  element.setAttribute('type', 'button');
  element.addEventListener('click', onClick);
  return element;
}

/** Shows an error beside its field, or takes it away. */
export function showError(place: keyof typeof page.errors, error: unknown): void {
  const { [place]: element } = page.errors;
  element.hidden = error === undefined;
  element.textContent = error instanceof Error ? error.message : '';
}

/** A list's items, or one that says that there are none. */
export function fillList(list: HTMLElement, items: readonly HTMLElement[], none: string): void {
  list.replaceChildren(...(items.length > 0 ? items : [make('li', 'none', none)]));
}
