import { actorOfContext, isInArea, loadTogether, type ReferenceLoader, type ServiceContext } from '@xueji/platform';
import { Student } from './student.entity';

/** Students by id in the order asked, with one statement; null where there is none or it lies outside the viewer's area. */
export const loadStudents: ReferenceLoader<ServiceContext> = async (ids, context) => {
  const actor = actorOfContext(context);
  const found = await context.manager.createQueryBuilder(Student, 's').where('s.id = any(:ids)', { ids: [...ids] }).getMany();
  const visible = new Map(found.filter((student) => isInArea(actor, student.holderPath)).map((student) => [student.id, student]));
  return ids.map((id) => visible.get(id) ?? null);
};

/** One student of this request's viewer, read together with those that others ask for at the same time. */
export function loadStudent(context: ServiceContext, id: string): Promise<Student | null> {
  return loadTogether(context, 'student', id, (ids) => loadStudents(ids, context) as Promise<(Student | null)[]>);
}
