/** Whether the host of the URL is this machine: `localhost`, `[::1]` or 127.0.0.0/8. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
