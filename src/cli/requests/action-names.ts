/** The actions of `xcapclient`; `xcap` has a command for each. */
export const actionNames = ['get', 'put', 'delete', 'insert', 'replace'] as const;

/** One of the five actions. */
export type ActionName = (typeof actionNames)[number];
