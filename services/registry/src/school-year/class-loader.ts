import { actorOfContext, isInArea, loadTogether, type ReferenceLoader, type ServiceContext } from '@xueji/platform';
import { ClassSection } from './school-year.entity';

/** Classes by id in the order asked, with one statement; null where there is none or it lies outside the viewer's area. */
export const loadClasses: ReferenceLoader<ServiceContext> = async (ids, context) => {
  const actor = actorOfContext(context);
  const found = await context.manager.createQueryBuilder(ClassSection, 'c').where('c.id = any(:ids)', { ids: [...ids] }).getMany();
  const visible = new Map(found.filter((section) => isInArea(actor, section.holderPath)).map((section) => [section.id, section]));
  return ids.map((id) => visible.get(id) ?? null);
};

export function loadClass(context: ServiceContext, id: string): Promise<ClassSection | null> {
  return loadTogether(context, 'class', id, (ids) => loadClasses(ids, context) as Promise<(ClassSection | null)[]>);
}
