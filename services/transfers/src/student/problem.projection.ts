import { Column, Entity, PrimaryColumn, type EntityManager } from 'typeorm';

/** A doubt about a pupil's record, kept by the events of registry: open while it was opened later than it was resolved. */
@Entity('problem_projection')
export class ProblemProjection {
  @PrimaryColumn('text', { name: 'student_id' }) studentId: string;
  @PrimaryColumn('text') kind: string;
  @Column('timestamptz', { name: 'opened_at', nullable: true }) openedAt: Date | null;
  @Column('timestamptz', { name: 'resolved_at', nullable: true }) resolvedAt: Date | null;
}

/** Takes in one piece of news; which of two comes first does not matter. */
export async function keepProblem(manager: EntityManager, { studentId, kind, openedAt = null, resolvedAt = null }: { studentId: string; kind: string; openedAt?: string | null; resolvedAt?: string | null }): Promise<void> {
  await manager.query(
    `insert into problem_projection as p (student_id, kind, opened_at, resolved_at) values ($1, $2, $3, $4)
     on conflict (student_id, kind) do update set opened_at = greatest(p.opened_at, excluded.opened_at), resolved_at = greatest(p.resolved_at, excluded.resolved_at)`,
    [studentId, kind, openedAt, resolvedAt],
  );
}

/** Kinds of the open doubts about a pupil, in a fixed order. */
export async function openProblems(manager: EntityManager, studentId: string): Promise<string[]> {
  const rows: { kind: string }[] = await manager.query(
    'select kind from problem_projection where student_id = $1 and opened_at is not null and (resolved_at is null or opened_at > resolved_at) order by kind', [studentId],
  );
  return rows.map(({ kind }) => kind);
}
