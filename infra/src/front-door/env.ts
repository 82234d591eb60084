import { z } from 'zod';

const count = (usual: number) => z.coerce.number().int().min(1).default(usual);

const shape = z.object({
  FRONT_DOOR_CASES: count(600),
  FRONT_DOOR_FORGERIES: count(300),
  FRONT_DOOR_DOCUMENTS: count(2_000),
  FRONT_DOOR_SEED: count(20_261_122),
});

/** How much the tests of the front door try, and from which seed: short as they stand, long by `npm run test:front-door`. */
export function frontDoorEffort(): { cases: number; forgeries: number; documents: number; seed: number } {
  const { FRONT_DOOR_CASES, FRONT_DOOR_FORGERIES, FRONT_DOOR_DOCUMENTS, FRONT_DOOR_SEED } = shape.parse(process.env);
  return { cases: FRONT_DOOR_CASES, forgeries: FRONT_DOOR_FORGERIES, documents: FRONT_DOOR_DOCUMENTS, seed: FRONT_DOOR_SEED };
}
