import { availability, type ServerKind } from './availability';

/**
 * The describe to use for tests that need a server: the usual one when it can be had; otherwise one that
 * skips and says so, or an error under CI=true, where a test that did not run must not look like one that passed.
 */
export function requireServer(kind: ServerKind): jest.Describe {
  const { available, reason } = availability(kind);
  if (available) return describe;
  if (process.env['CI'] === 'true') throw new Error(`SERVER_UNAVAILABLE: ${kind}: ${reason}`);
  process.stderr.write(`\n!!! SKIPPED, there is no ${kind}: ${reason}\n`);
  return describe.skip as jest.Describe;
}
