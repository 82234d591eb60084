import { actorOfContext, isInArea, loadTogether, type ServiceContext } from '@xueji/platform';
import { PreschoolClass } from './preschool-class.entity';

/** Classes by id in the order asked, with one statement; null where there is none or it lies outside the viewer's area. */
export async function loadClasses(ids: readonly string[], context: ServiceContext): Promise<(PreschoolClass | null)[]> {
  const actor = actorOfContext(context);
  const found = await context.manager.createQueryBuilder(PreschoolClass, 'k').where('k.id = any(:ids)', { ids: [...ids] }).getMany();
  const visible = new Map(found.filter(({ path }) => isInArea(actor, path)).map((each) => [each.id, each]));
  return ids.map((id) => visible.get(id) ?? null);
}

export const loadClass = (context: ServiceContext, id: string): Promise<PreschoolClass | null> => loadTogether(context, 'class', id, (ids) => loadClasses(ids, context));
