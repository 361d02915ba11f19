/**
 * OMA XDM: names of lists in a user's resource-lists document `index` that presence rules refer to. Address one with
 * `resourceLists.list(omaLists.buddyList)`.
 */
export const omaLists = Object.freeze({
  /** Everybody in the address book whose presence is watched. */
  buddyList: 'oma_buddylist',
  /** Watchers that may see the user's presence. */
  grantedContacts: 'oma_grantedcontacts',
  /** Watchers that may not. */
  blockedContacts: 'oma_blockedcontacts',
  /** Push-to-talk contacts. */
  pocBuddyList: 'oma_pocbuddylist',
  /** All contacts, whatever their lists. */
  allContacts: 'oma_allcontacts',
} as const);

/** One of these names. */
export type OmaListName = (typeof omaLists)[keyof typeof omaLists];
