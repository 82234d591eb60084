import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@xueji/platform/dist/src/embedded-postgres';
import { availability, type Started } from './availability';
import { leash } from './leash';

export interface TestPostgres {
  /** postgres:// URL of a superuser. */
  adminUrl: string;
  /** Process id of our own server; null for one that was given. */
  pid: number | null;
  /** Ends our own server and removes its data; leaves a given one alone. */
  stop(): Promise<void>;
}

/** The server at PG_ADMIN_URL, or a private throw-away one (about 1 s). `own: true` asks for a private one in any case. */
export async function startTestPostgres({ own = false }: { own?: boolean } = {}): Promise<Started<TestPostgres>> {
  const adminUrl = process.env['PG_ADMIN_URL'];
  if (adminUrl && !own) return { server: { adminUrl, pid: null, stop: async () => undefined }, reason: null };
  const { available, reason } = availability('postgres');
  if (!available) return { server: null, reason };
  const asked = mkdtempSync(join(tmpdir(), 'xueji-postgres-'));
  try {
    const { dataDir, pid, ...postgres } = await startEmbeddedPostgres({ dataDir: asked, durable: false, log: () => undefined });
    const untie = leash(pid, dataDir, 'QUIT');
    const stop = async (): Promise<void> => {
      untie();
      await postgres.stop();
      for (const folder of [asked, dataDir]) rmSync(folder, { recursive: true, force: true });
    };
    return { server: { adminUrl: postgres.adminUrl, pid, stop }, reason: null };
  } catch (error) {
    rmSync(asked, { recursive: true, force: true });
    return { server: null, reason: (error as Error).message };
  }
}

/** Runs `work` with a throw-away server announced as a test run announces it, for tests that no runner starts. */
export async function onTestPostgres<T>(work: () => Promise<T>): Promise<T> {
  const { server, reason } = await startTestPostgres({ own: true });
  if (!server) throw new Error(reason);
  process.env['PG_ADMIN_URL'] = server.adminUrl;
  try {
    return await work();
  } finally {
    delete process.env['PG_ADMIN_URL'];
    await server.stop();
  }
}
