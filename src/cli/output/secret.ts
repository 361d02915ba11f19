/** Whether a header field holds what nobody else may see. */
export const isSecret = (name: string): boolean =>
  /^(?:authorization|proxy-authorization|cookie|set-cookie)$/i.test(name);
