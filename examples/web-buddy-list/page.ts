/** The elements of the page, by their ids. */

type Constructor<E> = new () => E;

function byId<E extends HTMLElement>(id: string, kind: Constructor<E>): E {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page lacks #${id}`);
  return found;
}

export const page = {
  signIn: byId('sign-in', HTMLElement),
  account: byId('account', HTMLFormElement),
  root: byId('root', HTMLInputElement),
  user: byId('user', HTMLInputElement),
  password: byId('password', HTMLInputElement),
  accountError: byId('account-error', HTMLElement),
  list: byId('list', HTMLElement),
  owner: byId('owner', HTMLElement),
  state: byId('state', HTMLElement),
  notice: byId('notice', HTMLElement),
  noticeText: byId('notice-text', HTMLElement),
  retry: byId('retry', HTMLButtonElement),
  discard: byId('discard', HTMLButtonElement),
  add: byId('add', HTMLFormElement),
  uri: byId('uri', HTMLInputElement),
  name: byId('name', HTMLInputElement),
  addError: byId('add-error', HTMLElement),
  buddies: byId('buddies', HTMLElement),
  empty: byId('empty', HTMLElement),
  rename: byId('rename', HTMLDialogElement),
  renameUri: byId('rename-uri', HTMLElement),
  newName: byId('new-name', HTMLInputElement),
  conflicts: byId('conflicts', HTMLDialogElement),
  conflictList: byId('conflict-list', HTMLElement),
};

/** Makes an element with properties and children. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** Shows a message in an element, or hides the element. */
export function showMessage(element: HTMLElement, message: string | undefined): void {
  element.textContent = message ?? '';
  element.hidden = message === undefined;
}

/** Opens a dialog. Resolves with the value of the button that closed it. */
export function ask(dialog: HTMLDialogElement): Promise<string> {
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true });
  });
}
