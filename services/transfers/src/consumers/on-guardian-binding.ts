import { guardianBindingConfirmed, guardianBindingEnded } from '@xueji/contracts';
import { consumer } from '@xueji/platform';
import { GuardianChild } from '../guardian/guardian-child.projection';

/** From now on the guardian sees the transfers of the child. */
export const onGuardianBindingConfirmed = consumer(guardianBindingConfirmed, async ({ manager }, { data }) => {
  await manager.createQueryBuilder().insert().into(GuardianChild).values({ ...data, ended: false }).orIgnore().execute();
});

export const onGuardianBindingEnded = consumer(guardianBindingEnded, async ({ manager }, { data }) => {
  await manager.upsert(GuardianChild, { ...data, ended: true }, ['bindingId']);
});
