import { childArchive } from './child-archive';
import { preschoolHandover } from './preschool-handover';

/** Every workflow of the service. */
export const workflows = [childArchive, preschoolHandover];
