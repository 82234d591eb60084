import { subgraphOf } from '@xueji/platform';
import { Kind, parse, print } from 'graphql';
import { definitions } from '../definitions';

/** Types with fields that ask for the right to read pupils, of which none tells who a pupil is: parts of a record whose reading is noted already, counts, and what is about cases. */
const NOT_OF_A_PUPIL = new Set([
  'FamilyMember', 'ResponsiblePerson', 'ChildGuardian', 'ChildProblem', 'ProblemProof', 'HeldRow', 'IntakeFinding', 'IntakeBatch', 'DataExport', 'StateCount', 'GraduationVerdict', 'Notice', 'PreschoolClass', 'LimboCase', 'MinistryFinding',
  'MinistryReport', 'TransferBlocker', 'TransferDocument', 'TransferDryRun', 'TransferEvidence', 'TransferProgress', 'TransferReasonOffer', 'TransferRefusal', 'TransferReminder',
]);

describe('the ledger of readings', () => {
  it('knows every type that tells about a pupil [ACC-AUDIT-01] [AGY-IF-02]', async () => {
    const unknown = (await definitions()).flatMap((definition) =>
      parse(subgraphOf(definition).sdl).definitions.flatMap((node) => {
        if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || /^(Query|Mutation|Subscription)$|Payload$|Connection$|Edge$/.test(node.name.value)) return [];
        const isOfPupils = node.fields!.some((field) => field.directives!.some((directive) => /"(pupil|identity|child)\.read"/.test(print(directive))));
        const isNoted = node.name.value in (definition.personal ?? {}) || (definition.name === 'transfers' && node.name.value === 'Student');
        return isOfPupils && !isNoted && !NOT_OF_A_PUPIL.has(node.name.value) ? [`${definition.name}: ${node.name.value}`] : [];
      }));
    expect(unknown).toEqual([]);
  });
});
