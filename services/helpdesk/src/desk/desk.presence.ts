import type { Presence } from '@xueji/platform';

/** A supporter who is not heard of for this long counts as gone; `goOnline` renews it. */
export const ONLINE_SECONDS = 300;

const groupOf = (organizationId: string) => `desk:${organizationId}`;

/** Who answers at the support desks. */
export interface Desks {
  arrive(organizationId: string, accountId: string): Promise<void>;
  leave(organizationId: string, accountId: string): Promise<void>;
  /** organisations whose desk has somebody online; none while presence cannot be reached, so that a problem is written down instead of lost */
  staffed(organizationIds: readonly string[]): Promise<ReadonlySet<string>>;
}

export const desksOf = (presence: Presence): Desks => ({
  arrive: (organizationId, accountId) => presence.arrive(groupOf(organizationId), accountId, ONLINE_SECONDS),
  leave: (organizationId, accountId) => presence.leave(groupOf(organizationId), accountId),
  staffed: async (organizationIds) => {
    const wanted = [...new Set(organizationIds)];
    const online = await presence.staffed(wanted.map(groupOf)).catch(() => new Set<string>());
    return new Set(wanted.filter((id) => online.has(groupOf(id))));
  },
});

/** Organisations of an area path, the lowest first: the way a problem goes up. */
export const upwards = (path: string): string[] => path.split('/').filter(Boolean).reverse();
