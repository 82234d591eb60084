import type { Logger } from '@xueji/platform';

/** Does `work` every `tickMs`, never twice at once, until the returned function is called, which waits for what is running. A failed tick is made up by the next one. */
export function ticking(log: Logger, name: string, tickMs: number, work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  const tick = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      log.warn({ error: (error as Error).name }, `a tick of the ${name} clock failed; the next one tries again`);
    }
  };
  const timer = setInterval(() => {
    running ??= tick().finally(() => (running = null));
  }, tickMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
