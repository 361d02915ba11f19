/** Header fields that carry credentials, by their names. */
const SECRET = /auth|cookie|token|secret|passw|api-?key|session|signature|credential|private|bearer|assertion/i;

/** Whether the value of a header field must not be shown. */
export const isSecret = (name: string): boolean => SECRET.test(name) && !/^(?:www|proxy)-authenticate$/i.test(name);
