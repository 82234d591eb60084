import { actorOfContext, loadTogether, type ServiceContext } from '@xueji/platform';
import { children } from '../workflows/child-archive';
import { Child } from './child.entity';

/** Children by id in the order asked, with one statement; null where there is none or the viewer may not see it. */
export async function loadChildren(ids: readonly string[], context: ServiceContext): Promise<(Child | null)[]> {
  const actor = actorOfContext(context);
  const found = await context.manager.createQueryBuilder(Child, 'c').where('c.id = any(:ids)', { ids: [...ids] }).getMany();
  const visible = new Map(found.filter((child) => children.isVisible(child, actor)).map((child) => [child.id, child]));
  return ids.map((id) => visible.get(id) ?? null);
}

export const loadChild = (context: ServiceContext, id: string): Promise<Child | null> => loadTogether(context, 'child', id, (ids) => loadChildren(ids, context));
