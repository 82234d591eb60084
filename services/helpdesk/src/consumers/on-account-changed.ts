import { accountClosed, accountOpened } from '@xueji/contracts';
import { consumer } from '@xueji/platform';

/** Keep the table `ime_account`; an event older than what is known changes nothing. */
export const accountConsumers = [accountOpened, accountClosed].map((contract) =>
  consumer(contract, async ({ manager }, { data, aggregateversion }) => {
    await manager.query(
      `insert into ime_account (id, duty, organization_id, active, version) values ($1, $2, $3, $4, $5)
       on conflict (id) do update set duty = excluded.duty, organization_id = excluded.organization_id, active = excluded.active, version = excluded.version
       where excluded.version > ime_account.version`,
      [data.accountId, data.duty, data.organizationId, data.active, aggregateversion],
    );
  }),
);
