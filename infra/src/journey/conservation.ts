import { setTimeout as pause } from 'node:timers/promises';
import type { EventBus } from '@xueji/platform';
import { checkCustody, checkLedger, type CustodyReport, type LedgerReport } from '@xueji/testing';
import { definitions } from '../definitions';
import type { Ground, ServiceName } from '../deployment/ground';

export interface Conservation {
  custody: CustodyReport;
  ledger: LedgerReport;
  faults: string[];
}

/** Custody and ledger over all databases, once nothing is on its way any more; gives up waiting after a minute and reports what is then. */
export async function checkConservation(ground: Ground, bus: Pick<EventBus, 'readAll'>, patienceMs = 60_000): Promise<Conservation> {
  const services = (await definitions()).map((definition) => ({
    name: definition.name,
    url: ground.databases[definition.name as ServiceName].migratorUrl,
    topics: [...new Set((definition.consumers ?? []).map((consumer) => consumer.contract.topic))],
  }));
  for (const end = Date.now() + patienceMs; ; ) {
    const custody = await checkCustody(ground.databases.preschool.migratorUrl, ground.databases.registry.migratorUrl);
    const ledger = await checkLedger(services, bus);
    const faults = [...custody.faults, ...ledger.faults];
    if (faults.length === 0 || Date.now() > end) return { custody, ledger, faults };
    await pause(250);
  }
}
