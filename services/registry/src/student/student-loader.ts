import { actorOfContext, isInArea, loadTogether, type ReferenceLoader, type ServiceContext } from '@xueji/platform';
import { Student } from './student.entity';

/** Students by id in the order asked, with one statement; null where there is none or the viewer stands outside: a guardian sees the own children, wherever they are held [ACC-PERM-03]. */
export const loadStudents: ReferenceLoader<ServiceContext> = async (ids, context) => {
  const actor = actorOfContext(context);
  const asked = context.manager.createQueryBuilder(Student, 's').where('s.id = any(:ids)', { ids: [...ids] });
  if (actor.duty === 'GUARDIAN') asked.andWhere(`s.id in (${CHILDREN_OF})`, { accountId: actor.accountId });
  const found = await asked.getMany();
  const visible = new Map(found.filter((student) => actor.duty === 'GUARDIAN' || isInArea(actor, student.holderPath)).map((student) => [student.id, student]));
  return ids.map((id) => visible.get(id) ?? null);
};

/** Ids of the pupils whom the account `:accountId` is bound to. */
export const CHILDREN_OF = `select b.student_id from guardian_binding b where b.account_id = :accountId and b.state = 'CONFIRMED'`;

/** One student of this request's viewer, read together with those that others ask for at the same time. */
export function loadStudent(context: ServiceContext, id: string): Promise<Student | null> {
  return loadTogether(context, 'student', id, (ids) => loadStudents(ids, context) as Promise<(Student | null)[]>);
}
