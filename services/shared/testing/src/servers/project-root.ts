import { resolve } from 'node:path';

/** The checkout's top folder, seen from dist/src/servers of this package. */
export const PROJECT_ROOT = resolve(__dirname, '../../../../../..');
