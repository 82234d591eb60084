import { findOrganization } from '@xueji/platform';
import type { EntityManager } from 'typeorm';
import type { Agreement } from '../../agreement/agreement.entity';
import type { AgreementInput } from './agreement.inputs';

export interface AgreementFacts {
  /** organisation whose area the agreement covers; null when there is none of that id */
  area: { id: string; path: string; level: string } | null;
}

export const agreementFacts = async (manager: EntityManager, { record, input }: { record: Agreement | null; input: AgreementInput }): Promise<AgreementFacts> => {
  const id = record?.areaId ?? input.areaId;
  const area = id ? await findOrganization(manager, id) : null;
  return { area: area && { id: area.id, path: area.path, level: area.level } };
};
