import type { ServiceContext } from '@xueji/platform';
import DataLoader from 'dataloader';

/** Asks for one thing of a kind; all that a request asks for together is loaded with one call of `load`. */
export function loadOne<T>(context: ServiceContext, kind: string, id: string, load: (ids: readonly string[]) => Promise<readonly T[]>): Promise<T> {
  let loader: DataLoader<string, T> | undefined = context.loaders.get(kind);
  if (!loader) {
    loader = new DataLoader(load);
    context.loaders.set(kind, loader);
  }
  return loader.load(id);
}
