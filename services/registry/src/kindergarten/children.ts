import type { IdentityData } from '@xueji/contracts';
import type { EntityManager } from 'typeorm';
import type { ChildState } from './preschool-child.entity';

interface ChildData {
  childId: string;
  nationalStudentNumber: string;
  numberType: string;
  identity: IdentityData;
  institutionId: string;
}

/** Keeps what an event says of a child. An archive once handed over stays so, whatever arrives late. */
export async function keepChild(manager: EntityManager, { childId, nationalStudentNumber, numberType, identity, institutionId }: ChildData, state: ChildState): Promise<void> {
  await manager.query(
    `insert into preschool_child (id, number, number_type, name, sex, birth_date, document_type, document_number, ethnicity, nationality, institution_id, state)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict (id) do update set number = excluded.number, number_type = excluded.number_type, name = excluded.name, sex = excluded.sex, birth_date = excluded.birth_date,
       document_type = excluded.document_type, document_number = excluded.document_number, ethnicity = excluded.ethnicity, nationality = excluded.nationality,
       institution_id = excluded.institution_id, state = excluded.state
     where preschool_child.state <> 'HANDED_OVER'`,
    [childId, nationalStudentNumber, numberType, identity.name, identity.sex, identity.birthDate, identity.documentType, identity.documentNumber, identity.ethnicity, identity.nationality, institutionId, state],
  );
}

export async function moveChild(manager: EntityManager, childId: string, state: ChildState): Promise<void> {
  await manager.query(`update preschool_child set state = $2 where id = $1 and state <> 'HANDED_OVER'`, [childId, state]);
}
