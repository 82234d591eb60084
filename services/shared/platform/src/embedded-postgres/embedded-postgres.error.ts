export type EmbeddedPostgresReason =
  | 'EMBEDDED_POSTGRES_UNSUPPORTED'
  | 'EMBEDDED_POSTGRES_UNREACHABLE'
  | 'EMBEDDED_POSTGRES_VERSION'
  | 'EMBEDDED_POSTGRES_PORT_TAKEN'
  | 'EMBEDDED_POSTGRES_LOCKED'
  | 'EMBEDDED_POSTGRES_INIT_FAILED'
  | 'EMBEDDED_POSTGRES_START_FAILED';

/** Why the embedded server could not be had; the message says what to do about it. */
export class EmbeddedPostgresError extends Error {
  constructor(readonly code: EmbeddedPostgresReason, message: string) {
    super(`${code}: ${message}`);
    this.name = 'EmbeddedPostgresError';
  }
}
