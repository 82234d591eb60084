import type { PoolClient } from 'pg';
import type { EntityManager } from 'typeorm';
import type { NewcomerMatch } from '../workflows/primary-newcomer/primary-newcomer.facts';
import type { Newcomer } from './newcomer.entity';

type Person = Pick<Newcomer, 'id' | 'documentNumber' | 'name' | 'sex' | 'birthDate'>;

const PENDING = `n.state in ('VALIDATED', 'SCHOOL_REVIEW', 'SUBMITTED')`;
const SAME_PERSON = (other: string) => `${other}.name = p.name and ${other}.sex = p.sex and ${other}.birth_date = p.birth_date`;

/**
 * Those of many new people of whom anything is known already, told by cheap look-ups of all at once: with the others, nearly all of an intake,
 * `findMatches` would find nothing. Whoever comes without a document number is always among them.
 */
export async function maybeKnown<P extends Person>(manager: EntityManager, people: readonly P[]): Promise<P[]> {
  const documents = people.flatMap((p) => p.documentNumber ?? []);
  if (documents.length === 0) return [...people];
  const client = (await manager.queryRunner!.connect()) as PoolClient;
  // Named, so that it is planned once and not for every lot.
  const { rows } = await client.query<{ document: string | null; n: string | null }>({
    name: 'newcomers-maybe-known',
    text: `with p as materialized (select * from unnest($3::text[], $4::text[], $5::date[]) with ordinality as p(name, sex, birth_date, n))
     select document_number as document, null::bigint as n from student where document_number = any($1)
     union all select substr(national_student_number, 2), null from student where national_student_number = any($2)
     union all select document_number, null from newcomer n where document_number = any($1) and ${PENDING}
     union all select document_number, null from preschool_child where document_number = any($1)
     union all select null, p.n from p join student s on s.document_number is null and ${SAME_PERSON('s')}
     union all select null, p.n from p join newcomer n on n.document_number is null and ${PENDING} and ${SAME_PERSON('n')}`,
    values: [documents, documents.map((document) => `G${document}`), people.map((p) => p.name), people.map((p) => p.sex), people.map((p) => p.birthDate)],
  });
  const known = new Set(rows.map(({ document, n }) => document ?? Number(n)));
  return people.filter((p, i) => p.documentNumber === null || known.has(p.documentNumber) || known.has(i + 1));
}

/**
 * Who else may be the same person, for many at once and in the order asked: by document number, or by name, sex and birth date where one of the
 * two has none [REG-ENROL-12]. A kindergarten archive without a number counts only when it is the only one of that name, sex and birth date.
 */
export async function findMatches(manager: EntityManager, people: readonly Person[]): Promise<NewcomerMatch[]> {
  if (people.length === 0) return [];
  const rows = await manager.query(
    `select
       case
         when exists (select 1 from student s where s.document_number = p.document or s.national_student_number = 'G' || p.document)
           or exists (select 1 from student s where ${SAME_PERSON('s')} and (p.document is null or s.document_number is null)) then 'RECORD'
         when exists (select 1 from newcomer n where n.document_number = p.document and n.id <> p.id and ${PENDING})
           or exists (select 1 from newcomer n where ${SAME_PERSON('n')} and (p.document is null or n.document_number is null) and n.id <> p.id and ${PENDING}) then 'NEWCOMER'
       end as duplicate,
       to_jsonb(child) as child
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[]) with ordinality as p(id, document, name, sex, birth_date, n)
     left join lateral (
       select c.id, c.number, c.number_type as "numberType", c.name, c.sex, c.birth_date as "birthDate", c.document_type as "documentType",
         c.document_number as "documentNumber", c.ethnicity, c.nationality, c.institution_id as "institutionId", c.state
       from preschool_child c
       where c.document_number = p.document
         or c.id = (select min(c.id) from preschool_child c where p.document is null and c.document_number is null and ${SAME_PERSON('c')} having count(*) = 1)
       order by (c.state = 'ACTIVE') desc, (c.state = 'GRADUATED') desc, c.id
       limit 1
     ) child on true
     order by p.n`,
    [people.map((p) => p.id), people.map((p) => p.documentNumber), people.map((p) => p.name), people.map((p) => p.sex), people.map((p) => p.birthDate)],
  );
  return rows;
}
