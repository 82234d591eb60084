import { agreementConsumers, organizationConsumers, type CommandScope, type ServiceDefinition } from '@xueji/platform';
import { Preschool20260901010000 } from '../migrations/20260901010000-preschool';
import { seedKindergartens } from '../seeds/demo/kindergartens';
import { Child } from './child/child.entity';
import { loadChildren } from './child/child.loader';
import { ChildResolver } from './child/child.resolver';
import { PreschoolClass } from './class/preschool-class.entity';
import { loadClasses } from './class/preschool-class.loader';
import { PreschoolClassResolver } from './class/preschool-class.resolver';
import { constraints } from './constraints';
import { onHandoverRequested } from './consumers/on-handover-requested';
import { onStudentEstablished } from './consumers/on-student-established';
import { PreschoolHandover } from './handover/preschool-handover.entity';
import { loadHandovers, PreschoolHandoverResolver } from './handover/preschool-handover.resolver';
import { PrimaryEnrolment } from './handover/primary-enrolment.entity';
import { childArchiveResolver } from './workflows/child-archive';
import { PreschoolHandoverCommandResolver } from './workflows/preschool-handover';

export interface PreschoolSettings {
  /** accept made-up identity numbers of division 9999xx; never in production */
  allowSynthetic: boolean;
}

/** The paths that the records hold follow their institution when it changes its place in the tree. */
async function movePaths({ manager }: CommandScope, from: string, to: string): Promise<void> {
  for (const table of ['child', 'preschool_class', 'handover']) {
    await manager.query(`update ${table} set path = $2 || substr(path, length($1) + 1) where path like $1 || '%'`, [from, to]);
  }
}

/** Composition root: every part of the service, listed. */
export const preschool = (settings: PreschoolSettings): ServiceDefinition => ({
  name: 'preschool',
  schema: { entities: [PreschoolClass, Child, PreschoolHandover, PrimaryEnrolment], migrations: [Preschool20260901010000] },
  resolvers: [PreschoolClassResolver, ChildResolver, childArchiveResolver(settings), PreschoolHandoverResolver, PreschoolHandoverCommandResolver],
  personal: { Child: (child: Child) => child.id, PreschoolHandover: (handover: PreschoolHandover) => handover.childId },
  references: { Child: loadChildren, PreschoolClass: loadClasses, PreschoolHandover: loadHandovers },
  consumers: [...organizationConsumers(movePaths), ...agreementConsumers(), onHandoverRequested, onStudentEstablished],
  constraints,
  seeds: { demo: seedKindergartens },
});
