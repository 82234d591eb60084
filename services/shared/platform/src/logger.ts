import pino, { type Logger } from 'pino';

export type { Logger };

/** Structured JSON to standard output. Callers log ids, codes and counts; never names, numbers or addresses of persons. */
export const createLogger = (name: string, level: string = 'info'): Logger =>
  pino({ name, level, base: { service: name }, timestamp: pino.stdTimeFunctions.isoTime });
