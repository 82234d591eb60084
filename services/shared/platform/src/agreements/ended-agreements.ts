import { agreementEnded } from '@xueji/contracts';
import type { EntityManager } from 'typeorm';
import type { AgencyGrant } from '../auth';
import { consumer, type Consumer } from '../command';
import { EndedAgreement } from '../db/tables';

/** Keeps the table `ended_agreement` of a service that answers agencies. */
export const agreementConsumers = (): Consumer<never>[] => [
  consumer(agreementEnded, async (scope, event) => {
    await scope.manager.query('insert into ended_agreement (agreement_id, ended_at) values ($1, $2) on conflict do nothing', [event.data.agreementId, event.time]);
  }),
];

/** May a call under the agreement still be answered? The second line behind the gateway's, which hears of a suspension first. */
export const isAgreementLive = async (manager: EntityManager, grant: AgencyGrant, now: Date): Promise<boolean> =>
  new Date(grant.validUntil) > now && !(await manager.existsBy(EndedAgreement, { agreementId: grant.agreementId }));
