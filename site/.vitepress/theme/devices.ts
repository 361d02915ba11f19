import { h, type VNode } from 'vue';

/** The picture of the start page: what two devices have before and after they save. */
export const devices = (): VNode =>
  h(
    'div',
    {
      class: 'devices',
      role: 'img',
      'aria-label': 'A phone and a laptop each add a buddy; both have all buddies afterwards',
    },
    [
      row(card('phone', ['Bob', '+ Carol']), card('laptop, offline', ['Bob', '+ Dave'])),
      h('p', { class: 'step' }, 'save()'),
      row(card('phone', ['Bob', 'Carol', 'Dave']), card('laptop', ['Bob', 'Carol', 'Dave'])),
    ],
  );

const row = (...cards: readonly VNode[]): VNode => h('div', { class: 'row' }, cards);

const card = (title: string, buddies: readonly string[]): VNode =>
  h('div', { class: title.includes('offline') ? 'card offline' : 'card' }, [
    h('strong', title),
    ...buddies.map((buddy) => h('span', { class: buddy.startsWith('+') ? 'added' : '' }, buddy)),
  ]);
