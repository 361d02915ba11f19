/** Whether the body of an answer is a web page, such as a login form, and not XML of XCAP. */
export const isWebPage = (contentType: string | undefined, text: string): boolean =>
  /^\s*(?:text\/html|application\/xhtml\+xml)/i.test(contentType ?? '') ||
  /^\s*<(?:!doctype\s+html|html)\b/i.test(text);
