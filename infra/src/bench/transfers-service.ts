import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACTOR_HEADER, appRoleOf, createEventLog, createPgLogBus, createService, ensureDatabase, generateKeyPair, importSigningKey, signActorToken, startEmbeddedPostgres, type Actor, type Service } from '@xueji/platform';
import { fillDemoOrganizations, testClock } from '@xueji/testing';
import { transfers } from '@xueji/transfers';
import { Client } from 'pg';

/** A working day on which transfers are open. */
export const NOW = '2026-11-20T02:00:00Z';

/** shorter than a token lives */
const TOKEN_MS = 15_000;

export interface TransfersUnderLoad {
  service: Service;
  /** the owner of the tables, for making and looking */
  owner: Client;
  ownerUrl: string;
  /** one operation as this person; throws what went wrong */
  ask(actor: Actor, query: string, variables: object): Promise<any>;
}

/** Runs `work` on the transfers service alone, on a server of its own, with the demo country known to it. */
export async function withTransfers<T>({ poolSize, durable }: { poolSize: number; durable: boolean }, work: (under: TransfersUnderLoad) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'xueji-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), durable, log: () => undefined });
  try {
    const database = 'xueji_transfers';
    const urls = await ensureDatabase(postgres.adminUrl, { database, secretFor: () => 'of-a-bench' });
    const events = await ensureDatabase(postgres.adminUrl, { database: 'xueji_events', secretFor: () => 'of-a-bench' });
    await createEventLog(events.migratorUrl);
    const bus = createPgLogBus(events.migratorUrl);
    const owner = new Client({ connectionString: urls.migratorUrl });
    await owner.connect();
    const keys = await generateKeyPair();
    const signingKey = await importSigningKey(keys.privateKey);
    const service = await createService(transfers({ lookupKey: 'of a bench' }), {
      databaseUrl: urls.appUrl, migratorUrl: urls.migratorUrl, appRole: appRoleOf(database), actorPublicKey: keys.publicKey, bus, clock: testClock(NOW), demo: false, logLevel: 'silent', poolSize,
    });
    try {
      await fillDemoOrganizations((sql, parameters) => owner.query(sql, parameters));
      const tokens = new Map<Actor, { token: string; until: number }>();
      const ask = async (actor: Actor, query: string, variables: object): Promise<any> => {
        let known = tokens.get(actor);
        // The gateway, whose part this is, is not measured; the service checks the token each time.
        if (!known || known.until < Date.now()) tokens.set(actor, (known = { token: await signActorToken(signingKey, actor, { audience: service.name }), until: Date.now() + TOKEN_MS }));
        const { data, errors } = await service.execute({ query, variables: variables as Record<string, unknown> }, { [ACTOR_HEADER]: known.token, 'accept-language': 'zh-CN' });
        if (errors) throw new Error(JSON.stringify(errors));
        return data;
      };
      return await work({ service, owner, ownerUrl: urls.migratorUrl, ask });
    } finally {
      await service.stop();
      await owner.end();
      await bus.close();
    }
  } finally {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
    rmSync(postgres.dataDir, { recursive: true, force: true });
  }
}
