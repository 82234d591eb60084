/** Handed from the global setup to the global teardown; both run in the process that started jest. */
export const runningServers: { stop(): Promise<void> }[] = ((globalThis as { xuejiServers?: { stop(): Promise<void> }[] }).xuejiServers ??= []);
