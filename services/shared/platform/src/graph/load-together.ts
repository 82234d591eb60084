import DataLoader from 'dataloader';
import type { GraphContext } from './federation';

/**
 * Asks for one thing of a kind; everything of that kind that a request asks for in the same breath is loaded with one call of `load`, which answers in
 * the order of its keys.
 */
export function loadTogether<K, T>(context: GraphContext, kind: string, key: K, load: (keys: readonly K[]) => Promise<readonly T[]>): Promise<T> {
  let loader: DataLoader<K, T> | undefined = context.loaders.get(kind);
  if (!loader) {
    loader = new DataLoader(load);
    context.loaders.set(kind, loader);
  }
  return loader.load(key);
}
