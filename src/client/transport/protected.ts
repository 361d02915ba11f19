/** Checks that others cannot read what is sent to an origin: it uses TLS, or is the loopback host. */
export function isProtected(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  if (protocol === 'https:' || hostname === '[::1]') return true;
  return hostname === 'localhost' || hostname.endsWith('.localhost') || /^127\.[0-9.]+$/.test(hostname);
}
